"""How a run ends is said on the run: also when nothing was written, and when it was given up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sync_app.models import JournalEntry, Record, RunLease, RunStatus
from sync_app.runs.reports.report import report_of
from sync_app.runs.work import import_work
from sync_app.runs.work.lease import LEASE, MAX_ATTEMPTS
from tests.runs.conftest import House, customer

pytestmark = pytest.mark.django_db


def error_of(house: House, run: Any) -> Any:
    return report_of(actor=house.actor, run=run)["error"]


def test_an_atomic_run_with_a_bad_row_says_that_nothing_was_written(house: House) -> None:
    run = house.send(customer("a"), customer("b", mail="none"), on_error="atomic")
    assert run.status == RunStatus.FAILED
    assert run.counts["inserted"] == 1
    told = report_of(actor=house.actor, run=run)
    assert {name: count for name, count in told["counts"].items() if count} == {
        "rows": 2,
        "rowsFailed": 1,
        "unprocessed": 1,
        "skipped": 1,
        "failed": 1,
    }
    assert (told["byType"]["Customer"]["inserted"], told["byType"]["Customer"]["skipped"]) == (0, 1)
    assert error_of(house, run) == {
        "code": "atomic_failed",
        "message": "Nothing was written, because rows failed (1). The report says which.",
    }
    assert not Record.objects.exists()
    assert not JournalEntry.objects.filter(run=run, applied=True).exists()


def test_a_refused_stale_plan_says_so(house: House) -> None:
    plan = house.simulate(customer("a", "New"))
    house.send(customer("a", "Old"))
    run = house.apply(plan, stale="refuse")
    assert run.status == RunStatus.FAILED
    assert error_of(house, run)["code"] == "plan_stale"
    assert house.live()["a"]["LastName"] == "Old"


def test_a_refused_undo_says_so(house: House) -> None:
    first = house.send(customer("a", "One"))
    house.send(customer("a", "Two"))
    run = house.undo(first, conflicts="refuse")
    assert run.status == RunStatus.FAILED
    assert error_of(house, run)["code"] == "undo_conflicts"
    assert report_of(actor=house.actor, run=run)["counts"]["updated"] == 0
    assert house.live()["a"]["LastName"] == "Two"


def test_an_unforeseen_error_frees_the_run_for_the_next_attempt_which_ends_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = house.start(customer("a"))
    with monkeypatch.context() as patch:
        patch.setattr(import_work, "load_import", lambda run: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            house.perform(run)
    assert RunLease.objects.get(run=run).expires_at is None
    assert house.perform(run).status == RunStatus.SUCCEEDED
    assert list(house.live()) == ["a"]


def test_a_run_that_dies_again_and_again_is_given_up(house: House) -> None:
    run = house.start(customer("a"))
    RunLease.objects.filter(run=run).update(attempts=MAX_ATTEMPTS, expires_at=house.clock() - timedelta(seconds=1))
    house.clock.advance(seconds=LEASE.total_seconds())
    ended = house.perform(run)
    assert ended.status == RunStatus.INTERRUPTED
    assert error_of(house, ended)["message"] == "The run was interrupted 3 times and was given up."
    assert not Record.objects.exists()
