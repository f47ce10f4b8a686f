"""One worker at a time, a stop that is heard, and attempts that end."""

from __future__ import annotations

from typing import Any

import pytest

from integration_admin.accounts.access import Actor, NotAllowed, system_actor
from integration_admin.accounts.models import Brand
from sync_app.models import JournalEntry, Run, RunLease, RunStatus
from sync_app.runs.errors import RunConflict, RunRefused
from sync_app.runs.upkeep.verifying import records_digest, verify
from sync_app.runs.verbs.cancelling import cancel
from sync_app.runs.verbs.undoing import start_undo
from sync_app.runs.work import perform
from sync_app.runs.work.job import Job
from sync_app.runs.work.lease import MAX_ATTEMPTS, Lease, LeaseLost, claim
from sync_app.storage.records import DatabaseRecords
from tests.runs.conftest import House, Killed, customer, killed_at

ROWS = [customer(f"C{n}") for n in range(6)]


def test_a_run_that_somebody_holds_is_left_alone(house: House) -> None:
    run = house.start(*ROWS)
    assert claim(run=run, holder="there", clock=house.clock) is not None
    found = house.perform(run)
    assert found.status == RunStatus.QUEUED
    assert house.live() == {}


def test_a_run_that_has_ended_is_not_done_again(house: House) -> None:
    run = house.send(*ROWS)
    before = records_digest(house.brand)
    house.clock.advance(hours=1)
    assert house.perform(run).status == RunStatus.SUCCEEDED
    assert (records_digest(house.brand), RunLease.objects.get(run=run).attempts) == (before, 1)


def test_a_worker_that_read_the_run_before_another_ended_it_does_not_take_it(house: House) -> None:
    run = house.start(*ROWS)
    read_before = Run.objects.get(pk=run.pk)
    house.perform(run)
    assert read_before.is_open
    assert claim(run=read_before, holder="late", clock=house.clock) is None
    lease = RunLease.objects.get(run=run)
    assert (lease.attempts, lease.holder, lease.expires_at) == (1, "", None)


@pytest.mark.parametrize("options", [{}, {"on_error": "atomic"}, {"simulate": True}])
@pytest.mark.parametrize("call", [1, 2, 3])
def test_an_older_worker_that_wakes_up_writes_nothing_more(
    house: House, small_chunks: None, monkeypatch: pytest.MonkeyPatch, options: dict[str, Any], call: int
) -> None:
    """It stops between two chunks, its lease runs out, another finishes the run, and then it goes on."""
    run = house.start(*ROWS, **options)
    seen: list[Any] = []
    tell = Job.tell

    def sleeping(job: Job) -> None:
        seen.append(job)
        if len(seen) == call:
            house.clock.advance(seconds=61)
            house.perform(run, holder="there")
            seen.append(records_digest(house.brand))
        tell(job)

    monkeypatch.setattr(Job, "tell", sleeping)
    ended = house.perform(run)
    assert ended.status == RunStatus.SUCCEEDED
    digest = next(found for found in seen if isinstance(found, str))
    assert records_digest(house.brand) == digest
    assert Run.objects.get(pk=run.pk).counts["rows"] == 6
    assert verify(brand=house.brand.key) == []
    keys = list(JournalEntry.objects.filter(run=run).values_list("key", flat=True))
    assert len(keys) == len(set(keys)) == 6


def test_the_fence_is_part_of_what_a_chunk_commits(house: House) -> None:
    run = house.start(*ROWS)
    old = claim(run=run, holder="old", clock=house.clock)
    house.clock.advance(seconds=61)
    new = claim(run=run, holder="new", clock=house.clock)
    assert isinstance(old, Lease)
    assert isinstance(new, Lease)
    assert new.fence > old.fence
    with pytest.raises(LeaseLost):
        old.advance({"after": 1})
    new.advance({"after": 2})
    assert RunLease.objects.get(run=run).progress == {"after": 2}


def test_an_attempt_that_wrote_rows_counts_anew(house: House, small_chunks: None) -> None:
    run = house.start(*ROWS)
    for attempt in range(MAX_ATTEMPTS - 1):
        with killed_at(DatabaseRecords, "write", 1), pytest.raises(Killed):
            house.perform(run, holder=str(attempt))
        house.clock.advance(seconds=61)
    for _ in range(2):
        with killed_at(DatabaseRecords, "write", 2), pytest.raises(Killed):
            house.perform(run)
        assert RunLease.objects.get(run=run).attempts == 1
        house.clock.advance(seconds=61)
    assert house.perform(run).status == RunStatus.SUCCEEDED
    assert len(house.live()) == 6


def test_rows_that_were_only_planned_do_not_count_as_progress(house: House, small_chunks: None) -> None:
    """They are planned anew: what ends the process there would end it for ever."""
    run = house.start(*ROWS, simulate=True)
    for attempt in range(MAX_ATTEMPTS):
        with killed_at(Job, "keep_failed", 3), pytest.raises(Killed):
            house.perform(run, holder=str(attempt))
        house.clock.advance(seconds=61)
    assert house.perform(run, holder="last").status == RunStatus.INTERRUPTED


def test_a_run_that_dies_each_time_is_given_up_and_says_what_was_written(house: House, small_chunks: None) -> None:
    run = house.start(*ROWS)
    for attempt in range(MAX_ATTEMPTS):
        with killed_at(DatabaseRecords, "write", 2 if attempt == 0 else 1), pytest.raises(Killed):
            house.perform(run, holder=str(attempt))
        house.clock.advance(seconds=61)
    ended = house.perform(run, holder="last")
    assert (ended.status, ended.error["code"]) == (RunStatus.INTERRUPTED, "attempts_exhausted")
    assert (ended.counts["rows"], ended.counts["rowsOk"], ended.counts["unprocessed"]) == (6, 2, 4)
    assert len(house.live()) == 2
    assert verify(brand=house.brand.key) == []
    house.undo(ended)
    assert house.live() == {}


# --- cancelling


def test_a_run_nobody_began_is_cancelled_at_once(house: House) -> None:
    run = house.start(*ROWS)
    assert cancel(actor=house.actor, run=run.pk, clock=house.clock).status == RunStatus.CANCELLED
    assert house.perform(run).status == RunStatus.CANCELLED
    assert house.live() == {}


@pytest.mark.parametrize("before", [1, 2])
def test_a_running_run_ends_after_the_chunk_in_flight(house: House, small_chunks: None, before: int) -> None:
    run = house.start(*ROWS, customer("C6"), customer("C7"))
    told: list[int] = []

    def watching(progress: Any) -> None:
        told.append(progress.rows_done)
        if len(told) == before:
            cancel(actor=house.actor, run=run.pk, clock=house.clock)

    ended = perform.perform(run=run.pk, holder="here", clock=house.clock, on_progress=watching)
    done = 2 * before + 2
    assert ended.status == RunStatus.CANCELLED
    assert (ended.counts["rowsOk"], ended.counts["unprocessed"]) == (done, 8 - done)
    assert len(house.live()) == done
    assert verify(brand=house.brand.key) == []


def test_a_simulated_undo_ends_after_the_chunk_in_flight_as_well(house: House, small_chunks: None) -> None:
    undo = start_undo(actor=house.actor, run=house.send(*ROWS).pk, simulate=True, clock=house.clock)

    def watching(progress: Any) -> None:
        cancel(actor=house.actor, run=undo.pk, clock=house.clock)

    ended = perform.perform(run=undo.pk, holder="here", clock=house.clock, on_progress=watching)
    assert ended.status == RunStatus.CANCELLED
    assert 0 < ended.counts["unprocessed"] < ended.counts["rows"]


def test_a_stop_that_came_before_the_worker_did_is_heard_before_anything_is_written(house: House) -> None:
    run = house.start(*ROWS)
    RunLease.objects.filter(run=run).update(cancel=True)
    assert house.perform(run).status == RunStatus.CANCELLED
    assert house.live() == {}


def test_what_waits_while_its_brand_is_switched_off_is_cancelled_and_what_was_begun_goes_on(
    house: House, small_chunks: None
) -> None:
    waiting, begun = house.start(customer("W")), house.start(*ROWS)
    with killed_at(Job, "tell", 2), pytest.raises(Killed):
        house.perform(begun)
    Brand.objects.filter(pk=house.brand.pk).update(active=False)
    house.clock.advance(minutes=5)
    assert [house.perform(run).status for run in (waiting, begun)] == [RunStatus.CANCELLED, RunStatus.SUCCEEDED]
    assert (Run.objects.get(pk=waiting.pk).counts["unprocessed"], "W" in house.live()) == (1, False)
    by_operator = house.start(customer("O"), actor=system_actor(brand=house.brand, name="a command"))
    assert house.perform(by_operator).status == RunStatus.SUCCEEDED


def test_an_ended_run_is_not_cancelled_nor_one_of_another_brand(house: House, outsider: Actor) -> None:
    run = house.send(*ROWS)
    with pytest.raises(RunConflict):
        cancel(actor=house.actor, run=run.pk, clock=house.clock)
    with pytest.raises(RunRefused) as foreign:
        cancel(actor=outsider, run=run.pk, clock=house.clock)
    assert foreign.value.status == 404
    with pytest.raises(NotAllowed):
        cancel(actor=Actor(brand=house.brand, name="nobody"), run=run.pk, clock=house.clock)
