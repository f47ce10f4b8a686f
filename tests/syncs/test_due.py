"""What is due begins once, whoever asks and however late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django_q.models import OrmQ

from sync_app.models import Connection, Health, Sync, SyncTurn, TurnStatus
from sync_app.syncs import due
from sync_app.syncs.connectors.base import TransferFailed, Trouble
from sync_app.syncs.due import queue_lost_turns, start_due
from sync_app.syncs.keeping.changing import pause, resume
from tests.at_once import at_once
from tests.runs.conftest import customer
from tests.syncs.conftest import Desk

AWAY = TransferFailed("connect_failed", Trouble.AGAIN, host="crm")


@pytest.mark.django_db
def test_it_is_due_by_its_rule_and_not_by_when_it_was_saved(desk: Desk) -> None:
    desk.clock.advance(minutes=3)
    sync = desk.sync()
    assert sync.next_due == datetime(2026, 11, 21, 12, 10, tzinfo=sync.created_at.tzinfo)
    assert desk.due() == 0
    desk.clock.advance(minutes=8)
    assert desk.due() == 1
    desk.work()
    assert desk.fresh(sync).next_due == sync.next_due + timedelta(minutes=10)


@pytest.mark.django_db
def test_a_turn_by_schedule_says_so(desk: Desk) -> None:
    sync = desk.sync()
    desk.fake.rows = [customer("A")]
    desk.clock.advance(minutes=11)
    assert (desk.due(), desk.due()) == (1, 0)
    desk.work()
    turn = SyncTurn.objects.select_related("run").get()
    assert (turn.status, turn.due_at, turn.asked_by) == (TurnStatus.SUCCEEDED, sync.next_due, "")
    assert turn.run is not None
    assert turn.run.trigger == "schedule"


@pytest.mark.django_db
def test_what_was_missed_in_a_day_is_caught_up_once(desk: Desk) -> None:
    sync = desk.sync()
    desk.clock.advance(days=1, minutes=5)
    assert desk.due() == 1
    desk.work()
    assert desk.due() == 0
    after = desk.fresh(sync).next_due
    assert after is not None
    assert after - desk.clock() <= timedelta(minutes=10)
    assert desk.turns(sync) == [TurnStatus.SUCCEEDED]


@pytest.mark.django_db
def test_a_turn_longer_than_its_interval_skips_the_next_and_says_so(desk: Desk) -> None:
    sync = desk.sync()
    desk.clock.advance(minutes=11)
    assert desk.due() == 1
    desk.clock.advance(minutes=10)
    assert desk.due() == 0
    assert desk.turns(sync) == [TurnStatus.WAITING, TurnStatus.OVERLAPPED]
    desk.work()
    assert desk.turns(sync) == [TurnStatus.SUCCEEDED, TurnStatus.OVERLAPPED]
    desk.clock.advance(minutes=10)
    assert desk.due() == 1


@pytest.mark.django_db
def test_a_paused_sync_is_never_due_and_does_not_catch_up(desk: Desk) -> None:
    sync = desk.sync()
    pause(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    assert desk.fresh(sync).next_due is None
    desk.clock.advance(days=2)
    assert desk.due() == 0
    resumed = resume(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    assert resumed.next_due is not None
    assert resumed.next_due > desk.clock()


@pytest.mark.django_db
def test_a_sync_without_schedule_is_only_run_by_hand(desk: Desk) -> None:
    sync = desk.sync(rule={})
    desk.clock.advance(days=2)
    assert (sync.next_due, desk.due()) == (None, 0)


@pytest.mark.django_db
def test_a_held_sync_and_one_with_refused_credentials_are_not_due(desk: Desk) -> None:
    held, refused = desk.sync("Held"), desk.sync("Refused")
    Sync.objects.filter(pk=held.pk).update(health=Health.HELD)
    Sync.objects.filter(pk=refused.pk).update(health=Health.FAILING)
    Connection.objects.update(refusals=3)
    desk.clock.advance(hours=1)
    assert desk.due() == 0
    Connection.objects.update(refusals=0)
    assert desk.due() == 1


@pytest.mark.django_db
def test_one_that_keeps_failing_is_tried_at_growing_distance_and_hourly_at_last(desk: Desk) -> None:
    sync = desk.sync(rule={"every": 1, "unit": "minutes"})
    desk.fake.fails = {"pull": AWAY}
    tries = []
    for _ in range(16):
        coming = desk.fresh(sync).next_due
        assert coming is not None
        desk.clock.at = coming
        assert desk.due() == 1
        tries.append(coming)
        desk.work()
    apart = [round((later - earlier).total_seconds() / 60) for earlier, later in pairwise(tries)]
    assert apart[:4] == [1, 1, 1, 1]
    assert all(5 >= later / earlier >= 1 for earlier, later in pairwise(apart))
    assert 55 <= apart[-1] <= 61
    desk.fake.fails = {}
    desk.clock.advance(minutes=61)
    desk.due()
    desk.work()
    assert desk.fresh(sync).failures == 0


@pytest.mark.django_db
def test_a_broken_rule_fails_its_own_sync_once_and_no_other(desk: Desk) -> None:
    broken, sound = desk.sync("Broken"), desk.sync("Sound")
    Sync.objects.filter(pk=broken.pk).update(rule={"cron": "61 * * * *"})
    desk.clock.advance(minutes=11)
    assert desk.due() == 1
    desk.work()
    assert desk.turns(sound) == [TurnStatus.SUCCEEDED]
    assert desk.turns(broken) == [TurnStatus.FAILED]
    desk.clock.advance(minutes=11)
    desk.due()
    assert desk.turns(broken) == [TurnStatus.FAILED]


@pytest.mark.django_db
def test_a_turn_whose_task_was_lost_is_queued_again_once(desk: Desk) -> None:
    desk.sync()
    desk.clock.advance(minutes=11)
    desk.due()
    OrmQ.objects.all().delete()
    desk.clock.advance(minutes=2)
    assert (queue_lost_turns(now=desk.clock()), queue_lost_turns(now=desk.clock())) == (1, 0)
    desk.work()
    assert SyncTurn.objects.get().status == TurnStatus.SUCCEEDED


@pytest.mark.django_db(transaction=True)
def test_two_clusters_that_ask_at_once_begin_one_turn(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    syncs = [desk.sync(f"Sync {number}") for number in range(3)]
    desk.clock.advance(minutes=11)
    now = desk.clock()
    assert sum(at_once(*[lambda: start_due(now=now)] * 4)) == len(syncs)
    assert SyncTurn.objects.count() == OrmQ.objects.count() == len(syncs)


@pytest.mark.django_db
def test_a_turn_and_its_due_time_are_one_transaction(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sync = desk.sync()
    desk.clock.advance(minutes=11)

    def lost(*, turn: int) -> None:
        raise OSError("the queue is away")

    monkeypatch.setattr(due, "enqueue_turn", lost)
    with pytest.raises(OSError, match="away"):
        desk.due()
    assert desk.fresh(sync).next_due == sync.next_due
    assert SyncTurn.objects.count() == 0
