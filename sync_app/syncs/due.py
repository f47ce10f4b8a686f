"""What is due: asked by the worker's tick. One turn for each due time, however many ask at once."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q

from integration_admin.accounts.counters import first_within
from sync_app.models import Health, Sync, SyncTurn, TurnStatus
from sync_app.runs.queue import enqueue_turn
from sync_app.runs.work.turn_ends import end_turn
from sync_app.syncs.errors import SyncRefused
from sync_app.syncs.timing import due_after

#: So many turns in a row that failed, and the other system is only probed now and then.
CIRCUIT_OPENS_AFTER: Final = 5
FIRST_PROBE: Final = timedelta(minutes=2)
LONGEST_PROBE: Final = timedelta(hours=1)
#: So many refusals of the credentials, and nothing is tried until somebody has entered them again.
REFUSALS_AT_MOST: Final = 3
#: A turn that was just made is about to be taken.
SETTLING: Final = timedelta(seconds=60)
QUEUED_AGAIN_APART_SECONDS: Final = 300
#: The clocks of two machines are never further apart.
SLACK: Final = timedelta(minutes=2)

log = logging.getLogger(__name__)


def start_due(*, now: datetime) -> int:
    """Begin what is due. What was missed, however often, is caught up once. Answers how many turns were begun."""
    running = Sync.objects.filter(active=True, brand__active=True)
    due = running.filter(next_due__lte=now, connection__refusals__lt=REFUSALS_AT_MOST)
    waiting = due.exclude(health=Health.HELD).order_by("next_due").values_list("pk", "next_due")
    return sum(_started(pk, seen, now) for pk, seen in list(waiting) if seen is not None)


def _started(pk: int, seen: datetime, now: datetime) -> bool:
    """Each sync for itself: one whose rule is broken keeps no other from its turn."""
    try:
        with transaction.atomic():
            return _begin(pk, seen, now)
    except IntegrityError:
        log.warning("this due time had its turn already", extra={"sync": pk})
        return False


def _begin(pk: int, seen: datetime, now: datetime) -> bool:
    sync = Sync.objects.select_for_update(of=("self",)).select_related("brand", "connection").get(pk=pk)
    if sync.next_due != seen or not sync.active:
        return False
    try:
        following = due_after(sync, max(now, seen, probed_after(sync, now)))
    except SyncRefused as broken:
        return _broken(sync, seen, now, broken)
    # The guard: of two who read the same due time, one moves it on.
    if not Sync.objects.filter(pk=pk, next_due=seen, active=True).update(next_due=following):
        return False
    if SyncTurn.objects.filter(sync=sync, finished_at=None).exists():
        return _overlapped(sync, seen, now)
    if SyncTurn.objects.filter(sync=sync, due_at=seen).exists():
        return False
    enqueue_turn(turn=SyncTurn.objects.create(sync=sync, due_at=seen).pk)
    return True


def probed_after(sync: Sync, now: datetime) -> datetime:
    """Now; of a sync that keeps failing, when it is tried the next time at the earliest: hourly at last."""
    if sync.failures < CIRCUIT_OPENS_AFTER:
        return now
    doublings = int(min(sync.failures - CIRCUIT_OPENS_AFTER, 10))
    return now + min(FIRST_PROBE * (1 << doublings), LONGEST_PROBE)


def _overlapped(sync: Sync, due_at: datetime, now: datetime) -> bool:
    """The turn before is still at work: this due time is recorded, and nothing is begun."""
    turn, made = SyncTurn.objects.get_or_create(sync=sync, due_at=due_at)
    if made:
        end_turn(turn=turn, sync=sync, status=TurnStatus.OVERLAPPED, at=now)
    return False


def _broken(sync: Sync, due_at: datetime, now: datetime, broken: SyncRefused) -> bool:
    """Nobody knows when it is due again: it fails visibly, once, and waits for a person."""
    Sync.objects.filter(pk=sync.pk).update(next_due=None)
    turn = SyncTurn.objects.create(sync=sync, due_at=due_at)
    error = {"code": broken.problem.code, "params": dict(broken.problem.params)}
    end_turn(turn=turn, sync=sync, status=TurnStatus.FAILED, at=now, error=error)
    return False


def long_ago_or_ahead(name: str, *, now: datetime, ago: timedelta) -> Q:
    """That the moment of this name is longer ago than that; or lies ahead, because the clock was set back since."""
    return Q(**{f"{name}__lt": now - ago}) | Q(**{f"{name}__gt": now + SLACK})


def queue_lost_turns(*, now: datetime) -> int:
    """Queue again the turns that nobody works on: their worker died or their task was lost; answers how many."""
    alone = Q(expires_at=None) | Q(expires_at__lt=now)
    open_turns = SyncTurn.objects.filter(alone, long_ago_or_ahead("due_at", now=now, ago=SETTLING), finished_at=None)
    # A turn whose run is open is moved by the end of that run.
    mine = Q(run=None) | long_ago_or_ahead("run__finished_at", now=now, ago=SETTLING) | Q(status=TurnStatus.SENDING)
    lost = open_turns.filter(mine).exclude(status=TurnStatus.HELD)
    ended = long_ago_or_ahead("finished_at", now=now, ago=SETTLING)
    unsettled = SyncTurn.objects.filter(alone, ended, settled=False)
    found = [*lost.values_list("pk", flat=True), *unsettled.values_list("pk", flat=True)]
    again = [turn for turn in found if first_within(f"syncs:turn-again:{turn}", seconds=QUEUED_AGAIN_APART_SECONDS)]
    for turn in again:
        enqueue_turn(turn=turn)
    return len(again)
