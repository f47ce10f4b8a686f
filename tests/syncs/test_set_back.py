"""The clock goes back by an hour: nothing waits until it is where it was, and nothing is done twice for it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ, Schedule

from sync_app.models import Run, RunLease, Sync, SyncTurn, TurnStatus
from sync_app.syncs.due import CIRCUIT_OPENS_AFTER, queue_lost_turns
from sync_app.syncs.running import worker
from sync_app.syncs.set_back import offer_stranded, pull_back_due, pull_back_schedule, shorten_leases
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def set_back(desk: Desk, by: timedelta = HOUR) -> datetime:
    desk.clock.at -= by
    return desk.clock()


@pytest.mark.parametrize(("ahead", "pulled"), [(60, 0), (119, 0), (121, 1), (3600, 1)])
def test_the_schedule_runs_every_minute_whatever_the_clock_did(ahead: int, pulled: int, now: datetime) -> None:
    worker.ensure_schedule()
    Schedule.objects.update(next_run=now + timedelta(seconds=ahead))
    assert pull_back_schedule(name=worker.SCHEDULE, now=now) == pulled
    assert Schedule.objects.get().next_run <= now + timedelta(minutes=2)


def test_starting_the_site_hurries_the_schedule() -> None:
    worker.ensure_schedule()
    Schedule.objects.update(next_run=timezone.now() + HOUR)
    worker.ensure_schedule()
    assert Schedule.objects.get().next_run <= timezone.now()


def test_tasks_that_wait_are_offered_and_those_that_were_taken_are_not(now: datetime) -> None:
    for key, hours in {"waits": 1, "waits long": 5, "at work": 23, "at work since before": 25}.items():
        OrmQ.objects.create(key=key, payload="x", lock=now + hours * HOUR)
    assert offer_stranded(now=now) == 2
    assert set(OrmQ.objects.filter(lock__lte=now).values_list("key", flat=True)) == {"waits", "waits long"}


def test_no_lease_lasts_longer_than_one_renewed_now(desk: Desk) -> None:
    sync, now = desk.sync(), desk.clock()
    turn = SyncTurn.objects.create(sync=sync, due_at=now, expires_at=now + HOUR)
    run = Run.objects.create(brand=sync.brand, kind="import", actor="x", created_at=now)
    lease = RunLease.objects.create(run=run, holder="gone:1", expires_at=now + HOUR)
    assert (shorten_leases(now=now), shorten_leases(now=now)) == (2, 0)
    turn.refresh_from_db()
    lease.refresh_from_db()
    assert turn.expires_at is not None
    assert lease.expires_at is not None
    assert turn.expires_at - now == timedelta(minutes=5)
    assert lease.expires_at - now == timedelta(minutes=1)


def test_a_sync_is_due_by_its_rule_and_once_for_each_due_time(desk: Desk) -> None:
    sync = desk.sync()
    desk.clock.advance(minutes=11)
    assert desk.due() == 1
    desk.work()
    now = set_back(desk)
    assert (pull_back_due(now=now), pull_back_due(now=now)) == (1, 0)
    begun = []
    for _ in range(8):
        desk.clock.advance(minutes=10)
        begun.append(desk.due())
        desk.work()
    assert begun == [1, 1, 1, 1, 1, 0, 1, 1], "the sixth is the one that had its turn"
    assert set(desk.turns(sync)) == {TurnStatus.SUCCEEDED}


@pytest.mark.parametrize(
    ("rule", "failures", "ahead"),
    [
        ({"every": 10, "unit": "minutes"}, 0, timedelta(minutes=15)),
        ({"every": 10, "unit": "minutes"}, CIRCUIT_OPENS_AFTER + 9, timedelta(minutes=60)),
        ({"every": 1, "unit": "days", "at": "03:00"}, 0, None),
    ],
    ids=["asked to wait", "keeps failing", "far ahead by its rule"],
)
def test_what_is_rightly_far_ahead_stays(
    desk: Desk, rule: dict[str, object], failures: int, ahead: timedelta | None
) -> None:
    sync, now = desk.sync(rule=rule), desk.clock()
    Sync.objects.update(failures=failures, **({"next_due": now + ahead} if ahead else {}))
    assert pull_back_due(now=now) == 0
    # Another machine's clock may be a little behind.
    assert pull_back_due(now=now - timedelta(seconds=90)) == 0
    Sync.objects.filter(pk=sync.pk).update(rule={"every": 10, "unit": "nothings"}, next_due=now + 30 * HOUR)
    assert pull_back_due(now=now) == 0, "a rule that is none is for its turn to say"


def test_a_turn_whose_task_was_lost_before_is_queued_again(desk: Desk) -> None:
    sync = desk.sync()
    SyncTurn.objects.create(sync=sync, due_at=desk.clock())
    assert queue_lost_turns(now=set_back(desk)) == 1
