"""The health of a sync. Each change of it is an event row, written with what changed it: who tells people reads those.

An event cannot be lost with a process, nor told of a change that was rolled back.
"""

from __future__ import annotations

from datetime import datetime

from sync_app.models import Health, Sync, SyncEvent, SyncTurn


def turn_health(*, sync: Sync, to: Health, turn: SyncTurn | None, at: datetime) -> bool:
    """Inside a transaction that has locked the sync: its health is `to` from now on. True when it was another."""
    if sync.health == to:
        return False
    SyncEvent.objects.create(sync=sync, turn=turn, at=at, before=sync.health, after=to)
    sync.health, sync.health_since = to, at
    Sync.objects.filter(pk=sync.pk).update(health=to, health_since=at)
    return True


def rested(sync: Sync) -> Health:
    """The health of a sync that no longer waits for a person, though nothing was written: what it was before it did."""
    held = SyncEvent.objects.filter(sync=sync, after=Health.HELD).order_by("-pk").first()
    return Health(held.before) if held is not None else Health.UNKNOWN
