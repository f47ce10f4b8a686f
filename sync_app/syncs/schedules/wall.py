"""From a time on the wall to the moment it means, and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo


def moment_of(wall: datetime, *, zone: ZoneInfo) -> datetime:
    """The moment (UTC) at which the wall clock shows `wall` for the first time, or the first one after the gap."""
    moment = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    return moment if wall_of(moment, zone=zone) == wall else _after_the_gap(wall, zone=zone)


def second_showing(wall: datetime, *, zone: ZoneInfo) -> datetime | None:
    """The moment at which the clock shows `wall` once more, if it does."""
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return second if second > first and wall_of(second, zone=zone) == wall else None


def is_shown(wall: datetime, *, zone: ZoneInfo) -> bool:
    """Whether the clock ever shows `wall`."""
    return wall_of(wall.replace(tzinfo=zone).astimezone(UTC), zone=zone) == wall


def wall_of(moment: datetime, *, zone: ZoneInfo) -> datetime:
    """What the wall clock shows at that moment, without zone."""
    return moment.astimezone(zone).replace(tzinfo=None, fold=0)


def _after_the_gap(wall: datetime, *, zone: ZoneInfo) -> datetime:
    """The two readings of a time in a gap lie on both sides of it; the clock first shows a later time in between."""
    early, late = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    seconds = int((late - early).total_seconds())
    low, high = 0, seconds
    while low < high:
        middle = (low + high) // 2
        if wall_of(early + timedelta(seconds=middle), zone=zone) > wall:
            high = middle
        else:
            low = middle + 1
    return early + timedelta(seconds=low)
