"""Noticing that the queue stands still, and only then."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, InterfaceError
from django_q.models import OrmQ, Task
from django_q.signing import SignedPackage

from integration_admin.accounts.models import Brand
from integration_admin.health import housekeeping_silence, worker_silence
from sync_app.models import Run, RunLease
from sync_app.syncs.running import canary as room
from sync_app.syncs.running import worker
from sync_app.syncs.running.canary import ANSWER_WITHIN_SECONDS, ASK_EVERY_SECONDS, Canary
from tests.lost_cache import lose_cache

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Watch:
    """A canary whose time passes when it is told to."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.canary = Canary(seconds=lambda: self.passed, now=lambda: NOON + timedelta(seconds=self.passed))

    def after(self, seconds: float) -> bool:
        self.passed += seconds
        return self.canary.is_silent()


@pytest.fixture(autouse=True)
def _open_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection of a test is its transaction: it stays open."""
    monkeypatch.setattr("django.db.connection.close", lambda: None)


@pytest.fixture
def watch() -> Watch:
    return Watch()


def answer_all() -> None:
    for row in OrmQ.objects.all():
        task = SignedPackage.loads(row.payload)
        worker.answer(*task["args"])
        row.delete()


def test_it_asks_at_its_pace(watch: Watch) -> None:
    assert not watch.after(ASK_EVERY_SECONDS - 1)
    assert OrmQ.objects.count() == 0
    assert not watch.after(1)
    assert OrmQ.objects.count() == 1


def test_an_answered_question_is_no_silence(watch: Watch) -> None:
    for _ in range(5):
        assert not watch.after(ASK_EVERY_SECONDS)
        answer_all()
        assert not watch.after(ANSWER_WITHIN_SECONDS)


def test_an_answer_of_another_machine_is_an_answer(watch: Watch) -> None:
    """It has a cache of its own; that the task was worked off is noted in the database."""
    watch.after(ASK_EVERY_SECONDS)
    asked = SignedPackage.loads(OrmQ.objects.get().payload)
    moment = {"started": NOON, "stopped": NOON}
    Task.objects.create(id=asked["id"], name=asked["name"], func=asked["func"], success=True, **moment)
    assert not watch.after(ANSWER_WITHIN_SECONDS)


def test_a_question_without_answer_is_silence_once(watch: Watch) -> None:
    watch.after(ASK_EVERY_SECONDS)
    assert not watch.after(ANSWER_WITHIN_SECONDS - 1)
    assert watch.after(1)
    assert not watch.after(1)


def test_silence_is_noticed_within_a_minute(watch: Watch) -> None:
    assert [second for second in range(1, 61) if watch.after(1)] == [60]


def test_workers_that_are_busy_are_not_silent(watch: Watch, acme: Brand) -> None:
    run = Run.objects.create(brand=acme, kind="import", actor="x", created_at=NOON)
    RunLease.objects.create(run=run, holder="busy", expires_at=NOON + timedelta(hours=1))
    watch.after(ASK_EVERY_SECONDS)
    assert not watch.after(ANSWER_WITHIN_SECONDS * 10)
    assert worker_silence() == pytest.approx(0, abs=60), "who renews a lease is alive"
    assert housekeeping_silence() is None, "and does no housekeeping"
    RunLease.objects.update(expires_at=NOON)
    assert watch.after(1)


@pytest.mark.parametrize("error", [DatabaseError, InterfaceError, OSError, sqlite3.OperationalError, RuntimeError])
def test_what_is_away_says_nothing_about_the_workers_and_is_told_once(
    error: type[Exception], watch: Watch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*args: object, **options: object) -> None:
        raise error("away")

    monkeypatch.setattr(room, "async_task", fails)
    assert not any(watch.after(ASK_EVERY_SECONDS) for _ in range(10))
    assert len(caplog.records) == 1


def test_an_answer_is_found_without_the_cache(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    lose_cache(monkeypatch)
    for answered in (True, False):
        watch.after(ASK_EVERY_SECONDS)
        asked = SignedPackage.loads(OrmQ.objects.get().payload)
        answer_all()
        if answered:
            moment = {"started": NOON, "stopped": NOON}
            Task.objects.create(id=asked["id"], name=asked["name"], func=asked["func"], success=True, **moment)
        assert watch.after(ANSWER_WITHIN_SECONDS) is not answered
