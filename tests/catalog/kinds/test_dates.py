from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.dates import Date, DateTime, Time
from tests.catalog.settings import PARIS, clean, refusal

DAY, CLOCK, MOMENT = Date(), Time(), DateTime()
SAO_PAULO = Setting(zone=ZoneInfo("America/Sao_Paulo"))
PLUS_TWO = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("given_value", "kept"),
    [
        ("2026-03-01", "2026-03-01"),
        (" 2026-03-01 ", "2026-03-01"),
        ("2026-03-01T23:30:00Z", "2026-03-01"),
        ("2026-03-01 23:30", "2026-03-01"),
        ("2026-03-01T23:30:00-12:00", "2026-03-01"),
        ("2026-03-01T24:00", "2026-03-01"),
        ("2024-02-29", "2024-02-29"),
        ("2018-12-17+01:00", "2018-12-17"),
        ("2018-12-17-05:00", "2018-12-17"),
        ("2018-12-17Z", "2018-12-17"),
        ("0001-01-01T00:00+12:00", "0001-01-01"),
        ("9999-12-31T23:59:59-12:00", "9999-12-31"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 23, 30, tzinfo=PLUS_TWO), "2026-03-01"),
        ("", None),
        (None, None),
    ],
)
def test_a_date_keeps_the_written_day(given_value: object, kept: str | None):
    assert clean(DAY, given_value) == kept


@pytest.mark.parametrize(
    ("given_value", "kept"),
    [
        ("08:30", "08:30:00"),
        ("8:30", "08:30:00"),
        ("08:30:15", "08:30:15"),
        ("08:30:15.5", "08:30:15.500000"),
        ("08:30:15,123456", "08:30:15.123456"),
        ("2026-03-01T08:30:00Z", "08:30:00"),
        (time(8, 30), "08:30:00"),
        (time(8, 30, tzinfo=UTC), "08:30:00"),
        (datetime(2026, 3, 1, 8, 30), "08:30:00"),
        (" ", None),
    ],
)
def test_a_time_keeps_the_written_time(given_value: object, kept: str | None):
    assert clean(CLOCK, given_value) == kept


@pytest.mark.parametrize(
    ("given_value", "kept"),
    [
        ("2026-01-15T10:00:00Z", "2026-01-15T10:00:00Z"),
        ("2026-01-15t10:00:00z", "2026-01-15T10:00:00Z"),
        ("2026-01-15T10:00:00", "2026-01-15T09:00:00Z"),
        ("2026-07-15 10:00", "2026-07-15T08:00:00Z"),
        ("2016-12-05T08:33:33", "2016-12-05T07:33:33Z"),
        ("2026-01-15T10:00:00+05:30", "2026-01-15T04:30:00Z"),
        ("2026-01-15+05:30", "2026-01-14T18:30:00Z"),
        ("2026-01-15Z", "2026-01-15T00:00:00Z"),
        ("2026-01-15T10:00:00 -0330", "2026-01-15T13:30:00Z"),
        ("2026-01-15T10:00:00+02", "2026-01-15T08:00:00Z"),
        ("2026-01-15T10:00:00.25Z", "2026-01-15T10:00:00.250000Z"),
        ("2024-07-30T08:00:00.0000000Z", "2024-07-30T08:00:00Z"),
        ("2026-01-15T10:00:00.123456789Z", "2026-01-15T10:00:00.123456Z"),
        ("2026-01-15T24:00", "2026-01-15T23:00:00Z"),
        ("2026-12-31T24:00:00Z", "2027-01-01T00:00:00Z"),
        ("2026-01-15", "2026-01-14T23:00:00Z"),
        (date(2026, 7, 15), "2026-07-14T22:00:00Z"),
        (datetime(2026, 7, 15, 12), "2026-07-15T10:00:00Z"),
        (datetime(2026, 7, 15, 12, tzinfo=UTC), "2026-07-15T12:00:00Z"),
        (None, None),
    ],
)
def test_a_date_time_is_an_instant(given_value: object, kept: str | None):
    assert clean(MOMENT, given_value) == kept


@pytest.mark.parametrize("value", ["2026-03-29T02:00", "2026-03-29T02:59:59", datetime(2026, 3, 29, 2, 30)])
def test_a_time_the_clocks_skipped_is_refused(value: object):
    problem = refusal(MOMENT, value)
    assert (problem.code, problem.params["zone"]) == ("time_skipped", "Europe/Paris")


@pytest.mark.parametrize(
    "value", ["2026-10-25T02:30", datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 2, 30, fold=1)]
)
def test_of_a_time_that_came_twice_it_is_the_first(value: object):
    assert clean(MOMENT, value) == "2026-10-25T00:30:00Z"


def test_the_hours_around_the_changes_are_read():
    assert clean(MOMENT, "2026-03-29T01:59:59") == "2026-03-29T00:59:59Z"
    assert clean(MOMENT, "2026-03-29T03:00:00") == "2026-03-29T01:00:00Z"
    assert clean(MOMENT, "2026-10-25T03:00:00") == "2026-10-25T02:00:00Z"


def test_a_day_without_midnight_begins_with_its_first_hour():
    assert MOMENT.clean("2018-11-04", SAO_PAULO) == "2018-11-04T03:00:00Z"
    assert refusal(MOMENT, "2018-11-04T00:00", SAO_PAULO).code == "time_skipped"


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (DAY, "0000-01-01", "date_invalid"),
        (DAY, "2026-02-30", "date_invalid"),
        (DAY, "2025-02-29", "date_invalid"),
        (DAY, "2026-13-01", "date_invalid"),
        (DAY, "infinity", "date_invalid"),
        (DAY, "01/02/2026", "date_invalid"),
        (DAY, "2026-1-5", "date_invalid"),
        (DAY, "20260105", "date_invalid"),
        (DAY, "2026-W01-1", "date_invalid"),
        (DAY, "٢٠٢٦-01-01", "date_invalid"),
        (DAY, "2026-01-01T25:00", "time_invalid"),
        (DAY, "2026-01-01T10:00+99:00", "time_invalid"),
        (DAY, time(8, 30), "date_invalid"),
        (DAY, 20260101, "date_invalid"),
        (DAY, Decimal("46000"), "date_invalid"),
        (DAY, True, "date_invalid"),
        (DAY, ["2026-01-01"], "value_shape"),
        (CLOCK, "24:00", "time_invalid"),
        (CLOCK, "25:00", "time_invalid"),
        (CLOCK, "08:60", "time_invalid"),
        (CLOCK, "08:30:60", "time_invalid"),
        (CLOCK, "0830", "time_invalid"),
        (CLOCK, "2026-01-01", "time_invalid"),
        (CLOCK, "2026-02-30T10:00", "date_invalid"),
        (CLOCK, 8, "time_invalid"),
        (CLOCK, date(2026, 1, 1), "time_invalid"),
        (MOMENT, "0000-01-01T00:00Z", "date_invalid"),
        (MOMENT, "2026-02-30T00:00Z", "date_invalid"),
        (MOMENT, "9999-12-31T23:59:59-12:00", "date_out_of_range"),
        (MOMENT, "0001-01-01T00:00+12:00", "date_out_of_range"),
        (MOMENT, "0001-01-01", "date_out_of_range"),
        (MOMENT, "9999-12-31T24:00", "date_out_of_range"),
        (MOMENT, datetime(1, 1, 1, tzinfo=PLUS_TWO), "date_out_of_range"),
        (MOMENT, "2016-12-31T23:59:60Z", "time_invalid"),
        (MOMENT, "2026-01-01T24:00:01", "time_invalid"),
        (MOMENT, "2026-01-01T10:00+24:00", "time_invalid"),
        (MOMENT, "2026-01-01T10:00+02:60", "time_invalid"),
        (MOMENT, "-infinity", "datetime_invalid"),
        (MOMENT, "now", "datetime_invalid"),
        (MOMENT, "20260101T100000Z", "datetime_invalid"),
        (MOMENT, 1767225600, "datetime_invalid"),
        (MOMENT, time(8, 30), "datetime_invalid"),
        (MOMENT, {"a": 1}, "value_shape"),
    ],
)
def test_what_is_no_date_is_refused(kind: Kind, value: object, code: str):
    assert refusal(kind, value).code == code


def test_instants_sort_with_their_fractions():
    forms = [MOMENT.sort_form(str(clean(MOMENT, f"2026-01-01T00:00:0{part}Z"))) for part in ("0", "0.5", "0.75", "1")]
    assert forms == sorted(forms)


_MOMENTS = st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2099, 12, 31))


@given(_MOMENTS)
def test_every_instant_is_kept_exactly(moment: datetime):
    kept = clean(MOMENT, moment.replace(tzinfo=UTC))
    assert kept == moment.isoformat() + "Z"
    assert clean(MOMENT, moment.isoformat() + "Z") == kept
    assert MOMENT.clean(kept, SAO_PAULO) == kept


@given(_MOMENTS)
def test_a_local_time_comes_back_or_was_skipped(moment: datetime):
    local = moment.replace(tzinfo=PARIS.zone)
    there = local.astimezone(UTC)
    if there.astimezone(PARIS.zone).replace(tzinfo=None) == moment:
        assert clean(MOMENT, moment) == there.replace(tzinfo=None).isoformat() + "Z"
    else:
        assert refusal(MOMENT, moment).code == "time_skipped"


@given(st.dates(), st.times())
def test_days_and_times_keep_their_text(day: date, clock: time):
    assert clean(DAY, day) == day.isoformat() == clean(DAY, day.isoformat())
    assert clean(CLOCK, clock) == clock.isoformat() == clean(CLOCK, clock.isoformat())
    assert DAY.text(day.isoformat()) == DAY.render(day.isoformat(), PARIS) == day.isoformat()
    assert CLOCK.text(clock.isoformat()) == clock.isoformat()
