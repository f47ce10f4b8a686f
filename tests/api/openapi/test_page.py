"""The page: a key becomes a pass and is gone from the address; the pass opens the documentation and nothing else."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from integration_admin.accounts.models import AppKey, Brand, Membership, User
from sync_app.api.openapi.passes import CARRIED, COOKIE, PASS_SECONDS
from tests.api.conftest import Caller, read
from tests.api.openapi.conftest import operations
from tests.conftest import Key, Login

pytestmark = pytest.mark.django_db
INDEX = "/acme/doc/index"
DOCUMENT = "/acme/doc/openapi.json"
FORM = "application/x-www-form-urlencoded"


class Left:
    """A body whose sender has left."""

    def read(self, size: int = -1) -> bytes:
        raise ConnectionResetError

    readline = read


@pytest.fixture
def reader(client: Client, appkey: Key, templates: None) -> Client:
    """Somebody who came with the key in the address."""
    assert client.get(INDEX, {"appkey": appkey.clear}).status_code == 303
    return client


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_key_is_exchanged_for_a_pass_and_taken_out_of_the_address(
    method: str, client: Client, appkey: Key, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer: Any = getattr(client, method)(INDEX, {"appkey": f" {appkey.clear} "})
        page = client.get(answer.headers["Location"])
    assert (answer.status_code, answer.headers["Location"]) == (303, INDEX)
    for one in (answer, page):
        assert one.headers["Cache-Control"] == "no-store"
        assert one.headers["Referrer-Policy"] == "no-referrer"
        assert "script-src 'self';" in one.headers["Content-Security-Policy"]
    for name in (COOKIE, CARRIED):
        cookie = answer.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/acme/doc")
    assert appkey.clear not in answer.cookies[COOKIE].value
    assert int(answer.cookies[COOKIE]["max-age"]) == PASS_SECONDS
    assert appkey.clear not in caplog.text
    assert "Acme" in page.content.decode()


def test_the_key_is_carried_to_the_next_page_once(reader: Client, appkey: Key) -> None:
    first = reader.get(INDEX)
    assert appkey.clear in first.content.decode()
    assert first.cookies[CARRIED].value == ""
    assert appkey.clear not in reader.get(INDEX).content.decode()


def test_cookies_are_for_https_alone_where_the_site_is(client: Client, appkey: Key, settings: Any) -> None:
    settings.HTTPS_ONLY = True
    assert client.get(INDEX, {"appkey": appkey.clear}).cookies[COOKIE]["secure"] is True


@pytest.mark.parametrize("wrong", ["", "x", "iak_00000000000000000000000000000000000000", "\u0000"])
def test_a_wrong_key_leads_to_the_question_without_it(wrong: str, client: Client, acme: Brand) -> None:
    answer = client.get(INDEX, {"appkey": wrong})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{INDEX}?refused=")
    question = client.get(answer.headers["Location"])
    assert question.status_code == 401
    assert not client.cookies
    assert 'name="appkey"' in question.content.decode()


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/form-data", b"appkey=x"),
        ("multipart/form-data; boundary=", b"--x"),
        ("multipart/form-data; boundary=" + "x" * 300, b"--x"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"appkey=x"),
    ],
)
def test_a_form_that_is_none_is_refused_and_no_error_of_ours(
    content_type: str, body: bytes, client: Client, acme: Brand
) -> None:
    assert client.generic("POST", INDEX, body, content_type=content_type).status_code == 400


def test_a_form_whose_sender_left_is_refused(client: Client, acme: Brand) -> None:
    left: Any = {"wsgi.input": Left()}
    answer = client.generic("POST", INDEX, b"appkey=x", FORM, **left)
    assert (answer.status_code, "ended before it was complete" in answer.content.decode()) == (400, True)


def test_who_has_no_key_is_asked_for_one_whatever_the_brand(client: Client, acme: Brand) -> None:
    ours, nobodys, slashed = client.get(INDEX), client.get("/no-such-brand/doc/index"), client.get(f"{INDEX}/")
    assert ours.status_code == nobodys.status_code == slashed.status_code == 200
    assert ours.content == nobodys.content == slashed.content


def test_a_strangers_key_opens_nothing_here(client: Client, acme: Brand, foreign_appkey: Key) -> None:
    assert client.get(INDEX, {"appkey": foreign_appkey.clear}).headers["Location"].endswith("?refused=")
    assert client.get("/other/doc/index", {"appkey": foreign_appkey.clear}).status_code == 303
    pass_of_theirs = client.cookies[COOKIE].value
    intruder = Client()
    intruder.cookies[COOKIE] = pass_of_theirs
    assert intruder.get(DOCUMENT).status_code == 401
    assert "Acme" not in intruder.get(INDEX).content.decode()
    assert intruder.get("/other/doc/openapi.json").status_code == 200


def test_the_pass_opens_the_document_and_no_call(reader: Client, we: Caller) -> None:
    assert "import_clients" in operations(read(reader.get(DOCUMENT)))
    for path in ("api/config", "api/integration/runs", "api/customer"):
        assert reader.get(f"/acme/{path}").status_code == 401


def test_a_pass_ends_with_its_key_at_once_and_with_time(
    reader: Client, appkey: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.core.signing.time.time", lambda: timezone.now().timestamp() + PASS_SECONDS + 9)
    assert reader.get(DOCUMENT).status_code == 401
    monkeypatch.undo()
    AppKey.objects.update(revoked_at=timezone.now())
    assert reader.get(DOCUMENT).status_code == 401


@pytest.mark.parametrize("forged", ["", "x", "WzEsImtleSIsMV0:1abc:def"])
def test_a_forged_pass_opens_nothing(forged: str, client: Client, acme: Brand) -> None:
    client.cookies[COOKIE] = forged
    assert client.get(DOCUMENT).status_code == 401


def test_the_short_address_leads_to_the_page(client: Client, acme: Brand) -> None:
    assert client.get("/acme/doc/").headers["Location"] == INDEX


def test_a_first_call_is_shown_that_really_works(reader: Client, we: Caller) -> None:
    page = reader.get(INDEX)
    call = page.context["call"]
    assert (call.template, call.path) == ("clients", "/acme/api/integration/clients")
    answer = we.post(call.path.removeprefix("/acme/"), call.body)
    assert (answer.status_code, read(answer)["simulate"]) == (200, True)
    assert "curl -s http://testserver/acme/token" in call.token_command


def test_a_key_that_imports_nothing_reads_the_configuration_first(reader: Client, we: Caller) -> None:
    AppKey.objects.update(scopes=["export"])
    call = reader.get(INDEX).context["call"]
    assert (call.template, call.method, call.path) == ("", "GET", "/acme/api/config")


def test_the_language_that_was_chosen_comes_first(reader: Client, we: Caller, settings: Any) -> None:
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    for address in (INDEX, DOCUMENT):
        assert reader.get(address, headers={"Accept-Language": "fr"}).headers["Content-Language"] == "de"
    # A program with a key of its own says what it accepts.
    we.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    for address in ("doc/openapi.json", "api/config"):
        assert we.call("GET", address, headers={"Accept-Language": "fr"}).headers["Content-Language"] == "fr"
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx"
    assert reader.get(INDEX, headers={"Accept-Language": "fr"}).headers["Content-Language"] == "fr"


# --- who is signed in to the site


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_member_reads_what_they_may_do_without_a_key(teammate: Login, templates: None) -> None:
    client = signed_in(teammate.user)
    answer = client.get("/acme/doc/enter")
    assert (answer.status_code, answer.headers["Location"]) == (303, INDEX)
    found = set(operations(read(client.get(DOCUMENT))))
    assert {"export_clients-out", "list_customer"} <= found
    assert not {"import_clients", "create_customer"} & found
    Membership.objects.update(status=Membership.Status.DEACTIVATED)
    assert client.get(DOCUMENT).status_code == 401


def test_the_pass_of_a_person_ends_when_they_sign_out(teammate: Login, templates: None) -> None:
    client = signed_in(teammate.user)
    client.get("/acme/doc/enter")
    kept = client.cookies[COOKIE].value
    client.post("/admin/logout/")
    client.cookies[COOKIE] = kept
    assert client.get(DOCUMENT).status_code == 401
    assert "Acme" not in client.get(INDEX).content.decode()


def test_the_pass_of_a_person_is_no_pass_for_who_signs_in_after_them(
    teammate: Login, owner: Login, stranger: Login, templates: None
) -> None:
    client = signed_in(teammate.user)
    client.get("/acme/doc/enter")
    for other in (owner, stranger):
        client.force_login(other.user)
        assert client.get(DOCUMENT).status_code == 401
    client.force_login(teammate.user)
    assert client.get(DOCUMENT).status_code == 200


@pytest.mark.parametrize("ended", [{"is_active": False}, {"is_staff": False}])
def test_the_pass_of_a_person_ends_with_their_way_in(ended: dict[str, bool], teammate: Login, templates: None) -> None:
    client = signed_in(teammate.user)
    client.get("/acme/doc/enter")
    User.objects.filter(pk=teammate.user.pk).update(**ended)
    assert client.get(DOCUMENT).status_code == 401


def test_a_superuser_reads_that_of_every_brand(root: User, acme: Brand) -> None:
    client = signed_in(root)
    assert client.get("/acme/doc/enter").status_code == 303
    assert client.get(DOCUMENT).status_code == 200


def test_strangers_and_nobody_do_not_come_in(acme: Brand, stranger: Login, client: Client) -> None:
    ours = signed_in(stranger.user).get("/acme/doc/enter")
    nobodys = signed_in(stranger.user).get("/no-such-brand/doc/enter")
    assert ours.status_code == nobodys.status_code == 404
    assert client.get("/acme/doc/enter").headers["Location"].startswith("/admin/login/?next=/acme/doc/enter")


def test_my_access_has_a_link_for_each_brand(owner: Login) -> None:
    assert 'href="/acme/doc/enter"' in signed_in(owner.user).get("/admin/account/").content.decode()
