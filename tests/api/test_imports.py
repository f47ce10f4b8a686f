"""Importing through the API: the report, the modes, and who carries the run out."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.utils import timezone

from integration_admin.accounts.counters import note_moment
from integration_admin.health import WORKER_ALIVE
from sync_app.api import carrying_out
from sync_app.models import Record, Run
from sync_app.runs.work.perform import perform
from templates_app.models import CustomField
from tests.api.conftest import LEA, MAX, NAMELESS, Caller, read

pytestmark = pytest.mark.django_db

CLIENTS = "api/integration/clients"


def test_a_simulation_shows_what_would_change_and_changes_nothing(we: Caller) -> None:
    read(we.send(LEA))
    report = read(we.send({**LEA, "Nom usage": "Roy-Martin"}, MAX, simulate=True))
    assert (report["simulate"], report["counts"]["updated"], report["counts"]["inserted"]) == (True, 1, 1)
    assert report["operations"][0]["changes"] == {"LastName": {"old": "Roy", "new": "Roy-Martin"}}
    assert [record.label for record in Record.objects.all()] == ["Roy"]


def test_the_real_import_does_what_the_simulation_showed(we: Caller) -> None:
    rows = ({**LEA, "Nom usage": "Roy-Martin"}, MAX, NAMELESS)
    simulated, real = read(we.send(*rows, simulate=True)), read(we.send(*rows, verbose=True))
    assert (simulated["counts"], simulated["byType"]) == (real["counts"], real["byType"])
    assert simulated["errors"] == real["errors"]
    shown = [
        [{k: v for k, v in op.items() if k not in {"record", "applied"}} for op in r["operations"]]
        for r in (simulated, real)
    ]
    assert shown[0] == shown[1]


@pytest.mark.parametrize("options", [{}, {"verbose": False}, {"simulate": False, "stopOnError": False}])
def test_a_plain_import_answers_counts_and_no_operations(options: dict[str, bool], we: Caller) -> None:
    report = read(we.send(LEA, **options))
    assert "operations" not in report
    assert report["counts"]["inserted"] == 1
    assert set(report["statistics"]) >= {"queryCount", "queryDurationTotal", "executionDuration"}


@pytest.mark.parametrize(
    "model",
    [[LEA], LEA, {"rows": [LEA]}, {"anything": [LEA]}],
    ids=["a list", "one row", "a list in a member", "any member"],
)
def test_rows_may_stand_in_the_model_in_several_ways(model: object, we: Caller) -> None:
    assert read(we.post(CLIENTS, {"model": model}))["counts"]["inserted"] == 1


def test_an_error_tells_row_name_field_code_sentence_and_value(we: Caller) -> None:
    error = read(we.send(LEA, {**MAX, "Email": "not an address"}))["errors"][0]
    assert error["row"] == 2
    assert (error["name"], error["field"], error["value"]) == ("Email", "Email", "not an address")
    assert error["code"] == "email_invalid"
    assert error["message"].endswith(".")


def test_stop_on_error_keeps_what_precedes(we: Caller) -> None:
    report = read(we.send(LEA, NAMELESS, MAX, stopOnError=True))
    assert (report["status"], report["counts"]["inserted"], report["counts"]["unprocessed"]) == ("stopped", 1, 1)
    assert Record.objects.count() == 1


def test_atomic_writes_all_or_nothing(we: Caller) -> None:
    assert read(we.send(LEA, NAMELESS, atomic=True))["status"] == "failed"
    assert Record.objects.count() == 0
    assert read(we.send(LEA, MAX, atomic=True))["status"] == "succeeded"
    assert Record.objects.count() == 2


@pytest.mark.parametrize("prefer", ["respond-async", "Respond-Async", "wait=10, respond-async", "respond-async; x=1"])
def test_who_prefers_not_to_wait_gets_the_address_of_the_run(prefer: str, we: Caller, handed: list[int]) -> None:
    answer = we.post(CLIENTS, {"model": [LEA]}, Prefer=prefer)
    run = read(answer)["run"]
    assert (answer.status_code, answer["Preference-Applied"]) == (202, "respond-async")
    assert answer["Location"] == f"/acme/api/integration/runs/{run}"
    assert handed == [run]
    assert read(we.client.get(answer["Location"], headers=credentials(we)))["status"] == "queued"
    perform(run=run, holder="worker", clock=timezone.now)
    assert read(we.client.get(answer["Location"], headers=credentials(we)))["counts"]["inserted"] == 1


@pytest.mark.parametrize("prefer", ["return=minimal", "async", "", "respond-asynchronously"])
def test_other_preferences_change_nothing(prefer: str, we: Caller, handed: list[int]) -> None:
    answer = we.post(CLIENTS, {"model": [LEA]}, Prefer=prefer)
    assert (answer.status_code, handed) == (200, [])


def test_many_rows_go_to_the_worker_while_the_request_waits(
    we: Caller, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ASYNC_ROWS = 1
    monkeypatch.setattr(carrying_out, "worker_is_there", lambda: True)
    monkeypatch.setattr(carrying_out, "enqueue", lambda *, run: perform(run=run, holder="worker", clock=timezone.now))
    answer = we.send(LEA, MAX)
    assert (answer.status_code, read(answer)["counts"]["inserted"]) == (200, 2)


def test_an_undo_of_many_records_goes_to_the_worker(
    we: Caller, settings: Any, monkeypatch: pytest.MonkeyPatch, handed: list[int]
) -> None:
    run = read(we.send(LEA, MAX))["run"]
    settings.ASYNC_ROWS, settings.ASYNC_WAIT_SECONDS = 1, 0
    monkeypatch.setattr(carrying_out, "worker_is_there", lambda: True)
    answer = we.post(f"api/integration/runs/{run}/undo", {})
    assert (answer.status_code, handed) == (202, [read(answer)["run"]])


def test_a_retry_of_few_rows_of_many_is_done_in_the_request(
    we: Caller, settings: Any, monkeypatch: pytest.MonkeyPatch, handed: list[int]
) -> None:
    run = read(we.send(LEA, MAX, NAMELESS))["run"]
    settings.ASYNC_ROWS, settings.ASYNC_WAIT_SECONDS = 1, 0
    monkeypatch.setattr(carrying_out, "worker_is_there", lambda: True)
    assert (we.post(f"api/integration/runs/{run}/retry", {}).status_code, handed) == (200, [])


def test_a_worker_that_takes_too_long_is_not_waited_for(
    we: Caller, settings: Any, monkeypatch: pytest.MonkeyPatch, handed: list[int]
) -> None:
    settings.ASYNC_ROWS, settings.ASYNC_WAIT_SECONDS = 1, 0.3
    monkeypatch.setattr(carrying_out, "worker_is_there", lambda: True)
    answer = we.send(LEA, MAX)
    assert (answer.status_code, read(answer)["status"]) == (202, "queued")
    assert "Preference-Applied" not in answer
    assert len(handed) == 1


def test_without_a_worker_many_rows_are_imported_in_the_request(we: Caller, settings: Any, handed: list[int]) -> None:
    settings.ASYNC_ROWS = 1
    assert read(we.send(LEA, MAX))["counts"]["inserted"] == 2
    assert handed == []


@pytest.mark.parametrize(("seconds", "there"), [(5, True), (400, False)])
def test_a_worker_of_another_machine_is_known_by_its_sign_in_the_database(
    seconds: int, there: bool, db: None, settings: Any
) -> None:
    settings.COUNT_IN_DATABASE = True
    assert not carrying_out.worker_is_there()
    note_moment(WORKER_ALIVE, at=time.time() - seconds, seconds=3600)
    assert carrying_out.worker_is_there() is there


def test_a_template_that_no_longer_fits_is_refused_with_its_findings(we: Caller, acme: Any) -> None:
    CustomField.objects.filter(brand=acme).update(retired=True)
    answer = we.send(LEA)
    told = read(answer)
    assert (answer.status_code, told["code"]) == (422, "template_outdated")
    assert {"severity", "code", "message", "line", "column"} <= set(told["errors"][0])
    assert Run.objects.count() == 0


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of the runs that were handed to the worker, which here does nothing."""
    runs: list[int] = []
    monkeypatch.setattr(carrying_out, "enqueue", lambda *, run: runs.append(run))
    return runs


def credentials(caller: Caller) -> dict[str, str]:
    return {"X-APPKEY": caller.appkey, "Authorization": caller.token}


@pytest.mark.parametrize("name", ["%00", "a%00b", "%ff", "%ED%A0%80", "%E2%80%AEx", "clients%20", "CLIENTS", ".."])
def test_what_is_no_name_of_a_template_is_not_found(name: str, we: Caller) -> None:
    for method in ("GET", "POST", "OPTIONS"):
        answer = we.call(method, f"api/integration/{name}", {"model": []} if method == "POST" else None)
        assert (answer.status_code, read(answer)["code"]) == (404, "template_not_found")
