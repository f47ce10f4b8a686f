"""When a sync is due: its rule, read in the zone of its brand."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models import Q

from integration_admin.accounts.models import Brand
from sync_app.models import Sync
from sync_app.syncs.errors import SyncRefused
from sync_app.syncs.schedules.due import next_after, next_times
from sync_app.syncs.schedules.reading import read_rule
from sync_app.syncs.schedules.rules import Rule


def rule_of(sync: Sync) -> Rule | None:
    """None: only by hand. Raises SyncRefused with the problem of a rule that is none."""
    read = read_rule(sync.rule)
    if read.problems:
        raise SyncRefused(read.problems[0].code)
    return read.rule


def due_after(sync: Sync, moment: datetime) -> datetime | None:
    """The first due time after this moment; None for a sync that is paused or only run by hand. Raises SyncRefused."""
    rule = rule_of(sync)
    return next_after(rule, zone=_zone_of(sync), moment=moment) if rule is not None and sync.active else None


def coming(sync: Sync, *, moment: datetime, count: int) -> list[datetime]:
    """The next due times of the rule, whether or not the sync is paused. Raises SyncRefused."""
    rule = rule_of(sync)
    return next_times(rule, zone=_zone_of(sync), moment=moment, count=count) if rule is not None else []


def follow_zone(*, brand: Brand, at: datetime) -> None:
    """The brand is in another time zone from now on: so is what its syncs will be due at. What is due stays due.

    What was due at no time, because its zone was none, is due again.
    """
    with transaction.atomic():
        locked = Sync.objects.select_for_update(of=("self",)).filter(brand=brand, active=True)
        for sync in locked.filter(Q(next_due__gt=at) | Q(next_due=None)).order_by("pk"):
            sync.brand = brand
            try:
                sync.next_due = due_after(sync, at)
            except SyncRefused:
                # Its turn will say so, once, when it is due.
                continue
            sync.save(update_fields=["next_due"])


def _zone_of(sync: Sync) -> ZoneInfo:
    """Raises SyncRefused where this machine knows no such zone any more."""
    try:
        return sync.brand.zone
    except ZoneInfoNotFoundError:
        raise SyncRefused("zone_unknown") from None
