"""Turns of health that nobody was told of yet: what e-mail and webhook are made from.

The event rows are written in the transaction that turns the health (`runs.sync_health`), so that none is lost and none
is told of what was rolled back. Whoever tells people takes them here, one after the other, and notes each as told.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef

from sync_app.models import SyncEvent

AT_ONCE: Final = 100
KEPT: Final = timedelta(days=30)
FORGOTTEN_AT_ONCE: Final = 5_000


def untold_events(*, limit: int = AT_ONCE) -> list[SyncEvent]:
    """The oldest first, each with its sync, brand and turn: `before` and `after` are values of Health.

    An event whose health has turned on since is still there: whoever tells decides whether it is worth a message.
    """
    events = SyncEvent.objects.filter(told_at=None).select_related("sync__brand", "sync__connection", "turn")
    return list(events.order_by("pk")[:limit])


def note_told(*, event: SyncEvent, at: datetime) -> bool:
    """Claim the event before telling of it: False when another worker has it. A message lost is not sent twice."""
    return SyncEvent.objects.filter(pk=event.pk, told_at=None).update(told_at=at) == 1


def forget_events(*, now: datetime) -> int:
    """Deletes events of more than a month ago that were told; answers how many.

    The last turn of a sync to each health stays: by it is known what it was before.
    """
    newer = SyncEvent.objects.filter(sync=OuterRef("sync"), after=OuterRef("after"), pk__gt=OuterRef("pk"))
    old = SyncEvent.objects.filter(Exists(newer), told_at__isnull=False, at__lt=now - KEPT).order_by("pk")
    return int(SyncEvent.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])).delete()[0])
