"""The watermark of a sync and the moment it stands for: in its connector's words, or as our own cursor."""

from __future__ import annotations

from datetime import datetime

from sync_app.models import Revision, Sync, SyncDirection
from sync_app.runs.since import MARGIN, sign_cursor, written_at
from sync_app.syncs.connectors.base import mark_at, moment_of
from sync_app.syncs.connectors.registry import CONNECTORS


def mark_of(*, sync: Sync, moment: datetime) -> str:
    """Empty where this sync does not count by time: then it can only be set to the beginning or to a value."""
    if sync.direction == SyncDirection.PUSH:
        return sign_cursor(brand=sync.brand_id, revision=_revision_before(sync.brand_id, moment - MARGIN))
    connector = CONNECTORS.get(sync.connection.connector)
    return mark_at(connector, sync.transfer, moment) if connector is not None else ""


def moment_of_mark(*, sync: Sync) -> datetime | None:
    """The moment that the watermark of the sync stands for; None at the beginning, or where it counts otherwise."""
    if not sync.watermark:
        return None
    if sync.direction == SyncDirection.PUSH:
        return written_at(brand=sync.brand_id, cursor=sync.watermark)
    connector, connection = CONNECTORS.get(sync.connection.connector), sync.connection
    if connector is None:
        return None
    return moment_of(connector, connection.settings, sync.watermark, sync.brand.shown_zone)


def _revision_before(brand: int, moment: datetime) -> int:
    """The last one stamped before this moment, 0 for none: everything after it is sent again."""
    earlier = Revision.objects.filter(brand=brand, stamp__lt=moment).order_by("-stamp", "-number")
    return earlier.values_list("number", flat=True).first() or 0
