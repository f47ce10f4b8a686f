"""Turns of health that nobody was told of yet: what e-mail and webhook are made from.

The event rows are written in the transaction that turns the health (`runs.sync_health`), so that none is lost and none
is told of what was rolled back. Whoever tells people takes them here, one after the other, and notes each as told.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sync_app.models import SyncEvent

AT_ONCE: Final = 100


def untold_events(*, limit: int = AT_ONCE) -> list[SyncEvent]:
    """The oldest first, each with its sync, brand and turn: `before` and `after` are values of Health.

    An event whose health has turned on since is still there: whoever tells decides whether it is worth a message.
    """
    events = SyncEvent.objects.filter(told_at=None).select_related("sync__brand", "sync__connection", "turn")
    return list(events.order_by("pk")[:limit])


def note_told(*, event: SyncEvent, at: datetime) -> bool:
    """Claim the event before telling of it: False when another worker has it. A message lost is not sent twice."""
    return SyncEvent.objects.filter(pk=event.pk, told_at=None).update(told_at=at) == 1
