"""What the clocks of every zone show over three years, found without the arithmetic that is tested."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2029, 1, 1, tzinfo=UTC)
LOOK = timedelta(days=7)

#: From a moment on, the clock is ahead of UTC by so much.
Segment = tuple[datetime, timedelta]


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    before = _offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return high.replace(microsecond=0)


@cache
def segments(name: str) -> tuple[Segment, ...]:
    zone = ZoneInfo(name)
    moment = BEGIN - timedelta(days=2)
    found = [(moment, _offset(zone, moment))]
    while moment < END + timedelta(days=40):
        after = moment + LOOK
        if _offset(zone, after) != found[-1][1]:
            change = _change(zone, moment, after)
            found.append((change, _offset(zone, change)))
        moment = after
    return tuple(found)


@cache
def one_of_each() -> tuple[str, ...]:
    """One zone of each way that a clock behaves in these years."""
    ways: dict[tuple[Segment, ...], str] = {}
    for name in sorted(available_timezones()):
        ways.setdefault(segments(name), name)
    return tuple(ways.values())


def first_shown(walls: Iterable[datetime], way: tuple[Segment, ...]) -> list[datetime]:
    """For each time the first moment at which a clock shows it, or has just passed it. Two on one moment are one."""
    waiting = sorted(wall.replace(tzinfo=UTC) for wall in walls)
    found: list[datetime] = []
    place = 0
    for number, (begins, offset) in enumerate(way):
        ends = way[number + 1][0] if number + 1 < len(way) else datetime.max.replace(tzinfo=UTC) - timedelta(days=2)
        while place < len(waiting) and waiting[place] < ends + offset:
            due = max(waiting[place] - offset, begins)
            if not found or due > found[-1]:
                found.append(due)
            place += 1
    return [due for due in found if BEGIN < due <= END]


def every_showing(walls: Iterable[datetime], way: tuple[Segment, ...]) -> list[datetime]:
    """Every moment at which a clock shows one of these times."""
    listed = [wall.replace(tzinfo=UTC) for wall in walls]
    found = set()
    for number, (begins, offset) in enumerate(way):
        ends = way[number + 1][0] if number + 1 < len(way) else datetime.max.replace(tzinfo=UTC) - timedelta(days=2)
        low, high = (bisect_right(listed, at + offset - timedelta(microseconds=1)) for at in (begins, ends))
        found |= {wall - offset for wall in listed[low:high]}
    return sorted(due for due in found if BEGIN < due <= END)


def between(moments: list[datetime], begin: datetime, end: datetime) -> list[datetime]:
    """Those after `begin` and not after `end`."""
    return moments[bisect_right(moments, begin) : bisect_right(moments, end)]
