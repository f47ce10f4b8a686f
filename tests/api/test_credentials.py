"""Who is let in, in which order it is asked, and that a refusal writes nothing."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta
from io import BytesIO
from ipaddress import ip_network
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from integration_admin.accounts.logins import create_appkey, deactivate, revoke_appkey, set_password
from integration_admin.accounts.models import AppKey, Brand, Group, KeyUse
from integration_admin.accounts.quotas import Quota
from integration_admin.accounts.tokens import issue
from integration_admin.accounts.usage import flush_usage, use_of_appkey
from sync_app.api.dialects import base
from tests.api.conftest import LEA, Caller, read, written
from tests.conftest import BY, Key, Login

pytestmark = pytest.mark.django_db

RUNS = "api/integration/runs"
IMPORT = {"model": [LEA]}


def refused_with(answer: Any, status: int, code: str) -> None:
    body = read(answer)
    assert (answer.status_code, body["code"]) == (status, code)
    assert body["message"]
    assert body["requestId"] == answer["X-Request-Id"]


@pytest.mark.parametrize(
    "wrong", ["", "x", "iak_" + "a" * 38, "x" * 10_000, "é", "a,b", " ", "iak_wrong\u00a0", "'; drop table"]
)
def test_it_refuses_whatever_is_no_key_without_asking_the_database(wrong: str, we: Caller) -> None:
    with CaptureQueriesContext(connection) as queries:
        answer = Caller("acme", wrong, we.token).get(RUNS)
    refused_with(answer, 401, "appkey_refused")
    assert len(queries) == 0
    assert len(wrong) < 8 or wrong not in answer.content.decode()


def test_it_refuses_every_near_miss_of_a_key_without_asking_the_database(we: Caller) -> None:
    with CaptureQueriesContext(connection) as queries:
        for place in range(4, len(we.appkey)):
            near = we.appkey[:place] + ("b" if we.appkey[place] != "b" else "c") + we.appkey[place + 1 :]
            refused_with(Caller("acme", near, we.token).get(RUNS), 401, "appkey_refused")
    assert len(queries) == 0


@pytest.mark.parametrize("written_as", ["Bearer {}", "bearer {}", "BEARER {}", "{}", "Bearer  {}"])
def test_a_token_counts_with_and_without_the_word_bearer(written_as: str, we: Caller) -> None:
    answer = we.get(RUNS, Authorization=written_as.format(we.token))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "written_as", ["", "Basic {}", "Token {}", "Bearer {}x", "Bearer", "Bearer {0}, Bearer {0}", "é"]
)
def test_anything_else_in_authorization_is_refused(written_as: str, we: Caller) -> None:
    answer = Caller("acme", we.appkey, "").call("GET", RUNS, headers={"Authorization": written_as.format(we.token)})
    refused_with(answer, 401, "token_refused")
    assert answer["WWW-Authenticate"] == "Bearer"
    assert we.token not in answer.content.decode()


@pytest.mark.parametrize("place", range(0, 42, 3))
def test_a_token_with_one_sign_changed_is_refused(place: int, we: Caller) -> None:
    changed = we.token[:place] + ("0" if we.token[place] != "0" else "1") + we.token[place + 1 :]
    assert Caller("acme", we.appkey, changed).get(RUNS).status_code == 401


def test_a_key_in_the_address_does_not_count(we: Caller) -> None:
    refused_with(Caller("acme", "", we.token).get(f"{RUNS}?appkey={we.appkey}"), 401, "appkey_refused")
    assert we.get(f"{RUNS}?appkey=whatever").status_code == 200


def test_a_revoked_key_and_its_tokens_end_with_the_next_request(we: Caller, appkey: Key, now: datetime) -> None:
    assert we.get(RUNS).status_code == 200
    revoke_appkey(appkey=appkey.row, at=now, by=BY)
    refused_with(we.get(RUNS), 401, "appkey_refused")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("api/integration/clients", IMPORT),
        ("api/customer", {"lastName": "Roy"}),
        ("api/do/list", {"dateFrom": "2026-01-01"}),
    ],
)
@pytest.mark.parametrize("ended", [True, False])
def test_whoever_sends_a_body_for_minutes_is_looked_at_again_when_it_is_there(
    ended: bool, path: str, body: object, we: Caller, appkey: Key, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has run out by itself meanwhile was good when the call began."""
    clock = [now]
    monkeypatch.setattr(base.Door, "clock", lambda _door: clock[0])

    class Slow(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            clock[0] = now + timedelta(hours=9)
            if ended:
                revoke_appkey(appkey=appkey.row, at=now, by=BY)
            return super().read(size)

    sent = json.dumps(body).encode()
    slowly: Any = {"wsgi.input": Slow(sent)}
    before, headers = written(), {"X-APPKEY": we.appkey, "Authorization": we.token}
    answer = we.client.generic("POST", f"/acme/{path}", sent, "application/json", headers=headers, **slowly)
    assert (answer.status_code, ended) in {(401, True), (200, False), (201, False)}
    assert not ended or written() == before


def test_tokens_end_with_the_password_and_with_the_login(we: Caller, owner: Login, appkey: Key, now: datetime) -> None:
    set_password(membership=owner.membership, password="another correct horse", at=now, by=BY)
    refused_with(we.get(RUNS), 401, "token_refused")
    fresh = issue(membership=owner.membership, appkey=appkey.row, now=now).access_token
    assert Caller("acme", appkey.clear, fresh).get(RUNS).status_code == 200
    deactivate(membership=owner.membership, at=now, by=BY)
    refused_with(Caller("acme", appkey.clear, fresh).get(RUNS), 401, "token_refused")


def test_a_token_ends_at_its_time(we: Caller, monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    late = now + timedelta(hours=8)
    monkeypatch.setattr(base.Door, "clock", lambda _door: late)
    refused_with(we.get(RUNS), 401, "token_refused")


def test_a_session_of_the_site_is_no_credential(we: Caller, owner: Login, client: Client) -> None:
    client.force_login(owner.user)
    answer = client.get("/acme/api/integration/runs", headers={"X-APPKEY": we.appkey})
    refused_with(answer, 401, "token_refused")


def test_a_key_without_the_scope_imports_nothing_and_its_body_is_not_read(
    acme: Brand, owner: Login, we: Caller, now: datetime
) -> None:
    key = Key(*create_appkey(brand=acme, label="Export only", scopes=["export"], at=now, by=BY))
    token = issue(membership=owner.membership, appkey=key.row, now=now).access_token
    narrow = Caller("acme", key.clear, token)
    before = written()
    refused_with(narrow.post("api/integration/clients", "{this is no JSON"), 403, "scope_missing")
    refused_with(narrow.get(RUNS), 403, "scope_missing")
    assert narrow.get("api/integration/clients-out").status_code == 200
    assert [item["name"] for item in read(narrow.get("api/integration/templates"))["items"]] == ["clients-out"]
    assert written() == before


def test_a_key_for_one_template_sees_only_that_one_and_its_runs(
    acme: Brand, owner: Login, we: Caller, now: datetime
) -> None:
    run = read(we.send(LEA))["run"]
    key = Key(*create_appkey(brand=acme, label="One", allowed_templates=["clients-out"], at=now, by=BY))
    token = issue(membership=owner.membership, appkey=key.row, now=now).access_token
    narrow = Caller("acme", key.clear, token)
    refused_with(narrow.post("api/integration/clients", IMPORT), 403, "template_not_allowed")
    refused_with(narrow.get(f"{RUNS}/{run}"), 404, "run_not_found")
    refused_with(narrow.post(f"{RUNS}/{run}/undo"), 404, "run_not_found")
    assert read(narrow.get(RUNS))["items"] == []
    assert [item["name"] for item in read(narrow.get("api/integration/templates"))["items"]] == ["clients-out"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "api/integration/clients", IMPORT),
        ("POST", "api/integration/runs/$run/undo", {}),
        ("POST", "api/integration/runs/$run/apply", {}),
        ("POST", "api/integration/runs/$run/retry", {}),
        ("POST", "api/integration/runs/$run/cancel", {}),
    ],
)
def test_a_teammate_without_the_right_changes_nothing(
    method: str, path: str, body: object, we: Caller, mate: Caller
) -> None:
    run = read(we.send(LEA, simulate=True))["run"]
    before = written()
    refused_with(mate.call(method, path.replace("$run", str(run)), body), 403, "right_missing")
    assert written() == before


def test_values_are_shown_only_to_who_may_read_the_type(we: Caller, mate: Caller, readers: Group) -> None:
    run = read(we.send(LEA, {"ID_DOSSIER": "D-7"}))["run"]
    assert "Roy" in mate.get(f"{RUNS}/{run}/operations").content.decode()
    readers.accesses.update(access="Write")
    hidden = mate.get(f"{RUNS}/{run}/operations").content.decode()
    assert not any(value in hidden for value in ("Roy", "D-1", "D-7"))
    assert "D-7" not in mate.get(f"{RUNS}/{run}").content.decode()


def spent(monkeypatch: pytest.MonkeyPatch, which: str) -> list[str]:
    """Lets one quota be used up; answers the list of those that were asked."""
    asked: list[str] = []

    def count(name: str) -> Quota:
        asked.append(name)
        return Quota(name, 5, 60, remaining=0, reset=30, exceeded=name == which)

    monkeypatch.setattr(base, "address_quota", lambda **_given: count("address"))
    monkeypatch.setattr(base, "key_quotas", lambda **_given: [count("appkey"), count("brand")])
    return asked


@pytest.mark.parametrize("which", ["address", "brand", "appkey"])
def test_a_used_up_quota_says_when_to_come_again(which: str, we: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    spent(monkeypatch, which)
    before = written()
    answer = we.send(LEA)
    refused_with(answer, 429, "quota_exceeded")
    assert answer["Retry-After"] == "30"
    assert f'"{which}";r=0;t=30' in answer["RateLimit"]
    assert f'"{which}";q=5;w=60' in answer["RateLimit-Policy"]
    told = read(answer)
    assert (told["quota"], told["retryAfter"], told["retryAt"]) == (which, 30, "2026-11-21T12:00:30Z")
    zone = "12:00 (UTC)" if which == "address" else "13:00 (Europe/Paris)"
    assert all(words in told["message"] for words in ("5 are allowed in 60 s.", zone, "in 30 s."))
    assert written() == before


def test_the_order_of_checks_is_address_size_credentials_brand(
    we: Caller, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.MAX_BODY_BYTES = 1024
    large = b"x" * 2048
    wrong = Caller("acme", "wrong", we.token)
    asked = spent(monkeypatch, "address")
    refused_with(wrong.post("api/integration/clients", large), 429, "quota_exceeded")
    assert asked == ["address"]
    asked = spent(monkeypatch, "brand")
    refused_with(wrong.post("api/integration/clients", large), 413, "body_too_large")
    refused_with(wrong.post("api/integration/clients", b"{"), 401, "appkey_refused")
    assert "brand" not in asked
    refused_with(we.post("api/integration/no-such", b"{"), 429, "quota_exceeded")
    spent(monkeypatch, "")
    refused_with(we.post("api/integration/no-such", b"{"), 404, "template_not_found")


def test_on_a_full_disk_reads_go_on_uncounted_and_nothing_else_does(
    we: Caller, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> int:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    for name in ("set", "add", "count_in_turn"):
        monkeypatch.setattr(type(caches["default"]), name, full)
    answer = we.get(RUNS)
    assert (answer.status_code, "RateLimit" in answer.headers) == (200, False)
    assert we.send(LEA).status_code == 503
    told = client.get("/readyz")
    assert (told.status_code, told.json()["missing"]) == (503, ["cache"])


def test_what_is_left_of_the_quota_is_told(we: Caller) -> None:
    first, second = we.get(RUNS), we.get(RUNS)
    assert first["RateLimit-Policy"] == '"address";q=1200;w=60, "appkey";q=2000;w=3600, "brand";q=10000;w=3600'
    assert first["RateLimit"] == '"address";r=1199;t=60, "appkey";r=1999;t=3600, "brand";r=9999;t=3600'
    assert second["RateLimit"] == '"address";r=1198;t=60, "appkey";r=1998;t=3600, "brand";r=9998;t=3600'


def test_every_answer_tells_what_is_left_as_far_as_it_was_counted(we: Caller) -> None:
    nobody, tokenless = Caller("acme", "wrong", we.token), Caller("acme", we.appkey, "wrong")
    assert nobody.get(RUNS)["RateLimit"] == '"address";r=1199;t=60'
    assert we.get("api/any/thing/else")["RateLimit"] == '"address";r=1198;t=60'
    assert tokenless.get(RUNS)["RateLimit"] == '"address";r=1197;t=60, "appkey";r=1999;t=3600, "brand";r=9999;t=3600'
    assert '"appkey";r=1998;t=3600' in we.call("POST", "token", b"grant_type=x", content_type="")["RateLimit"]
    assert '"appkey";r=1997;t=3600' in we.post("api/customer", b"{")["RateLimit"]
    assert '"appkey";r=1996;t=3600' in we.get("api/integration/clients-out")["RateLimit"]


def test_an_import_counts_one_whatever_its_size(we: Caller) -> None:
    we.send(*({**LEA, "ID_DOSSIER": f"D-{number}"} for number in range(50)))
    assert '"appkey";r=1998;t=3600' in we.get(RUNS)["RateLimit"]


def test_a_key_that_calls_too_often_leaves_the_other_keys_their_calls(we: Caller, appkey: Key, acme: Brand) -> None:
    AppKey.objects.filter(pk=appkey.row.pk).update(calls_per_hour=1)
    answers = [we.get(RUNS) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 429, 429, 429, 429]
    assert not any("brand" in answer["RateLimit"] for answer in answers[1:])
    assert answers[1]["RateLimit"].endswith('"appkey";r=0;t=3600')


def test_what_a_forwarding_header_says_is_nothing_without_a_proxy_of_ours(we: Caller, settings: Any) -> None:
    """An address is counted by its socket, whatever it claims."""
    settings.ADDRESS_QUOTA_PER_MINUTE = 2
    claims = {"X-Forwarded-For": "1.2.3.{}", "X-Real-IP": "1.2.3.{}", "Forwarded": "for=1.2.3.{}"}
    answers = [
        we.get(RUNS, **{name: claim.format(number) for name, claim in claims.items()}).status_code
        for number in range(4)
    ]
    assert answers == [200, 200, 429, 429]
    settings.TRUSTED_NETWORKS = (ip_network("127.0.0.0/8"),)
    assert [we.get(RUNS, **{"X-Forwarded-For": f"1.2.3.{number}"}).status_code for number in range(3)] == [200] * 3


def test_how_much_a_key_is_used_is_written_down_by_the_hour(
    we: Caller, appkey: Key, acme: Brand, now: datetime
) -> None:
    AppKey.objects.filter(pk=appkey.row.pk).update(calls_per_hour=3)
    for _ in range(5):
        we.get(RUNS)
    assert flush_usage(now=now) == 1
    assert flush_usage(now=now) == 0
    assert list(KeyUse.objects.values_list("appkey", "hour", "calls", "refused")) == [(appkey.row.pk, now, 5, 2)]
    acme.calls_per_hour = 1
    acme.save()
    AppKey.objects.filter(pk=appkey.row.pk).update(calls_per_hour=None)
    we.get(RUNS)
    assert flush_usage(now=now + timedelta(minutes=90)) == 1
    assert list(KeyUse.objects.values_list("calls", "refused")) == [(6, 3)]
    today = use_of_appkey(appkey.row, now=now)[-1]
    assert (today.day, today.calls, today.answered, today.refused) == (now.date(), 6, 3, 3)


def test_a_read_request_writes_nothing(we: Caller) -> None:
    run = read(we.send(LEA))["run"]
    paths = ("api/config", "api/integration/templates", RUNS, f"{RUNS}/{run}", f"{RUNS}/{run}/operations")
    with CaptureQueriesContext(connection) as queries:
        answers = [we.get(path) for path in (*paths, "api/integration/clients-out")]
        assert [read(answer) is not None for answer in answers] == [True] * 6
    words = {query["sql"].split(" ", 1)[0].upper() for query in queries}
    assert not words & {"INSERT", "UPDATE", "DELETE"}
    assert AppKey.objects.get().last_used_at is None
