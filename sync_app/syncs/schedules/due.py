"""When a rule is due, in a zone. Moments come and go in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from .rules import Cron, Every, Rule
from .wall import is_shown, moment_of, second_showing, wall_of
from .walls import ONE_DAY, day_start, walls_from


def next_after(rule: Rule, *, zone: ZoneInfo, moment: datetime) -> datetime:
    """The first due moment after this one, and not at it."""
    return next(due_after(rule, zone=zone, moment=moment))


def next_times(rule: Rule, *, zone: ZoneInfo, moment: datetime, count: int) -> list[datetime]:
    """The first `count` due moments after this one."""
    return list(islice(due_after(rule, zone=zone, moment=moment), count))


def due_after(rule: Rule, *, zone: ZoneInfo, moment: datetime) -> Iterator[datetime]:
    """All due moments after this one, without end, rising: two times of a gap fall on one moment, and are due once."""
    moment = moment.astimezone(UTC)
    for due in _moments(rule, zone=zone, moment=moment):
        if due > moment:
            moment = due
            yield due


def _moments(rule: Rule, *, zone: ZoneInfo, moment: datetime) -> Iterator[datetime]:
    if isinstance(rule, Every) and rule.is_elapsed:
        return _elapsed(rule, zone=zone, moment=moment)
    start = wall_of(moment, zone=zone)
    if isinstance(rule, Cron) and rule.is_elapsed:
        return _every_showing(rule, zone=zone, start=start)
    return (moment_of(wall, zone=zone) for wall in walls_from(rule, start=start))


def _elapsed(rule: Every, *, zone: ZoneInfo, moment: datetime) -> Iterator[datetime]:
    """From the beginning of each day in equal steps, until the next begins."""
    day = wall_of(moment, zone=zone).date()
    offset = timedelta(hours=rule.at.hour, minutes=rule.at.minute)
    step = timedelta(seconds=rule.step)
    while True:
        begins = moment_of(day_start(day), zone=zone) + offset
        ends = moment_of(day_start(day + ONE_DAY), zone=zone)
        due = begins + max((moment - begins) // step, 0) * step
        while due < ends:
            yield due
            due += step
        day += ONE_DAY


def _every_showing(rule: Cron, *, zone: ZoneInfo, start: datetime) -> Iterator[datetime]:
    """Each time the clock shows one of the rule's times: those of a gap never, those of a fold twice."""
    again: list[datetime] = []
    for wall in walls_from(rule, start=start.replace(minute=0, second=0, microsecond=0) - timedelta(hours=3)):
        if not is_shown(wall, zone=zone):
            continue
        first = moment_of(wall, zone=zone)
        while again and again[0] < first:
            yield again.pop(0)
        yield first
        second = second_showing(wall, zone=zone)
        if second is not None:
            again.append(second)
