"""The stand-in of PlanningPME does what the vendor's pages say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sync_app.standins.asked import Answer
from sync_app.standins.planningpme import JWT_GRANT, PlanningPme
from tests.standins.calls import ask, form

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
IMPORT = "/demo/api/integration/client-import"
EXPORT = "/demo/api/integration/client-export"


class Caller:
    """A program with a key and a token."""

    def __init__(self) -> None:
        self.now = NOON
        self.standin = PlanningPme(clock=lambda: self.now)
        self.headers = {"x_appkey": self.standin.appkey}
        grant = form(grant_type="password", username=self.standin.username, password=self.standin.password)
        token = self.ask("POST", "/Demo/token", grant).content["access_token"]
        self.headers["authorization"] = f"Bearer {token}"

    def ask(self, method: str, target: str, content: Any = None) -> Answer:
        return ask(self.standin, method, target, content, **self.headers)


@pytest.fixture
def caller() -> Caller:
    return Caller()


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_an_account_token_is_exchanged_like_a_password(caller: Caller, method: str) -> None:
    assertion = form(grant_type=JWT_GRANT, assertion=caller.standin.account_token)
    answer = caller.ask(method, "/demo/token", assertion)
    assert (answer.status, answer.content["token_type"], answer.content["expires_in"]) == (200, "bearer", 86399)


@pytest.mark.parametrize("given", [{"grant_type": "password", "username": "planner", "password": "x"}, {}])
def test_other_credentials_are_refused_as_an_oauth_server_does(caller: Caller, given: dict[str, str]) -> None:
    answer = caller.ask("POST", "/demo/token", form(**given))
    assert (answer.status, answer.content["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize("headers", [{}, {"x_appkey": "guess"}])
def test_nothing_is_told_without_the_application_key(caller: Caller, headers: dict[str, str]) -> None:
    caller.headers = headers
    assert caller.ask("GET", "/demo/api/config").status == 401


def test_a_token_ends(caller: Caller) -> None:
    assert caller.ask("GET", "/demo/api/task").status == 200
    caller.now += timedelta(seconds=86_400)
    assert caller.ask("GET", "/demo/api/task").status == 401


def test_the_token_counts_without_the_word_bearer(caller: Caller) -> None:
    caller.headers["authorization"] = caller.headers["authorization"].removeprefix("Bearer ")
    assert caller.ask("GET", "/demo/api/task").status == 200


def test_a_list_comes_in_pages_counted_from_zero(caller: Caller) -> None:
    pages = [caller.ask("GET", f"/demo/api/customer?pageIndex={index}&pageSize=4").content for index in range(3)]
    assert [page["totalItems"] for page in pages] == [6, 6, 6]
    assert [len(page["items"]) for page in pages] == [4, 2, 0]
    assert len(caller.ask("GET", "/demo/api/customer").content["items"]) == 6


@pytest.mark.parametrize("query", ["pageSize=0", "pageSize=1001", "pageIndex=-1", "since=2026"])
def test_a_list_refuses_what_it_cannot_read(caller: Caller, query: str) -> None:
    assert caller.ask("GET", f"/demo/api/customer?{query}").status == 400


def test_an_import_inserts_and_updates_by_key_and_reports_refused_rows(caller: Caller) -> None:
    rows = [
        {"ID_DOSSIER": "D-101", "Nom usage": "Roy-Martin"},
        {"ID_DOSSIER": "D-900", "Nom usage": "Costa", "Email": "rui@example.org"},
        {"ID_DOSSIER": "D-901", "Nom usage": "Diallo", "Email": "nowhere"},
        {"ID_DOSSIER": "D-102", "Nom usage": "Petit"},
    ]
    report = caller.ask("POST", IMPORT, {"model": rows}).content
    counts = report["counts"]
    assert (counts["inserted"], counts["updated"], counts["unchanged"], counts["failed"]) == (1, 1, 1, 1)
    assert [(error["row"], error["code"]) for error in report["errors"]] == [(3, "email_invalid")]
    codes = {item["ID_DOSSIER"]: item["Nom usage"] for item in caller.ask("GET", EXPORT).content["items"]}
    assert codes["D-101"] == "Roy-Martin"
    assert "D-900" in codes
    assert "D-901" not in codes


def test_a_simulation_reports_the_same_and_writes_nothing(caller: Caller) -> None:
    rows = [{"ID_DOSSIER": "D-900", "Nom usage": "Costa"}, {"ID_DOSSIER": "D-900", "Nom usage": "Costa"}]
    before = caller.ask("GET", EXPORT).content["items"]
    simulated = caller.ask("POST", IMPORT, {"model": rows, "simulate": True}).content
    assert caller.ask("GET", EXPORT).content["items"] == before
    real = caller.ask("POST", IMPORT, {"model": rows}).content
    assert simulated["counts"] == real["counts"]
    assert (simulated["counts"]["inserted"], simulated["counts"]["unchanged"]) == (1, 1)


def test_it_stops_at_the_first_error_when_it_is_asked_to(caller: Caller) -> None:
    rows = [{"ID_DOSSIER": "", "Nom usage": "x"}, {"ID_DOSSIER": "D-900", "Nom usage": "Costa"}]
    report = caller.ask("POST", IMPORT, {"model": rows, "stopOnError": True}).content
    assert (report["status"], report["counts"]["unprocessed"], report["counts"]["inserted"]) == ("stopped", 1, 0)


def test_since_leaves_out_what_did_not_change(caller: Caller) -> None:
    caller.ask("POST", IMPORT, {"model": [{"ID_DOSSIER": "D-103", "Nom usage": "Faure-Roy"}]})
    changed = caller.ask("GET", f"{EXPORT}?since=20261121115959").content
    assert [item["ID_DOSSIER"] for item in changed["items"]] == ["D-103"]
    assert caller.ask("GET", f"{EXPORT}?since=20261121120000").content["items"] == []


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [("GET", IMPORT, 405), ("POST", EXPORT, 405), ("GET", "/demo/api/nothing", 404), ("GET", "/demo/api/task/1", 404)],
)
def test_what_is_not_there_is_refused(caller: Caller, method: str, target: str, status: int) -> None:
    assert caller.ask(method, target, {"model": []} if method == "POST" else None).status == status


def test_the_templates_say_their_direction(caller: Caller) -> None:
    listed = caller.ask("GET", "/demo/api/integration/templates").content["items"]
    assert {item["name"]: item["direction"] for item in listed}["client-import"] == "in"


def test_a_record_is_shown_whole(caller: Caller) -> None:
    assert caller.ask("GET", "/demo/api/task/1000").content["label"] == "Coaching"
