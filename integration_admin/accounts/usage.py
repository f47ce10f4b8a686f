"""How much each application key is used: read off the counters of the quotas by the worker, never written by a call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from django.db.models import QuerySet

from integration_admin.accounts.counters import count_up, counted
from integration_admin.accounts.models import AppKey, Brand, KeyUse
from integration_admin.accounts.quotas import APPKEY, HOUR, counter_of, hour_of

REFUSED: Final = "refused"
DAYS_SHOWN: Final = 30
DAYS_KEPT: Final = 400


@dataclass(frozen=True, slots=True)
class DayOfUse:
    """The calls of one day, `refused` of them for a quota that was used up."""

    day: date
    calls: int
    refused: int

    @property
    def answered(self) -> int:
        return self.calls - self.refused


def note_refused(appkey: AppKey, *, now: datetime) -> None:
    """Remembers that a call with this key was refused, because the key's or its brand's quota is used up."""
    count_up(counter_of(REFUSED, appkey.pk, hour_of(now)), seconds=2 * HOUR)


def flush_usage(*, now: datetime) -> int:
    """Writes down this hour and the one before, of all keys; answers how many rows changed. For the worker's tick.

    Done twice, it is the same as done once; and a counter that was lost takes nothing back.
    """
    found = [use for slot in (hour_of(now) - 1, hour_of(now)) for use in _of_hour(slot)]
    KeyUse.objects.bulk_create(
        found, update_conflicts=True, unique_fields=["appkey", "hour"], update_fields=["calls", "refused"]
    )
    return len(found)


def forget_usage(*, now: datetime) -> int:
    """Deletes what is older than is shown anywhere; answers how many rows. For the worker's tick."""
    return KeyUse.objects.filter(hour__lt=now - timedelta(days=DAYS_KEPT)).delete()[0]


def use_of_appkey(appkey: AppKey, *, now: datetime) -> list[DayOfUse]:
    """The last thirty days, today last, by the days of the brand's zone."""
    return _days(KeyUse.objects.filter(appkey=appkey), appkey.brand.shown_zone, now)


def use_of_brand(brand: Brand, *, now: datetime) -> list[DayOfUse]:
    """The same for all its keys together, those that were revoked included."""
    return _days(KeyUse.objects.filter(appkey__brand=brand), brand.shown_zone, now)


def _of_hour(slot: int) -> Iterable[KeyUse]:
    """The rows of an hour whose figures have grown."""
    hour = datetime.fromtimestamp(slot * HOUR, tz=UTC)
    keys = list(AppKey.objects.values_list("pk", flat=True))
    values = counted([counter_of(name, key, slot) for key in keys for name in (APPKEY, REFUSED)])
    before = {use.appkey_id: use for use in KeyUse.objects.filter(hour=hour)}
    for key in keys:
        kept = before.get(key) or KeyUse(appkey_id=key, hour=hour)
        calls = max(values.get(counter_of(APPKEY, key, slot), 0), kept.calls)
        refused = max(values.get(counter_of(REFUSED, key, slot), 0), kept.refused)
        if (calls, refused) != (kept.calls, kept.refused):
            yield KeyUse(appkey_id=key, hour=hour, calls=calls, refused=refused)


def _days(uses: QuerySet[KeyUse], zone: tzinfo, now: datetime) -> list[DayOfUse]:
    today = now.astimezone(zone).date()
    first = today - timedelta(days=DAYS_SHOWN - 1)
    calls = {first + timedelta(days=number): [0, 0] for number in range(DAYS_SHOWN)}
    begin = datetime.combine(first, time(), zone)
    for hour, made, refused in uses.filter(hour__gte=begin, hour__lte=now).values_list("hour", "calls", "refused"):
        figures = calls[hour.astimezone(zone).date()]
        figures[0] += made
        figures[1] += refused
    return [DayOfUse(day, made, refused) for day, (made, refused) in calls.items()]
