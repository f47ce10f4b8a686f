"""Once a day, at the hour the brand chose: what was not worth a message of its own."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext, ngettext, override

from integration_admin.accounts.models import Brand
from sync_app.models import Health, NoticeKind, NoticeSettings, Sync, SyncTurn, TurnStatus
from sync_app.syncs.notices.outbox import alone, put
from sync_app.syncs.notices.telling import (
    Message,
    local_moment,
    message_of,
    one_line,
    site_address,
    sync_data,
    sync_path,
)
from sync_app.syncs.notices.wishes import targets_of_brand

#: A digest that was long due tells of so much.
FARTHEST: Final = timedelta(days=7)
IN_NEED: Final = (Health.FAILING, Health.HELD)


@dataclass
class Day:
    """What became of one sync: how many turns ended how, and how many rows failed in them."""

    turns: Counter[str] = field(default_factory=Counter)
    rows_failed: int = 0

    @property
    def is_worth_telling(self) -> bool:
        quiet = (TurnStatus.SUCCEEDED, TurnStatus.REJECTED, TurnStatus.CANCELLED)
        return any(number for status, number in self.turns.items() if status not in quiet)


def make_digests(*, now: datetime) -> int:
    """The digests that are due. Answers how many messages were made; a day without anything to tell has none."""
    wanted = NoticeSettings.objects.filter(digest_at__isnull=False, brand__active=True).select_related("brand")
    return sum(alone(partial(_due_digest, row, now), brand=row.brand_id) for row in wanted)


def _due_digest(row: NoticeSettings, now: datetime) -> int:
    return _digest(row, now) if _last_due(row, now) > (row.digested_at or now) else 0


def _last_due(row: NoticeSettings, now: datetime) -> datetime:
    """The last time of day, at or before now, at which the digest goes out."""
    zone = row.brand.shown_zone
    local = now.astimezone(zone)
    at = row.digest_at or local.time()
    today = datetime.combine(local.date(), at, tzinfo=zone)
    return today if today <= local else datetime.combine(local.date() - timedelta(days=1), at, tzinfo=zone)


def _digest(row: NoticeSettings, now: datetime) -> int:
    since = max(row.digested_at or now, now - FARTHEST)
    with transaction.atomic():
        claimed = NoticeSettings.objects.filter(pk=row.pk, digested_at=row.digested_at).update(digested_at=now)
        message = _told(row.brand, since, now) if claimed else None
        if message is None:
            return 0
        key = f"digest-{row.brand_id}-{now:%Y%m%d%H%M}"
        return put(message, brand=row.brand, targets=targets_of_brand(row.brand), key=key, now=now)


def _told(brand: Brand, since: datetime, now: datetime) -> Message | None:
    days = _days(brand, since, now)
    syncs = Sync.objects.filter(brand=brand).select_related("connection", "brand").order_by("name")
    found = [sync for sync in syncs if sync.health in IN_NEED or days[sync.pk].is_worth_telling]
    if not found:
        return None
    with override(brand.language):
        beginning = gettext("From %(since)s to %(until)s:") % {
            "since": local_moment(since, brand),
            "until": local_moment(now, brand),
        }
        number = len(found)
        subject = ngettext("%(count)s sync needs a look", "%(count)s syncs need a look", number) % {"count": number}
        return message_of(
            kind=NoticeKind.DIGEST,
            brand=brand,
            at=now,
            subject=subject,
            parts=[beginning, *[_part(sync, days[sync.pk], brand) for sync in found]],
            data={"since": since.isoformat(), "syncs": [_data(sync, days[sync.pk]) for sync in found]},
        )


def _days(brand: Brand, since: datetime, now: datetime) -> defaultdict[int, Day]:
    ended = SyncTurn.objects.filter(sync__brand=brand, finished_at__gt=since, finished_at__lte=now)
    days: defaultdict[int, Day] = defaultdict(Day)
    for sync, status, counts in ended.values_list("sync_id", "status", "counts").iterator():
        days[sync].turns[status] += 1
        days[sync].rows_failed += int(counts.get("rowsFailed", 0))
    return days


def _part(sync: Sync, day: Day, brand: Brand) -> str:
    lines = [f"“{one_line(sync.name)}”: {sync.get_health_display()}"]
    if sync.health in IN_NEED and sync.health_since is not None:
        lines[0] += f", {gettext('since %(since)s') % {'since': local_moment(sync.health_since, brand)}}"
    for status, number in sorted(day.turns.items()):
        lines.append(f"  {TurnStatus(status).label}: {number}")
    if day.rows_failed:
        lines.append("  " + gettext("Rows that failed: %(count)s") % {"count": day.rows_failed})
    address = site_address(sync_path(sync))
    return "\n".join([*lines, f"  {address}"] if address else lines)


def _data(sync: Sync, day: Day) -> dict[str, Any]:
    return {**sync_data(sync), "health": sync.health, "turns": dict(day.turns), "rowsFailed": day.rows_failed}
