"""What must agree of syncs, their turns and the runs of these: recomputed, and said where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q, QuerySet

from integration_admin.accounts.models import Brand
from sync_app.models import OPEN_STATUSES, BrandClock, Health, Sync, SyncDirection, SyncTurn, TurnStatus
from sync_app.runs.errors import RunRefused
from sync_app.runs.since import read_cursor
from sync_app.runs.work.turn_ends import DONE

#: A turn whose run has ended is moved on by the queue, or by the worker's tick: not for so long, and it hangs.
MOVED_ON_WITHIN: Final = timedelta(minutes=15)


def sync_discrepancies(brand: Brand, *, now: datetime) -> Iterator[tuple[str, str]]:
    """A stable code, and what it is about."""
    yield from _turns(brand, now)
    for sync in Sync.objects.filter(brand=brand).order_by("pk"):
        yield from _sync(sync)


def _turns(brand: Brand, now: datetime) -> Iterator[tuple[str, str]]:
    turns = SyncTurn.objects.filter(sync__brand=brand)
    alone = Q(expires_at=None) | Q(expires_at__lt=now)
    hanging = turns.filter(alone, finished_at=None, run__finished_at__lt=now - MOVED_ON_WITHIN)
    # A plan of days ago may have been given back to be judged just now.
    for turn in _few(hanging.exclude(Q(status=TurnStatus.HELD) | Q(sync__health=Health.HELD))):
        yield "turn_hangs", f"turn {turn.pk} of sync {turn.sync_id}: its run {turn.run_id} has ended, and nobody has it"
    for turn in _few(turns.filter(finished_at__isnull=False, run__status__in=OPEN_STATUSES)):
        yield "turn_ended_early", f"turn {turn.pk} of sync {turn.sync_id}: its run {turn.run_id} has not ended"


def _few(turns: QuerySet[SyncTurn]) -> QuerySet[SyncTurn]:
    return turns.only("pk", "sync_id", "run_id").order_by("pk")


def _sync(sync: Sync) -> Iterator[tuple[str, str]]:
    if sync.active and sync.rule and sync.next_due is None:
        yield "sync_never_due", f"sync {sync.pk} is on, and due at no time"
    yield from _held(sync)
    ahead = _push_ahead(sync) if sync.direction == SyncDirection.PUSH else _pull_ahead(sync)
    if ahead:
        yield ahead, f"sync {sync.pk}: its watermark is not where its last committed turn ended"


def _held(sync: Sync) -> Iterator[tuple[str, str]]:
    """A sync that waits for a person has a turn with a plan, or one on which somebody has just decided."""
    opened = SyncTurn.objects.filter(sync=sync, finished_at=None)
    held = opened.filter(status=TurnStatus.HELD)
    if held.filter(run=None).exists() or (sync.health == Health.HELD and not opened.exists()):
        yield "held_without_plan", f"sync {sync.pk} waits for a person, and there is no plan to decide on"
    elif sync.health != Health.HELD and held.exists():
        yield "held_unseen", f"a plan of sync {sync.pk} waits for a person, and the sync does not say so"


def _push_ahead(sync: Sync) -> str:
    """The code of a cursor that reaches beyond what was ever written, or that is none; empty for a sound one."""
    if not sync.watermark:
        return ""
    try:
        revision = read_cursor(sync.watermark, brand=sync.brand_id)
    except RunRefused:
        return "watermark_unreadable"
    written = BrandClock.objects.filter(brand=sync.brand_id).values_list("revision", flat=True).first() or 0
    return "watermark_ahead" if revision > written else ""


def _pull_ahead(sync: Sync) -> str:
    """The code where the sync stands at what a turn brought that was not committed, and no other turn or person did."""
    if not sync.watermark:
        return ""
    there = SyncTurn.objects.filter(sync=sync, watermark=sync.watermark).exclude(progress__from=sync.watermark)
    if there.filter(status__in=DONE).exists():
        return ""
    # Whoever changed the sync since may have set it: that is a decision, and stands in the history.
    lost = there.filter(started_at__gt=F("sync__changed_at")).exclude(finished_at=None)
    return "watermark_ahead" if lost.exists() else ""
