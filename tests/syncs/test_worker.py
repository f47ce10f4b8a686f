"""What the queue calls: one effect however often it is delivered, and nothing lost for good."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.utils import timezone
from django_q.models import Failure, OrmQ, Schedule, Task
from django_q.signing import SignedPackage
from pytest_django import Settings

from integration_admin.accounts.access import system_actor
from integration_admin.accounts.models import AccessToken, Brand
from sync_app.demo.content import TEMPLATE, template_xml
from sync_app.models import IdempotencyKey, JournalEntry, Record, Run, RunLease, RunPayload, RunStatus
from sync_app.runs.queue import enqueue
from sync_app.runs.verbs.importing import start_import
from sync_app.syncs.running import housekeeping, worker
from templates_app.library.installing import install
from tests.conftest import Login

pytestmark = pytest.mark.django_db(transaction=True)
BODY = b'[{"ID_DOSSIER": "A-1", "Nom usage": "Martel"}]'


@pytest.fixture
def waiting(acme: Brand, now: datetime) -> Run:
    """A queued import of one row."""
    actor = system_actor(brand=acme, name="the tests")
    install(actor=actor, name=TEMPLATE, xml=template_xml(), at=now, create_fields=True)
    return start_import(actor=actor, template=TEMPLATE, body=BODY, kind="json", clock=timezone.now)


def queued() -> list[tuple[str, tuple[object, ...]]]:
    tasks = [SignedPackage.loads(row.payload) for row in OrmQ.objects.order_by("pk")]
    return [(task["func"], tuple(task["args"])) for task in tasks]


def aged(run: Run, **lease: object) -> Run:
    """The run, accepted two minutes ago."""
    Run.objects.filter(pk=run.pk).update(created_at=timezone.now() - timedelta(minutes=2))
    RunLease.objects.filter(run=run).update(**lease)
    return run


def test_a_queued_run_is_performed(waiting: Run) -> None:
    worker.execute(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.status == RunStatus.SUCCEEDED
    assert Record.objects.count() == 1


def test_a_second_delivery_changes_nothing(waiting: Run) -> None:
    worker.execute(waiting.pk)
    first = Record.objects.get()
    worker.execute(waiting.pk)
    assert Record.objects.get().version == first.version
    assert waiting.lease.attempts == 0
    assert RunLease.objects.get(run=waiting).attempts == 1


def test_a_run_that_is_gone_does_not_break_the_worker(acme: Brand) -> None:
    worker.execute(4711)
    assert Run.objects.count() == 0


def test_the_queue_carries_the_run_and_nothing_else(waiting: Run) -> None:
    enqueue(run=waiting.pk)
    assert queued() == [(worker.EXECUTE, (waiting.pk,))]


@pytest.mark.parametrize("status", [RunStatus.QUEUED, RunStatus.PLANNING, RunStatus.RUNNING])
def test_a_run_whose_task_was_lost_is_queued_again(waiting: Run, status: RunStatus) -> None:
    Run.objects.filter(pk=aged(waiting).pk).update(status=status)
    assert housekeeping.queue_orphans() == 1
    assert queued() == [(worker.EXECUTE, (waiting.pk,))]


def test_a_run_whose_worker_died_is_queued_again(waiting: Run) -> None:
    aged(waiting, expires_at=timezone.now() - timedelta(seconds=1), holder="gone:1")
    assert housekeeping.queue_orphans() == 1


def test_a_run_in_good_hands_is_left_there(waiting: Run) -> None:
    aged(waiting, expires_at=timezone.now() + timedelta(seconds=30), holder="busy:1")
    assert housekeeping.queue_orphans() == 0


def test_a_run_just_accepted_is_left_to_who_accepted_it(waiting: Run) -> None:
    assert housekeeping.queue_orphans() == 0


@pytest.mark.parametrize(
    "status", [RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.HELD, RunStatus.STOPPED]
)
def test_a_run_that_ended_or_is_held_is_not_queued(waiting: Run, status: RunStatus) -> None:
    Run.objects.filter(pk=aged(waiting).pk).update(status=status)
    assert housekeeping.queue_orphans() == 0


def test_a_run_that_only_waits_for_its_turn_is_not_queued_every_minute(waiting: Run) -> None:
    aged(waiting)
    assert [housekeeping.queue_orphans(), housekeeping.queue_orphans()] == [1, 0]


def test_ticks_in_a_row_do_the_housekeeping_once(waiting: Run) -> None:
    aged(waiting)
    for _ in range(3):
        worker.tick()
    assert len(queued()) == 1


def test_one_failing_job_does_not_keep_the_others_from_theirs(waiting: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> int:
        raise DatabaseError("away")

    def flushes() -> int:
        done.append("flushed")
        return 1

    done: list[str] = []
    monkeypatch.setattr(housekeeping, "queue_orphans", fails)
    monkeypatch.setattr(housekeeping, "flush_last_used", flushes)
    worker.tick()
    assert done == ["flushed"]


def test_notes_of_failed_tasks_are_forgotten_after_a_week(db: None) -> None:
    for days in (1, 8):
        moment = timezone.now() - timedelta(days=days)
        Task.objects.create(id=f"t{days}", name="t", func="f", started=moment, stopped=moment, success=False)
    assert housekeeping.forget_failures() == 1
    assert Failure.objects.get().pk == "t1"


def test_answers_are_kept_for_as_long_as_promised(acme: Brand) -> None:
    for days in (29, 31):
        moment = timezone.now() - timedelta(days=days)
        named = {"actor": "x", "method": "POST", "path": "/", "key": str(days), "body_digest": ""}
        IdempotencyKey.objects.create(brand=acme, created_at=moment, **named)
    assert housekeeping.forget_answers() == 1
    assert IdempotencyKey.objects.get().key == "29"


def test_what_runs_have_kept_long_enough_is_purged(waiting: Run, settings: Settings) -> None:
    worker.execute(waiting.pk)
    settings.PAYLOAD_DAYS, settings.JOURNAL_DAYS = 5, 10
    for days, left in ((4, (1, 1)), (6, (0, 1)), (11, (0, 0))):
        Run.objects.filter(pk=waiting.pk).update(finished_at=timezone.now() - timedelta(days=days))
        housekeeping.purge()
        assert (RunPayload.objects.count(), JournalEntry.objects.count()) == left
    assert Record.objects.count() == 1


def test_expired_tokens_are_deleted(owner: Login) -> None:
    for days, digest in ((-2, "a"), (1, "b")):
        moment = timezone.now() + timedelta(days=days)
        AccessToken.objects.create(
            membership=owner.membership, digest=digest, generation=1, issued_at=moment, expires_at=moment
        )
    assert housekeeping.forget_tokens() == 1
    assert AccessToken.objects.get().digest == "b"


def test_there_is_one_schedule_however_often_it_is_asked_for(db: None) -> None:
    for _ in range(3):
        worker.ensure_schedule()
    Schedule.objects.create(name=worker.SCHEDULE, func=worker.TICK, schedule_type=Schedule.MINUTES, minutes=1)
    worker.ensure_schedule()
    row = Schedule.objects.get()
    assert (row.func, row.schedule_type, row.minutes, row.repeats) == (worker.TICK, Schedule.MINUTES, 1, -1)


def test_a_question_is_answered_in_the_shared_cache() -> None:
    worker.answer("here")
    assert cache.get(worker.answer_key("here")) == 1
    assert cache.get(worker.answer_key("there")) is None


def test_a_task_whose_worker_is_gone_is_forgotten_and_one_at_work_is_not() -> None:
    """A task that is taken is locked for a day; none works longer than its time limit."""
    now = timezone.now()
    day, longest = (timedelta(seconds=settings.Q_CLUSTER[name]) for name in ("retry", "timeout"))
    locks = {"waits": now, "at work": now + day - longest / 2, "its worker died": now + day - 2 * longest}
    for name, lock in locks.items():
        OrmQ.objects.create(key=name, payload="x", lock=lock)
    assert housekeeping.forget_taken() == 1
    assert set(OrmQ.objects.values_list("key", flat=True)) == {"waits", "at work"}
