from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.catalog.problems import Refused
from templates_app.language.letters import date_formats, letters
from tests.language.steps.running import run, step

PLUS_TWO = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("written", "value", "expected"),
    [
        ("dd/MM/yyyy", "02/01/2024", date(2024, 1, 2)),
        ("d/M/yyyy", "2/1/2024", date(2024, 1, 2)),
        ("d/M/yyyy", "12/11/2024", date(2024, 11, 12)),
        ("dd/MM/yy", "02/01/49", date(2049, 1, 2)),
        ("dd/MM/yy", "02/01/50", date(1950, 1, 2)),
        ("yyyyMM", "202403", date(2024, 3, 1)),
        ("dd/MM/yyyy HH:mm", "02/01/2024 08:30", datetime(2024, 1, 2, 8, 30)),
        ("dd/MM/yyyy HH:mm", "02/01/2024\u00a008:30", datetime(2024, 1, 2, 8, 30)),
        ("yyyyMMddHHmmss", "20240102083015", datetime(2024, 1, 2, 8, 30, 15)),
        ("yyyy-M-d Hmm", "2013-1-1 515", datetime(2013, 1, 1, 5, 15)),
        ("yyyy-M-d HHmm", "2013-1-31 2400", datetime(2013, 2, 1)),
        ("yyyy-MM-dd'T'HH:mm:ss.fff", "2024-01-02T08:30:15.250", datetime(2024, 1, 2, 8, 30, 15, 250_000)),
        ("yyyy-MM-ddTHH:mm:ssK", "2024-01-02T08:30:15Z", datetime(2024, 1, 2, 8, 30, 15, tzinfo=UTC)),
        ("yyyy-MM-ddTHH:mm:ssK", "2024-01-02T08:30:15", datetime(2024, 1, 2, 8, 30, 15)),
        ("yyyy-MM-dd HH:mm zzz", "2024-01-02 08:30 +02:00", datetime(2024, 1, 2, 8, 30, tzinfo=PLUS_TWO)),
        ("hh:mm tt dd.MM.yyyy", "12:05 am 02.01.2024", datetime(2024, 1, 2, 0, 5)),
        ("h:mm t dd.MM.yyyy", "3:05 P 02.01.2024", datetime(2024, 1, 2, 15, 5)),
        ("HH:mm", "08:30", time(8, 30)),
        ("dd-MMM-yy", "02-JAN-24", date(2024, 1, 2)),
        ("ddMMMyyyy", "02jan2024", date(2024, 1, 2)),
        ("MMM d, yyyy h:mm tt", "Sept. 2, 2024 3:05 PM", datetime(2024, 9, 2, 15, 5)),
        ("MMMM yyyy", "May 2024", date(2024, 5, 1)),
        ("d MMM yyyy", "2 janvier 2024", date(2024, 1, 2)),
        ("d MMMM yyyy", "2\u00a0févr. 2024", date(2024, 2, 2)),
        ("d. MMM yyyy", "2. MÄRZ 2024", date(2024, 3, 2)),
        ("dd.MMM.yyyy", "02.Mrz.2024", date(2024, 3, 2)),
        ("dd.MMM.yyyy", "02.Mär..2024", date(2024, 3, 2)),
        ("d MMM yyyy", "2 août 2024", date(2024, 8, 2)),
        ("d MMMM yyyy", "2 мая 2024", date(2024, 5, 2)),
        ("yyyy年MMMd日", "2024年11月2日", date(2024, 11, 2)),
        (r"\d\a\y dd MM yyyy", "day 02 01 2024", date(2024, 1, 2)),
        ("yyyy-MM-dd|dd/MM/yyyy", "02/01/2024", date(2024, 1, 2)),
        ("yyyyMMdd", 20240102, date(2024, 1, 2)),
        ("dd/MM/yyyy", "  02/01/2024 ", date(2024, 1, 2)),
    ],
)
def test_date_reads_the_letters(written: str, value: Any, expected: Any) -> None:
    assert run(step("Date", Format=written), value=value) == expected


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("dd/MM/yyyy", "2/1/2024"),
        ("dd/MM/yyyy", "30/02/2024"),
        ("dd/MM/yyyy", "02/01/2024 08:30"),
        ("dd/MM/yyyy", "00/01/2024"),
        ("dd/MM/yyyy", "٠٢/٠١/٢٠٢٤"),
        ("yyyy-MM-dd", "0000-01-01"),
        ("yyyy-MM-dd HH:mm", "2024-01-02 24:01"),
        ("yyyy-MM-dd HH:mm:ss", "2024-01-02 23:59:60"),
        ("yyyy-MM-dd HH:mm", "9999-12-31 24:00"),
        ("hh:mm tt yyyy", "13:00 pm 2024"),
        ("HH:mm", "24:00"),
        ("yyyyMMddHHmmss", "2018123104580"),
        ("dd MMM yyyy", "02 Janua 2024"),
        ("dd MMM yyyy", "02 jui 2024"),
        ("dd MMM yyyy", "02 01 2024"),
        ("dd MMM yyyy", "31 Feb 2024"),
        ("yyyyMMM", "202413月"),
        ("Excel", "soon"),
    ],
)
def test_date_refuses_what_is_written_otherwise(written: str, value: str) -> None:
    with pytest.raises(Refused) as refused:
        run(step("Date", Format=written), value=value)
    assert refused.value.problem.code == "date_unreadable"
    assert refused.value.problem.params["format"] == written


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1", date(1900, 1, 1)),
        ("59", date(1900, 2, 28)),
        ("61", date(1900, 3, 1)),
        (45293, date(2024, 1, 2)),
        (Decimal("45293.5"), datetime(2024, 1, 2, 12)),
        ("43831.5208333333", datetime(2020, 1, 1, 12, 30)),
        ("45293.999999", datetime(2024, 1, 3)),
        ("0.25", time(6)),
        ("2958465", date(9999, 12, 31)),
    ],
)
def test_excel_day_numbers_are_those_of_the_1900_system(value: Any, expected: Any) -> None:
    assert run(step("Date", Format="Excel"), value=value) == expected


@pytest.mark.parametrize("value", ["60", "-1", "2958466", "1e20", "2958465.999999"])
def test_excel_refuses_days_that_never_were(value: str) -> None:
    with pytest.raises(Refused, match="date_unreadable"):
        run(step("Date", Format="Excel"), value=value)


@pytest.mark.parametrize("value", [date(2024, 1, 2), datetime(2024, 1, 2, 8), time(8)])
def test_a_cell_that_is_a_date_passes(value: Any) -> None:
    assert run(step("Date", Format="dd/MM/yyyy"), value=value) == value


@pytest.mark.parametrize(
    "written",
    ["", "'text'", "dd/MM", "MMMMM yyyy", "MMM dd", "dddd yyyy", "yyyy yyyy", "hh:mm", "HH:mm tt", "g yyyy", "yyy"],
)
def test_a_format_that_cannot_be_read_is_refused_when_built(written: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        letters(written)


@pytest.mark.parametrize("written", ["dd/mm/yyyy", "yyyy-mm-dd", "yyyy mm", "dd yyyy", "yyyymmdd"])
def test_minutes_are_not_taken_for_months(written: str) -> None:
    with pytest.raises(ValueError, match="MM is the month"):
        letters(written)


@pytest.mark.parametrize(
    ("written", "value", "expected"),
    [
        ("dd/MM/yyyy", date(2024, 1, 2), "02/01/2024"),
        ("d/M/yy", date(2024, 1, 2), "2/1/24"),
        ("dd/MM/yyyy HH:mm", date(2024, 1, 2), "02/01/2024 00:00"),
        ("dd/MM/yyyy 'at' h:mm tt", datetime(2024, 1, 2, 15, 4), "02/01/2024 at 3:04 PM"),
        ("yyyy-MM-ddTHH:mm:ss.fffK", datetime(2024, 1, 2, 3, 4, 5, 6000, UTC), "2024-01-02T03:04:05.006Z"),
        ("yyyy-MM-dd HH:mm zzz", datetime(2024, 1, 2, 3, 4, tzinfo=PLUS_TWO), "2024-01-02 03:04 +02:00"),
        ("dd/MM/yyyy|yyyy", "2024-01-02", "02/01/2024"),
        ("yyyy", date(812, 1, 1), "0812"),
        ("dd-MMM-yyyy", date(2024, 1, 2), "02-Jan-2024"),
        ("d MMMM yyyy", date(2024, 9, 2), "2 September 2024"),
        ("Excel", date(2024, 1, 2), 45293),
        ("Excel", datetime(2024, 1, 2, 12), Decimal("45293.5")),
        ("Excel", date(1900, 1, 1), 1),
        ("HH:mm", time(7, 5), "07:05"),
        ("h:mm tt", time(19, 5), "7:05 PM"),
        ("Excel", time(18), Decimal("0.75")),
        ("Excel", time(), 0),
    ],
)
def test_date_writes_the_letters(written: str, value: Any, expected: Any) -> None:
    assert run(step("Date", Format=written), value=value, export=True) == expected


@pytest.mark.parametrize("written", ["dd/MM/yyyy HH:mm", "yyyy", "HH:mm yyyy zzz"])
def test_a_time_of_day_is_no_date(written: str) -> None:
    with pytest.raises(Refused, match="date_needed"):
        run(step("Date", Format=written), value=time(7, 5), export=True)


def test_a_day_before_1900_has_no_day_number() -> None:
    with pytest.raises(Refused, match="date_out_of_range"):
        run(step("Date", Format="Excel"), value=date(1899, 12, 31), export=True)


@given(
    st.datetimes(min_value=datetime(1, 1, 1)), st.sampled_from(["yyyy-MM-dd HH:mm:ss.ffffff", "yyyyMMddHHmmssffffff"])
)
def test_what_letters_write_they_read(moment: datetime, written: str) -> None:
    form = date_formats(written)[0]
    assert form.read(form.write(moment)) == moment


@given(st.dates(min_value=date(1900, 3, 1)))
def test_what_excel_writes_it_reads(day: date) -> None:
    form = date_formats("Excel")[0]
    assert form.read(str(form.write(day))) == day


@pytest.mark.parametrize(
    ("unit", "amount", "value", "expected"),
    [
        ("Months", "1", date(2024, 1, 31), date(2024, 2, 29)),
        ("Months", "12", "2023-03-15", date(2024, 3, 15)),
        ("Months", "-1", date(2024, 3, 31), date(2024, 2, 29)),
        ("Years", "1", date(2024, 2, 29), date(2025, 2, 28)),
        ("Weeks", "2", date(2024, 1, 1), date(2024, 1, 15)),
        ("Days", "-1", datetime(2024, 1, 1, 8), datetime(2023, 12, 31, 8)),
        ("Hours", "2", date(2024, 1, 1), datetime(2024, 1, 1, 2)),
        ("Minutes", "90", "2024-01-01T08:00", datetime(2024, 1, 1, 9, 30)),
        ("Hours", "24", datetime(2024, 3, 30, 12), datetime(2024, 3, 31, 13)),
        ("Days", "1", datetime(2024, 3, 30, 12), datetime(2024, 3, 31, 12)),
        ("Months", "38", "2018-12-17+01:00", date(2022, 2, 17)),
    ],
)
def test_add_counts_on_the_calendar_and_hours_as_they_pass(unit: str, amount: str, value: Any, expected: Any) -> None:
    assert run(step("Add", Unit=unit, Amount=amount), value=value) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"dureeMois": 12}, date(2025, 1, 1)),
        ({"dureeMois": "12"}, date(2025, 1, 1)),
        ({"dureeMois": Decimal("12.0")}, date(2025, 1, 1)),
        ({"dureeMois": "", "duree": "1"}, date(2024, 2, 1)),
        ({"dureeMois": None}, None),
        ({}, None),
    ],
)
def test_add_takes_its_number_from_another_name(row: dict[str, Any], expected: date | None) -> None:
    assert run(step("Add", Unit="Months", Name="dureeMois", Or="duree"), value="2024-01-01", row=row) == expected


@pytest.mark.parametrize(
    ("value", "amount", "code"),
    [
        ("2024-01-01", "1.5", "amount_not_whole"),
        ("2024-01-01", "twelve", "not_a_number"),
        ("2024-01-01", "99999", "date_needed"),
        ("soon", "1", "date_needed"),
        ("2024-13-01", "1", "date_needed"),
        ("9999-12-01", "1", "date_out_of_range"),
        ("2024-01-01", "1e25", "amount_not_whole"),
    ],
)
def test_add_refuses_what_is_no_date_or_no_whole_number(value: str, amount: str, code: str) -> None:
    if amount == "99999":
        value = "01/01/2024"
    with pytest.raises(Refused) as refused:
        run(step("Add", Unit="Months", Name="n"), value=value, row={"n": amount})
    assert refused.value.problem.code == code


@pytest.mark.parametrize(
    ("value", "start", "expected"),
    [
        (datetime(2013, 1, 1, 0, 30), "2013-01-01T22:00:00Z", datetime(2013, 1, 2, 0, 30)),
        (datetime(2013, 1, 1, 23, 30), "2013-01-01T22:00:00Z", datetime(2013, 1, 1, 23, 30)),
        (datetime(2013, 1, 1, 23, 0), "2013-01-01T22:00:00Z", datetime(2013, 1, 1, 23, 0)),
        (datetime(2012, 12, 1, 23, 0), "2013-01-01T22:00:00Z", datetime(2012, 12, 2, 23, 0)),
        (datetime(2013, 1, 1, 0, 30), None, datetime(2013, 1, 1, 0, 30)),
        (date(2013, 1, 1), "2013-01-02", date(2013, 1, 2)),
        ("2013-01-01T00:30", "2013-01-01T22:00:00Z", datetime(2013, 1, 2, 0, 30)),
    ],
)
def test_roll_over_moves_an_end_to_the_next_day_once(value: Any, start: str | None, expected: Any) -> None:
    assert run(step("RollOver", Field="Start"), value=value, fields={"Start": start}) == expected


def test_roll_over_stays_inside_the_calendar() -> None:
    with pytest.raises(Refused, match="date_out_of_range"):
        run(step("RollOver", Field="Start"), value=date(9999, 12, 31), fields={"Start": "9999-12-31T23:30:00Z"})


@pytest.mark.parametrize(("written", "expected"), [("z", "+0"), ("zz", "+00"), ("zzz", "+00:00"), ("K", "")])
def test_a_date_without_zone_writes_none(written: str, expected: str) -> None:
    assert run(step("Date", Format=f"yyyy {written}"), value=date(2024, 1, 2), export=True) == f"2024 {expected}"


@pytest.mark.parametrize(("written", "expected"), [("z", "-3"), ("zz", "-03"), ("zzz", "-03:30"), ("K", "-03:30")])
def test_a_date_writes_its_zone(written: str, expected: str) -> None:
    moment = datetime(2024, 1, 2, tzinfo=timezone(-timedelta(hours=3, minutes=30)))
    assert run(step("Date", Format=f"yyyy {written}"), value=moment, export=True) == f"2024 {expected}"


@pytest.mark.parametrize("zone", ["+01:60", "+24:00", "+1:00"])
def test_an_impossible_zone_is_no_date(zone: str) -> None:
    with pytest.raises(Refused, match="date_unreadable"):
        run(step("Date", Format="yyyy-MM-dd zzz"), value=f"2024-01-02 {zone}")
