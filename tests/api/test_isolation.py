"""No brand ever sees another's things. The matrix is made from the URLconf: a route that is not listed fails."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

import pytest

from integration_admin.accounts.access import system_actor
from integration_admin.accounts.models import Brand
from integration_admin.accounts.tokens import issue
from sync_app.api.dialects.planningpme import urls as api
from sync_app.api.openapi import urls as documentation
from sync_app.models import Record, Run
from templates_app.library.installing import install
from tests.api.conftest import CLIENTS_IN, LEA, NAMELESS, Caller, read, written
from tests.conftest import Key, Login, login

pytestmark = pytest.mark.django_db

IMPORT: Final = {"simulate": True, "model": [LEA]}
#: Route -> (method, path below the brand, body). `$run` is a run of acme, `$record` a customer of acme.
ROUTES: Final[dict[str, list[tuple[str, str, object]]]] = {
    "token": [("POST", "token", b"grant_type=password&username=owner&password=x"), ("PUT", "token", b"")],
    "config": [("GET", "api/config", None)],
    "templates": [("GET", "api/integration/templates", None)],
    "runs": [("GET", "api/integration/runs", None)],
    "run": [("GET", "api/integration/runs/$run", None)],
    "operations": [("GET", "api/integration/runs/$run/operations", None)],
    "apply": [("POST", "api/integration/runs/$run/apply", {})],
    "undo": [("POST", "api/integration/runs/$run/undo", {})],
    "retry": [("POST", "api/integration/runs/$run/retry", {})],
    "cancel": [("POST", "api/integration/runs/$run/cancel", {})],
    "exchange": [
        ("GET", "api/integration/clients-out", None),
        ("POST", "api/integration/clients", IMPORT),
        ("GET", "api/integration/clients", None),
        ("POST", "api/integration/clients-out", IMPORT),
    ],
    "planned": [("POST", "api/do/list", {"dateFrom": "2026-11-21", "resources": [1]})],
    "entities": [
        ("GET", "api/customer", None),
        ("GET", "api/customer?pageSize=9&lastName=Roy", None),
        ("POST", "api/customer", {"lastName": "Petit"}),
    ],
    "entity": [
        ("GET", "api/customer/$record", None),
        ("PUT", "api/customer/$record", {"lastName": "Petit"}),
        ("PATCH", "api/customer/$record", {"lastName": "Petit"}),
        ("DELETE", "api/customer/$record", None),
    ],
    "nothing": [("GET", "api/any/thing/else", None), ("POST", "api", {}), ("GET", "token/x", None)],
    "home": [("GET", "doc", None)],
    "index": [("GET", "doc/index", None), ("POST", "doc/index", b"appkey=x")],
    "enter": [("GET", "doc/enter", None)],
    "document": [("GET", "doc/openapi.json", None)],
}
#: Routes that a known and an unknown brand answer alike, without looking at who asks with which key and token.
OPEN: Final = ("token", "nothing", "home", "index", "enter")
#: What else than 401 a stranger is answered with: no such address, the question for a key, the way to it.
TO_STRANGERS: Final = {"nothing": {404}, "home": {302}, "index": {200, 303}, "enter": {302}}
FORMS: Final = ("token", "index")
#: Routes that name a thing of a brand, which for another brand does not exist.
NAMING: Final = ("run", "operations", "apply", "undo", "retry", "cancel", "exchange", "entity")


def every_call(*names: str) -> list[Any]:
    return [
        pytest.param(name, method, path, body, id=f"{method} {path}")
        for name in names or ROUTES
        for method, path, body in ROUTES[name]
    ]


def without_request_id(answer: Any) -> tuple[int, Any]:
    body = read(answer)
    body.pop("requestId", None)
    return answer.status_code, body


@pytest.fixture
def run(we: Caller) -> int:
    """A run of acme with operations, errors and changes."""
    return int(read(we.send(LEA, NAMELESS))["run"])


def at(path: str, run: int) -> str:
    """The path with the ids of acme's run and record in it."""
    if "$record" in path:
        path = path.replace("$record", str(Record.objects.get(brand__key="acme").pk))
    return path.replace("$run", str(run))


def test_every_route_is_in_the_matrix() -> None:
    assert {pattern.name for pattern in (*api.urlpatterns, *documentation.urlpatterns)} == set(ROUTES)


@pytest.mark.parametrize(("name", "method", "path", "body"), every_call())
def test_a_stranger_gets_nothing_at_our_address(
    name: str, method: str, path: str, body: object, run: int, they: Caller
) -> None:
    before = written()
    intruder = Caller(brand="acme", appkey=they.appkey, token=they.token)
    content_type = "application/x-www-form-urlencoded" if name in FORMS else "application/json"
    answer = intruder.call(method, at(path, run), body, content_type=content_type)
    assert answer.status_code in TO_STRANGERS.get(name, {401})
    content = answer.content.decode() + json.dumps(dict(answer.headers))
    assert not any(word in content for word in ("Roy", "D-1", "_IDDOSSIER", "Acme"))
    assert written() == before


@pytest.mark.parametrize(("name", "method", "path", "body"), every_call(*NAMING))
def test_our_things_do_not_exist_for_a_stranger(
    name: str, method: str, path: str, body: object, run: int, they: Caller
) -> None:
    before = written()
    ours = they.call(method, at(path, run), body)
    missing_path = (
        path.replace("$run", "987654321")
        .replace("$record", "987654321")
        .replace("clients-out", "no-such-thing")
        .replace("clients", "no-such")
    )
    missing = they.call(method, missing_path, body)
    assert without_request_id(ours) == without_request_id(missing)
    assert ours.status_code == 404
    assert written() == before


@pytest.mark.parametrize(("name", "method", "path", "body"), every_call())
def test_our_key_with_a_strangers_token_is_refused_on_either_path(
    name: str, method: str, path: str, body: object, run: int, we: Caller, they: Caller
) -> None:
    if name in OPEN:
        return
    for brand in ("acme", "other"):
        mixed = Caller(brand=brand, appkey=we.appkey, token=they.token)
        assert mixed.call(method, at(path, run), body).status_code == 401


@pytest.mark.parametrize("brand", ["acme", "no-such-brand"])
def test_a_brand_that_exists_and_one_that_does_not_refuse_alike(brand: str, we: Caller, they: Caller) -> None:
    answers = [
        without_request_id(Caller(brand=at, appkey=they.appkey, token=they.token).get("api/integration/runs"))
        for at in (brand, "no-such-brand")
    ]
    assert answers[0] == answers[1]
    assert answers[0][0] == 401


def test_lists_hold_only_our_own(run: int, they: Caller) -> None:
    assert read(they.get("api/integration/runs")) == {"items": [], "next": None}
    assert read(they.get("api/integration/templates")) == {"totalItems": 0, "items": []}
    config = json.dumps(read(they.get("api/config")))
    assert not any(word in config for word in ("_IDDOSSIER", "Acme"))


def test_lists_of_records_hold_only_our_own(run: int, we: Caller, they: Caller) -> None:
    ours = Record.objects.get(brand__key="acme").pk
    for path in ("api/customer", "api/customer?pageSize=9", "api/customer?search=roy", f"api/customer?parent={ours}"):
        assert read(they.get(path)) == {"totalItems": 0, "items": []}
    assert len(read(we.get("api/customer?search=roy"))["items"]) == 1


def test_a_reference_to_a_record_of_ours_leads_nowhere_for_them(run: int, they: Caller) -> None:
    ours = Record.objects.get(brand__key="acme").pk
    told = [read(they.post("api/customer", {"lastName": "x", "parent": key})) for key in (ours, 987654321)]
    for body, key in zip(told, (ours, 987654321), strict=True):
        body.pop("requestId")
        assert body["errors"][0].pop("value") == str(key)
    assert told[0] == told[1]
    assert told[0]["errors"][0]["code"] == "reference_missing"
    assert Record.objects.filter(brand__key="other").count() == 0


def test_two_users_of_one_name_and_password_are_two(
    acme: Brand, other: Brand, appkey: Key, foreign_appkey: Key, now: datetime
) -> None:
    ours, theirs = (login(brand=brand, username="twin", now=now) for brand in (acme, other))
    ours_token = issue(membership=ours.membership, appkey=appkey.row, now=now).access_token
    theirs_token = issue(membership=theirs.membership, appkey=foreign_appkey.row, now=now).access_token
    assert Caller("acme", appkey.clear, ours_token).get("api/integration/runs").status_code == 200
    assert Caller("acme", appkey.clear, theirs_token).get("api/integration/runs").status_code == 401
    assert Caller("other", foreign_appkey.clear, ours_token).get("api/integration/runs").status_code == 401


def test_the_same_idempotency_key_of_two_brands_is_two_keys(
    we: Caller, they: Caller, other: Brand, now: datetime, stranger: Login
) -> None:
    install(actor=system_actor(brand=other, name="t"), name="clients", xml=CLIENTS_IN, at=now, create_fields=True)
    answers = [who.post("api/integration/clients", {"model": [LEA]}, Idempotency_Key="one") for who in (we, they)]
    assert [answer.get("Idempotency-Replayed") for answer in answers] == [None, None]
    assert len({read(answer)["run"] for answer in answers}) == 2
    assert Record.objects.filter(brand=other).count() == Record.objects.exclude(brand=other).count() == 1


def test_a_cursor_of_ours_is_no_cursor_of_theirs(we: Caller, they: Caller, other: Brand, now: datetime) -> None:
    xml = '<Out><Type Name="Customer" /><Property Name="n" Type="Customer" Field="LastName" /></Out>'
    install(actor=system_actor(brand=other, name="t"), name="clients-out", xml=xml, at=now)
    we.send(LEA)
    cursor = read(we.get("api/integration/clients-out"))["cursor"]
    answer = they.get(f"api/integration/clients-out?cursor={cursor}")
    assert (answer.status_code, read(answer)["code"]) == (400, "cursor_invalid")


@pytest.mark.parametrize("key", ["acme%00", "ac%2Fme", "acm%C5%BF", "%EF%BD%81cme", "acme%20", "acme.", "a", "-" * 41])
def test_what_looks_like_a_brand_is_none(key: str, we: Caller) -> None:
    answer = Caller(brand=key, appkey=we.appkey, token=we.token).get("api/integration/runs")
    assert (answer.status_code, answer["Content-Type"]) in {
        (404, "application/json"),
        (404, "text/html; charset=utf-8"),
    }


@pytest.mark.parametrize("key", ["ACME", "Acme", "aCmE"])
def test_the_letters_of_a_brand_may_be_large_or_small(key: str, we: Caller) -> None:
    assert Caller(brand=key, appkey=we.appkey, token=we.token).get("api/integration/runs").status_code == 200


def test_an_inactive_brand_answers_nobody(we: Caller, acme: Brand) -> None:
    acme.active = False
    acme.save()
    answer = we.get("api/integration/runs")
    assert (answer.status_code, read(answer)["code"]) == (401, "appkey_refused")
    assert Run.objects.count() == 0
