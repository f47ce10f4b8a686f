"""When a sync begins at the beginning again: it is about other data from now on, where its watermark means nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Max

from integration_admin.accounts import audit
from sync_app.models import Connection, Health, Sync, SyncTurn
from sync_app.syncs.connectors.base import Setting, Sort
from sync_app.syncs.errors import SyncConflict
from sync_app.syncs.keeping.forms import origin_of_address


def leads_elsewhere(form: Sequence[Setting] | None, *, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether one of the settings that choose the data has another value."""
    telling = [setting for setting in form or () if setting.begins_anew]
    return any(_place(setting, before) != _place(setting, after) for setting in telling)


def begin_all_anew(*, connection: Connection, by: str, at: datetime) -> None:
    """Every sync over this connection. Inside a transaction; raises SyncConflict as `begin_anew`."""
    syncs = Sync.objects.select_for_update(of=("self",)).select_related("brand").filter(connection=connection)
    for sync in syncs.order_by("pk"):
        begin_anew(sync=sync, by=by, at=at)
        Sync.objects.filter(pk=sync.pk).update(watermark=sync.watermark, begun_at=sync.begun_at, changed_at=at)


def begin_anew(*, sync: Sync, by: str, at: datetime) -> None:
    """Take the watermark from a sync that the caller holds, and saves: the history tells so. What it had fetched where
    it was is closed there. Raises SyncConflict while a turn is at work or held: that one would move the watermark.
    """
    if SyncTurn.objects.filter(sync=sync, finished_at=None).exists():
        raise SyncConflict("sync_waits_for_person" if sync.health == Health.HELD else "sync_busy")
    # What was not acknowledged there comes again from there, should anybody ask.
    SyncTurn.objects.filter(sync=sync, settled=False).update(settled=True)
    # Nor is what it brought until now an echo, or its own to take away, where it leads from now on.
    # A turn may have ended while this waited for its lock: it still belongs to what was.
    ended = SyncTurn.objects.filter(sync=sync).aggregate(last=Max("finished_at"))["last"]
    sync.begun_at = max(at, ended or at)
    if not sync.watermark:
        return
    before, sync.watermark = {"watermark": sync.watermark}, ""
    after = {"watermark": ""}
    audit.record(brand=sync.brand, by=by, action="sync.watermark", target=sync.name, at=at, before=before, after=after)


def _place(setting: Setting, values: Mapping[str, Any]) -> object:
    """What the value comes to; one that is not there is the one it has without being said."""
    value = values.get(setting.name, setting.default)
    if setting.sort != Sort.ADDRESS or not value:
        return value or ""
    return origin_of_address(str(value)), urlsplit(str(value)).path.rstrip("/")
