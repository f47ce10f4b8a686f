"""What the clocks of every zone show over three years, found without the arithmetic that is tested."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2029, 1, 1, tzinfo=UTC)
LOOK = timedelta(days=7)

#: Times on the wall are written as if they were of UTC. From a moment on, the clock is ahead of UTC by so much.
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
    waiting = sorted(walls)
    found: list[datetime] = []
    place = 0
    for begins, ends, offset in _times_of(way):
        while place < len(waiting) and waiting[place] < ends + offset:
            due = max(waiting[place] - offset, begins)
            if not found or due > found[-1]:
                found.append(due)
            place += 1
    return between(found, BEGIN, END)


def every_showing(
    walls: Sequence[datetime], way: tuple[Segment, ...], begin: datetime, end: datetime
) -> list[datetime]:
    """Every moment after `begin` and not after `end` at which a clock shows one of these times, which are in order."""
    found = set()
    for begins, ends, offset in _times_of(way):
        low = bisect_left(walls, max(begins, begin) + offset)
        high = bisect_left(walls, min(ends, end + timedelta(seconds=1)) + offset)
        found |= {wall - offset for wall in walls[low:high]}
    return between(sorted(found), begin, end)


def _times_of(way: tuple[Segment, ...]) -> Iterator[tuple[datetime, datetime, timedelta]]:
    ends = [begins for begins, _ in way[1:]] + [datetime.max.replace(tzinfo=UTC) - timedelta(days=2)]
    for (begins, offset), end in zip(way, ends, strict=True):
        yield begins, end, offset


def between(moments: list[datetime], begin: datetime, end: datetime) -> list[datetime]:
    """Those after `begin` and not after `end`."""
    return moments[bisect_right(moments, begin) : bisect_right(moments, end)]
