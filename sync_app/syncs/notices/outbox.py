"""From turns of health to messages that wait: both in one transaction, so that none is lost and none is made twice."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from itertools import groupby

from django.db import transaction

from integration_admin.accounts.models import Brand
from sync_app.models import Channel, Health, Notice, SyncEvent
from sync_app.runs.work.turn_ends import RESTED
from sync_app.syncs.health import note_told, untold_events
from sync_app.syncs.notices.telling import Message, kind_of, told
from sync_app.syncs.notices.wishes import Target, targets_of

log = logging.getLogger(__name__)


def make_notices(*, now: datetime) -> int:
    """Messages of every health that has turned since the last time. Answers how many were made.

    Of a health that turned several times meanwhile, what it came to is told; nothing when that is what it was before,
    and nothing of a hold that a person has ended without writing: that is no news of how the sync does.
    """
    events = sorted(untold_events(), key=lambda event: (event.sync_id, event.pk))
    by_sync = groupby(events, key=lambda event: event.sync_id)
    return sum(alone(partial(_made, list(ofone), now), sync=sync) for sync, ofone in by_sync)


def alone(make: Callable[[], int], **about: int) -> int:
    """What `make` answers. Whatever keeps these messages from being made, it holds up those of nobody else."""
    try:
        return make()
    except Exception:
        log.exception("messages could not be made", extra=about)
        return 0


def _made(events: list[SyncEvent], now: datetime) -> int:
    with transaction.atomic():
        mine = _without_rests([event for event in events if note_told(event=event, at=now)])
        if not mine:
            return 0
        before, last = mine[0].before, mine[-1]
        kind = kind_of(before=before, after=last.after)
        if kind is None:
            return 0
        targets = targets_of(last.sync)
        message = told(kind=kind, event=last, before=before)
        return put(message, brand=last.sync.brand, targets=targets, key=f"health-{last.pk}", now=now, event=last)


def _without_rests(events: list[SyncEvent]) -> list[SyncEvent]:
    """Those that came by what was fetched, written or sent: without a hold that a person has ended, and its end."""
    left: list[SyncEvent] = []
    for event in events:
        if event.before != Health.HELD or event.turn is None or event.turn.status not in RESTED:
            left.append(event)
        elif left:
            left.pop()
    return left


def put(
    message: Message,
    *,
    brand: Brand,
    targets: Iterable[Target],
    key: str,
    now: datetime,
    event: SyncEvent | None = None,
) -> int:
    """The message waits for each target; `key` with the target is what makes it one. Answers how many were put."""
    rows = [
        Notice(
            brand=brand,
            event=event,
            key=f"{key}-{_mark(channel, address)}",
            kind=message.kind,
            channel=channel,
            address=address,
            subject=message.subject,
            body=message.payload if channel == Channel.WEBHOOK else message.text,
            created_at=now,
            due_at=now,
        )
        for channel, address in targets
    ]
    return len(Notice.objects.bulk_create(rows, ignore_conflicts=True))


def _mark(channel: Channel, address: str) -> str:
    return hashlib.sha256(f"{channel} {address}".encode()).hexdigest()[:16]
