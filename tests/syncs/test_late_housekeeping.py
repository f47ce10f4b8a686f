"""The minute's housekeeping is done though all workers are at work, and once, whoever else thinks that it is late."""

from __future__ import annotations

import os
import signal
import threading
import time
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone
from django_q.models import Schedule

from integration_admin.health import housekeeping_silence, worker_silence
from sync_app.syncs.running import housekeeping, worker
from sync_app.syncs.running import late_housekeeping as room
from sync_app.syncs.running.late_housekeeping import (
    LATE_AFTER_SECONDS,
    LOOK_EVERY_SECONDS,
    LateHousekeeping,
    do_if_late,
)
from sync_app.syncs.running.supervisor import Supervisor
from tests.lost_cache import lose_cache


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which jobs were done; the jobs themselves are others' business."""
    jobs: list[str] = []
    monkeypatch.setattr(housekeeping, "_isolated", lambda job: jobs.append(job.__name__))
    return jobs


@pytest.mark.django_db
def test_it_is_done_once_when_the_queue_is_late_and_the_workers_are_not_alive_by_that(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (do_if_late(), do_if_late()) == (True, False)
    assert "start_due_syncs" in done
    assert len(done) == len(set(done))
    assert housekeeping_silence() is not None
    assert worker_silence() is None
    later = time.time() + LATE_AFTER_SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: later)
    worker.tick()
    assert not do_if_late()
    assert worker_silence() is not None


@pytest.mark.django_db
def test_the_schedule_is_hurried_though_the_cache_is_away_and_the_queue_does_the_rest(
    done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.ensure_schedule()
    Schedule.objects.update(next_run=timezone.now() + timedelta(hours=1))
    lose_cache(monkeypatch)
    assert not do_if_late()
    assert Schedule.objects.get().next_run <= timezone.now()
    worker.tick()
    assert "start_due_syncs" in done


def test_it_looks_at_its_pace_and_never_twice_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[threading.Thread] = []
    at = [0.0]
    late = LateHousekeeping(seconds=lambda: at[0], begin=begun.append)
    looked = []
    for moment in (0.0, LATE_AFTER_SECONDS - 1, LATE_AFTER_SECONDS, LATE_AFTER_SECONDS + 1):
        at[0] = moment
        late.look()
        looked.append(len(begun))
    assert looked == [0, 0, 1, 1]
    monkeypatch.setattr(begun[0], "is_alive", lambda: True)
    at[0] += 10 * LOOK_EVERY_SECONDS
    late.look()
    assert len(begun) == 1


def test_a_database_that_is_away_ends_neither_the_look_nor_who_asks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> bool:
        raise DatabaseError("away")

    monkeypatch.setattr(room, "do_if_late", fails)
    at = [0.0]
    late = LateHousekeeping(seconds=lambda: at[0], begin=lambda thread: thread.run())
    at[0] = LATE_AFTER_SECONDS
    late.look()
    assert [record.getMessage() for record in caplog.records] == ["housekeeping failed"]


def test_a_supervisor_calls_what_is_beside_its_programs() -> None:
    def look() -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    said: list[str] = []
    Supervisor(programs=[], grace=0, say=said.append, beside=[look]).run()
    assert len(said) == 1
