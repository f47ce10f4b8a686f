"""What a schedule may say, what is refused and why, and how it is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from sync_app.syncs.schedule_words import schedule_in_words
from sync_app.syncs.schedules.due import next_times
from sync_app.syncs.schedules.reading import read_rule
from sync_app.syncs.schedules.rules import Rule
from sync_app.syncs.schedules.sentences import SENTENCES

PARIS = ZoneInfo("Europe/Paris")


def rule(value: dict[str, Any]) -> Rule:
    read = read_rule(value)
    assert read.rule is not None, read.problems
    return read.rule


def walls(value: dict[str, Any], moment: datetime, count: int) -> list[str]:
    found = next_times(rule(value), zone=PARIS, moment=moment, count=count)
    return [f"{due.astimezone(PARIS):%Y-%m-%d %H:%M%z}" for due in found]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({}, "Only by hand"),
        ({"every": 1, "unit": "minutes"}, "Every minute"),
        ({"every": 10, "unit": "minutes", "at": "00:05"}, "Every 10 minutes from 00:05"),
        ({"every": 1, "unit": "hours"}, "Every hour"),
        ({"every": 6, "unit": "hours", "at": "01:30"}, "Every 6 hours from 01:30"),
        ({"every": 1, "unit": "days", "at": "02:30"}, "Every day at 02:30"),
        (
            {"every": 3, "unit": "days", "at": "02:30", "from": "2026-02-01"},
            "Every 3 days at 02:30, counted from 2026-02-01",
        ),
        ({"every": 1, "unit": "weeks", "on": ["sunday"]}, "Every week on Sunday at 00:00"),
        (
            {"every": 2, "unit": "weeks", "on": ["friday", "monday"], "at": "06:30"},
            "Every 2 weeks on Monday and Friday at 06:30",
        ),
        (
            {"every": 1, "unit": "weeks", "on": ["wednesday", "monday", "tuesday"]},
            "Every week on Monday to Wednesday at 00:00",
        ),
        ({"every": 1, "unit": "months", "day": 28}, "Every month on day 28 at 00:00"),
        ({"every": 3, "unit": "months", "day": 31}, "Every 3 months on day 31 at 00:00, or on the month's last day"),
        ({"cron": "30 2 * * *"}, "At 02:30"),
        ({"cron": "30 2 * * 1-5"}, "At 02:30, on Monday to Friday"),
        ({"cron": "0 6,18 1,15 * *"}, "At 06:00 and 18:00, on day 1 and 15 of the month"),
        ({"cron": "0 0 1 1 sun"}, "At 00:00, on day 1 of the month or on Sunday, in January"),
        ({"cron": "*/15 * * * *"}, "Every 15 minutes"),
        ({"cron": "*/15 8-10 * * *"}, "Every 15 minutes in the hours 8, 9 and 10"),
        ({"cron": "5 * * * *"}, "At the minutes 05 of every hour"),
        ({"cron": "* 3 * * *"}, "Every minute in the hours 3"),
        ({"cron": "* * * * *"}, "Every minute"),
        ({"cron": "7,22 */4 * * *"}, "At the minutes 07 and 22 in the hours 0, 4, 8, 12, 16 and 20"),
    ],
)
def test_a_rule_is_told_in_words(value: dict[str, Any], words: str) -> None:
    read = read_rule(value)
    assert read.problems == ()
    with translation.override("en"):
        assert schedule_in_words(value) == words


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        (None, ["schedule_unfit"]),
        ([], ["schedule_unfit"]),
        ("0 2 * * *", ["schedule_unfit"]),
        ({"every": 1}, ["schedule_unfit"]),
        ({"unit": "days"}, ["schedule_unfit"]),
        ({"every": 1, "unit": "seconds"}, ["schedule_unfit"]),
        ({"every": 1, "unit": ["days"]}, ["schedule_unfit"]),
        ({"every": 1, "unit": "days", "cron": "* * * * *"}, ["schedule_unfit"]),
        ({"every": 0, "unit": "minutes"}, ["schedule_number_unfit"]),
        ({"every": -1, "unit": "minutes"}, ["schedule_number_unfit"]),
        ({"every": True, "unit": "minutes"}, ["schedule_number_unfit"]),
        ({"every": 1.0, "unit": "minutes"}, ["schedule_number_unfit"]),
        ({"every": "1", "unit": "minutes"}, ["schedule_number_unfit"]),
        ({"every": 721, "unit": "minutes"}, ["schedule_number_unfit"]),
        ({"every": 24, "unit": "hours"}, ["schedule_number_unfit"]),
        ({"every": 367, "unit": "days"}, ["schedule_number_unfit"]),
        ({"every": 1, "unit": "days", "at": "24:00"}, ["schedule_time_unfit"]),
        ({"every": 1, "unit": "days", "at": "2:30"}, ["schedule_time_unfit"]),
        ({"every": 1, "unit": "days", "at": "02:30:00"}, ["schedule_time_unfit"]),
        ({"every": 1, "unit": "days", "at": "٠٢:٣٠"}, ["schedule_time_unfit"]),
        ({"every": 1, "unit": "days", "at": None}, ["schedule_time_unfit"]),
        ({"every": 10, "unit": "minutes", "at": "00:10"}, ["schedule_begins_late"]),
        ({"every": 2, "unit": "hours", "at": "02:00"}, ["schedule_begins_late"]),
        ({"every": 1, "unit": "weeks", "on": []}, ["schedule_days_unfit"]),
        ({"every": 1, "unit": "weeks", "on": ["monday", "monday"]}, ["schedule_days_unfit"]),
        ({"every": 1, "unit": "weeks", "on": ["Monday"]}, ["schedule_days_unfit"]),
        ({"every": 1, "unit": "weeks", "on": "monday"}, ["schedule_days_unfit"]),
        ({"every": 1, "unit": "weeks", "on": [["monday"]]}, ["schedule_days_unfit"]),
        ({"every": 1, "unit": "months", "day": 0}, ["schedule_day_unfit"]),
        ({"every": 1, "unit": "months", "day": 32}, ["schedule_day_unfit"]),
        ({"every": 1, "unit": "months", "day": "31"}, ["schedule_day_unfit"]),
        ({"every": 1, "unit": "days", "from": "2026-02-30"}, ["schedule_start_unfit"]),
        ({"every": 1, "unit": "days", "from": "20260201"}, ["schedule_start_unfit"]),
        ({"every": 1, "unit": "days", "day": 3}, ["schedule_member_unknown"]),
        (
            {"every": 0, "unit": "months", "day": 0, "at": "x", "on": []},
            ["schedule_member_unknown", "schedule_number_unfit", "schedule_time_unfit", "schedule_day_unfit"],
        ),
        ({"cron": ""}, ["cron_fields"]),
        ({"cron": None}, ["cron_fields"]),
        ({"cron": "@daily"}, ["cron_fields"]),
        ({"cron": "* * * *"}, ["cron_fields"]),
        ({"cron": "* * * * * *"}, ["cron_fields"]),
        ({"cron": "*\t*\t*\t*\t*"}, ["cron_fields"]),
        ({"cron": "0 2 * * *", "at": "02:00"}, ["schedule_member_unknown"]),
        ({"cron": "60 * * * *"}, ["cron_unreadable"]),
        ({"cron": "* 24 * * *"}, ["cron_unreadable"]),
        ({"cron": "* * 0 * *"}, ["cron_unreadable"]),
        ({"cron": "* * * 13 *"}, ["cron_unreadable"]),
        ({"cron": "* * * * 8"}, ["cron_unreadable"]),
        ({"cron": "*/0 * * * *"}, ["cron_unreadable"]),
        ({"cron": "1,,2 * * * *"}, ["cron_unreadable"]),
        ({"cron": "0 22-2 * * *"}, ["cron_unreadable"]),
        ({"cron": "0 0 * * fri-mon"}, ["cron_unreadable"]),
        ({"cron": "0 0 L * *"}, ["cron_unreadable"]),
        ({"cron": "0 0 ? * *"}, ["cron_unreadable"]),
        ({"cron": "0 0 * * mon#1"}, ["cron_unreadable"]),
        ({"cron": "jan 0 * * *"}, ["cron_unreadable"]),
        ({"cron": "H H * * *"}, ["cron_unreadable", "cron_unreadable"]),
        ({"cron": "0 0 31 2 *"}, ["cron_never"]),
        ({"cron": "0 0 31 apr,jun *"}, ["cron_never"]),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_reason(value: Any, codes: list[str]) -> None:
    read = read_rule(value)
    assert read.rule is None
    assert [problem.code for problem in read.problems] == codes
    for problem in read.problems:
        assert SENTENCES[problem.code].format(**problem.params)


def test_the_31st_is_the_last_day_of_a_shorter_month_and_the_31st_again_after_it() -> None:
    monthly = {"every": 1, "unit": "months", "day": 31, "at": "12:00"}
    assert [wall[5:10] for wall in walls(monthly, datetime(2028, 1, 1, tzinfo=UTC), 4)] == [
        "01-31",
        "02-29",
        "03-31",
        "04-30",
    ]


def test_a_leap_day_of_a_cron_line_is_waited_for() -> None:
    assert walls({"cron": "0 6 29 2 *"}, datetime(2026, 1, 1, tzinfo=UTC), 2) == [
        "2028-02-29 06:00+0100",
        "2032-02-29 06:00+0100",
    ]


def test_a_time_that_the_spring_leaves_out_is_the_first_after_it_and_back_the_next_day() -> None:
    nightly = {"every": 1, "unit": "days", "at": "02:30"}
    assert walls(nightly, datetime(2026, 3, 28, 12, tzinfo=UTC), 2) == [
        "2026-03-29 03:00+0200",
        "2026-03-30 02:30+0200",
    ]


@pytest.mark.parametrize("value", [{"every": 1, "unit": "days", "at": "02:30"}, {"cron": "30 2 * * *"}])
def test_a_time_that_the_autumn_shows_twice_is_meant_once(value: dict[str, Any]) -> None:
    assert walls(value, datetime(2026, 10, 24, 12, tzinfo=UTC), 2) == ["2026-10-25 02:30+0200", "2026-10-26 02:30+0100"]


def test_two_times_in_one_gap_are_due_once() -> None:
    assert walls({"cron": "10,40 2 * * *"}, datetime(2026, 3, 28, 12, tzinfo=UTC), 2) == [
        "2026-03-29 03:00+0200",
        "2026-03-30 02:10+0200",
    ]


def test_several_hours_are_times_on_the_clock_whatever_the_night_was() -> None:
    six = {"every": 6, "unit": "hours"}
    assert [wall[11:16] for wall in walls(six, datetime(2026, 10, 24, 21, 30, tzinfo=UTC), 5)] == [
        "00:00",
        "06:00",
        "12:00",
        "18:00",
        "00:00",
    ]


def test_every_other_week_is_counted_from_its_own_week() -> None:
    value = {"every": 2, "unit": "weeks", "on": ["tuesday"], "from": "2026-01-08"}
    assert [wall[:10] for wall in walls(value, datetime(2026, 1, 1, tzinfo=UTC), 3)] == [
        "2026-01-06",
        "2026-01-20",
        "2026-02-03",
    ]


def test_days_before_the_one_that_is_counted_from_count_as_well() -> None:
    value = {"every": 5, "unit": "days", "from": "2026-01-08"}
    assert walls(value, datetime(2025, 12, 28, 12, tzinfo=UTC), 1) == ["2025-12-29 00:00+0100"]
