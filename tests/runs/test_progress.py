"""How far a run is: told from what the last commit left, without writing anything."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integration_admin.accounts.access import Actor
from sync_app.models import Run, RunLease, RunStatus
from sync_app.runs.verbs.cancelling import cancel
from sync_app.runs.work.progress import PATIENCE, RunProgress, progress_of
from tests.runs.conftest import House, customer

ROWS = [customer(f"C-{number}") for number in range(4)]


def told(house: House, run: Run) -> RunProgress:
    found = progress_of(Run.objects.select_related("parent").get(pk=run.pk), now=house.clock())
    assert found is not None
    return found


def halfway(house: House, run: Run, *, ok: int = 2, status: str = RunStatus.RUNNING) -> None:
    """As a worker leaves it that began ten seconds ago and has done some rows."""
    now = house.clock()
    Run.objects.filter(pk=run.pk).update(status=status, started_at=now - timedelta(seconds=10))
    tally = {"rows": 4, "ok": ok, "failed": 0, "operations": {"Customer": {"Insert": ok}}}
    RunLease.objects.filter(run=run).update(progress={"tally": tally}, expires_at=now + timedelta(seconds=60))


def test_a_queued_run_waits(house: House) -> None:
    progress = told(house, house.start(*ROWS))
    assert (progress.state, progress.done, progress.total, progress.rate, progress.left) == (
        "waiting",
        0,
        4,
        None,
        None,
    )


def test_after_a_while_nobody_seems_to_work(house: House) -> None:
    run = house.start(*ROWS)
    house.clock.advance(seconds=PATIENCE.total_seconds() + 1)
    assert told(house, run).state == "unattended"


def test_a_worker_that_is_busy_elsewhere_is_a_sign_of_life(house: House) -> None:
    run, other = house.start(*ROWS, simulate=True), house.start(*ROWS)
    house.clock.advance(seconds=PATIENCE.total_seconds() + 1)
    halfway(house, other)
    assert (told(house, run).state, told(house, run).ahead) == ("behind", None)


def test_a_run_that_writes_names_the_run_it_waits_for(house: House) -> None:
    first, second = house.start(*ROWS), house.start(*ROWS)
    halfway(house, first)
    assert (told(house, second).state, told(house, second).ahead) == ("behind", first.pk)


@pytest.mark.parametrize("status", [RunStatus.PLANNING, RunStatus.RUNNING])
def test_a_run_at_work_tells_rate_and_time_left(house: House, status: str) -> None:
    run = house.start(*ROWS)
    halfway(house, run, status=status)
    progress = told(house, run)
    assert (progress.state, progress.done, progress.total) == (status, 2, 4)
    assert progress.rate == pytest.approx(0.2, rel=0.01)
    assert progress.left == timedelta(seconds=10)
    assert progress.counts["inserted"] == 2


def test_a_run_that_has_just_begun_tells_no_rate(house: House) -> None:
    run = house.start(*ROWS)
    halfway(house, run, ok=0)
    assert (told(house, run).rate, told(house, run).left) == (None, None)


def test_when_all_rows_are_done_the_rest_is_finishing(house: House) -> None:
    run = house.start(*ROWS)
    halfway(house, run, ok=4)
    assert (told(house, run).state, told(house, run).left) == ("last", None)


def test_a_run_that_was_asked_to_stop_is_stopping(house: House) -> None:
    run = house.start(*ROWS)
    halfway(house, run)
    cancel(actor=house.actor, run=run.pk, clock=house.clock)
    assert told(house, run).state == "cancelling"


def test_an_applied_plan_is_about_the_rows_of_the_plan(house: House) -> None:
    plan = house.simulate(*ROWS)
    run = Run.objects.create(
        brand=house.brand, kind="apply", parent=plan, actor="x", created_at=house.clock(), status=RunStatus.QUEUED
    )
    assert told(house, run).total == 4


@pytest.mark.parametrize("simulate", [True, False])
def test_an_ended_run_has_no_progress(house: House, simulate: bool) -> None:
    assert progress_of(house.send(*ROWS, simulate=simulate), now=house.clock()) is None


def test_a_held_run_says_so(house: House) -> None:
    run = house.start(*ROWS)
    Run.objects.filter(pk=run.pk).update(status=RunStatus.HELD)
    assert told(house, run).state == "held"


def test_asking_reads_only_and_little(house: House, outsider: Actor) -> None:
    run = house.start(*ROWS)
    house.clock.advance(seconds=60)
    with CaptureQueriesContext(connection) as queries:
        progress_of(run, now=house.clock())
    assert len(queries) <= 3
    assert all(query["sql"].startswith("SELECT") for query in queries)
