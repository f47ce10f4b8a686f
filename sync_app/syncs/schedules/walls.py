"""The times on the wall that a rule names, in order, without any zone."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from croniter import croniter

from .rules import Cron, Every, Rule, Unit

ONE_DAY = timedelta(days=1)


def walls_from(rule: Rule, *, start: datetime) -> Iterator[datetime]:
    """Every time at or after `start`, without end. Not for rules of minutes or single hours, which have none."""
    if isinstance(rule, Cron):
        yield from _of_cron(rule, start)
        return
    for day in _days_from(rule, start.date()):
        for wall in _of_day(rule, day):
            if wall >= start:
                yield wall


def _of_cron(rule: Cron, start: datetime) -> Iterator[datetime]:
    times = croniter(rule.expression, start - timedelta(seconds=1))
    while True:
        yield times.get_next(datetime)


def _of_day(rule: Every, day: date) -> Iterator[datetime]:
    wall = datetime.combine(day, rule.at)
    yield wall
    if rule.unit is Unit.HOURS:
        for hour in range(rule.number, 24, rule.number):
            later = wall + timedelta(hours=hour)
            if later.date() == day:
                yield later


def _days_from(rule: Every, day: date) -> Iterator[date]:
    if rule.unit is Unit.MONTHS:
        yield from _days_of_months(rule, day)
        return
    while True:
        if _is_due(rule, day):
            yield day
        day += ONE_DAY


def _is_due(rule: Every, day: date) -> bool:
    if rule.unit is Unit.HOURS:
        return True
    if rule.unit is Unit.DAYS:
        return (day - rule.start).days % rule.number == 0
    monday = rule.start - timedelta(days=rule.start.weekday())
    return day.weekday() in rule.days and (day - monday).days // 7 % rule.number == 0


def _days_of_months(rule: Every, day: date) -> Iterator[date]:
    anchor = rule.start.year * 12 + rule.start.month
    month = day.year * 12 + day.month
    while True:
        if (month - anchor) % rule.number == 0:
            year, number = divmod(month - 1, 12)
            last = calendar.monthrange(year, number + 1)[1]
            yield date(year, number + 1, min(rule.day, last))
        month += 1


def day_start(day: date) -> datetime:
    """The beginning of the day on the wall."""
    return datetime.combine(day, time())
