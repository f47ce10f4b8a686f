"""Every time zone over three years: each time of a rule comes once, when the clock on the wall shows it first."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise, takewhile
from random import Random
from zoneinfo import ZoneInfo, available_timezones

import pytest

from sync_app.syncs.schedules.due import due_after, next_after
from sync_app.syncs.schedules.rules import Cron, Every, Rule, Unit
from tests.syncs.schedules.zones import BEGIN, END, between, every_showing, first_shown, one_of_each, segments

NIGHT = time(2, 30)
DAYS = [date(2025, 12, 29) + timedelta(days=number) for number in range(1105)]


def month_ends() -> list[date]:
    return [day for day in DAYS if (day + timedelta(days=1)).day == 1]


def at(days: list[date], *times: time) -> list[datetime]:
    return [datetime.combine(day, shown, UTC) for day in days for shown in times]


#: A rule, and all its times on the wall, written down without it.
RULES: dict[str, tuple[Rule, Callable[[], list[datetime]]]] = {
    "daily": (Every(1, Unit.DAYS, NIGHT), lambda: at(DAYS, NIGHT)),
    "at midnight": (Every(1, Unit.DAYS, time()), lambda: at(DAYS, time())),
    "every third day": (
        Every(3, Unit.DAYS, NIGHT, start=date(2026, 1, 1)),
        lambda: at([day for day in DAYS if (day - date(2026, 1, 1)).days % 3 == 0], NIGHT),
    ),
    "weekly": (
        Every(1, Unit.WEEKS, NIGHT, days=(3, 6)),
        lambda: at([day for day in DAYS if day.weekday() in {3, 6}], NIGHT),
    ),
    "monthly on the 31st": (Every(1, Unit.MONTHS, NIGHT, day=31), lambda: at(month_ends(), NIGHT)),
    "cron at night": (
        Cron("*/20 1-3 * * *"),
        lambda: at(DAYS, *(time(hour, minute) for hour in (1, 2, 3) for minute in (0, 20, 40))),
    ),
    "every fourth hour": (
        Every(4, Unit.HOURS, time(2, 10)),
        lambda: at(DAYS, *(time(hour, 10) for hour in range(2, 24, 4))),
    ),
}


#: Those that are looked at day by day; the others, which come many times a day, around each change of the clock.
COMPLETE = ("daily", "every third day", "weekly", "monthly on the 31st")
NEAR = timedelta(hours=30)
YEARS = END.year - BEGIN.year


def all_due(rule: Rule, zone: str, begin: datetime = BEGIN, end: datetime = END) -> list[datetime]:
    return [*takewhile(lambda due: due <= end, due_after(rule, zone=ZoneInfo(zone), moment=begin))]


def changes() -> list[tuple[str, list[tuple[datetime, datetime]]]]:
    """Each zone whose clock changes in these years, with a good day before and after every change.

    Where it changes twice a year, always between the same two times, one year stands for the others.
    """
    found = []
    for zone in one_of_each():
        way = segments(zone)
        kept = way[1:3] if len(way) <= 2 * YEARS + 1 and len({offset for _, offset in way}) <= 2 else way[1:]
        spans = [(change - NEAR, change + NEAR) for change, _ in kept]
        found.append((zone, [near for near in spans if near[1] < END]))
    return [(zone, spans) for zone, spans in found if spans]


def test_every_zone_behaves_like_one_that_is_tried() -> None:
    ways = {segments(name) for name in one_of_each()}
    assert len(available_timezones()) > 400
    assert {segments(name) for name in available_timezones()} == ways
    assert sum(len(way) > 1 for way in ways) > 10


@pytest.mark.parametrize("name", COMPLETE)
def test_each_time_comes_once_and_when_the_clock_first_shows_it(name: str) -> None:
    rule, walls = RULES[name]
    written = walls()
    for zone in one_of_each():
        assert all_due(rule, zone) == first_shown(written, segments(zone)), zone


@pytest.mark.parametrize("name", sorted(set(RULES) - set(COMPLETE)))
def test_times_within_a_day_come_once_through_every_change(name: str) -> None:
    rule, walls = RULES[name]
    written = walls()
    for zone, spans in changes():
        due = first_shown(written, segments(zone))
        for begin, end in spans:
            assert all_due(rule, zone, begin, end) == between(due, begin, end), zone


def test_an_hourly_cron_follows_the_clock_through_every_change() -> None:
    walls = at(DAYS, *(time(hour, 30) for hour in range(24)))
    for zone, spans in changes():
        for begin, end in spans:
            due = every_showing(walls, segments(zone), begin, end)
            assert all_due(Cron("30 * * * *"), zone, begin, end) == due, zone


@pytest.mark.parametrize("rule", [Every(20, Unit.MINUTES), Every(1, Unit.HOURS), Every(90, Unit.MINUTES, time(1, 0))])
def test_minutes_and_single_hours_pass_evenly_from_the_beginning_of_each_day(rule: Every) -> None:
    midnights = at(DAYS, time())
    for zone, spans in changes():
        begins = first_shown(midnights, segments(zone))
        for begin, end in spans:
            due = steps(rule, between(begins, begin - NEAR, end + NEAR))
            assert all_due(rule, zone, begin, end) == between(due, begin, end), zone


def steps(rule: Every, begins: list[datetime]) -> list[datetime]:
    """Even steps from each beginning of a day to the next."""
    found = []
    for today, tomorrow in pairwise(begins):
        due = today + timedelta(hours=rule.at.hour)
        while due < tomorrow:
            found.append(due)
            due += timedelta(seconds=rule.step)
    return found


@pytest.mark.parametrize("name", RULES)
def test_the_next_is_the_same_from_any_moment(name: str) -> None:
    rule, walls = RULES[name]
    chance = Random(name)  # noqa: S311 - the same moments each time
    for zone in chance.sample(one_of_each(), 6):
        due = first_shown(walls(), segments(zone))
        edges = [change + timedelta(seconds=step) for change, _ in segments(zone)[1:] for step in (-1, 0, 1, 1800)]
        somewhere = [BEGIN + chance.random() * (END - BEGIN) for _ in range(15)]
        for moment in [*edges, *chance.sample(due, 5), *somewhere]:
            place = bisect_right(due, moment)
            if place < len(due):
                assert next_after(rule, zone=ZoneInfo(zone), moment=moment) == due[place], (zone, moment)


def test_moments_may_come_in_any_zone_and_go_in_utc() -> None:
    paris = ZoneInfo("Europe/Paris")
    due = next_after(Every(1, Unit.DAYS, NIGHT), zone=paris, moment=datetime(2026, 3, 28, 12, tzinfo=paris))
    assert due == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert due.tzinfo is UTC
