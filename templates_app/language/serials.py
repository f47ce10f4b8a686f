"""Day numbers of spreadsheets: the 1900 system, with the 29 February 1900 that never was."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from templates_app.catalog.problems import Refused
from templates_app.language.numbers import read_number

_EPOCH: Final = date(1899, 12, 30)
_LEAP_BUG: Final = 60
_LAST: Final = 2_958_465
_SECONDS_A_DAY: Final = 86_400


def read_serial(text: str) -> date | datetime | time | None:
    """Day 1 is 1 January 1900. Fractions are the time of the day, to the second; below 1 there is only a time.

    None when the text is no number, or no day: 60 is 29 February 1900, which Excel has and the calendar has not.
    """
    try:
        serial = read_number(text)
    except Refused:
        return None
    days = int(serial)
    if serial < 0 or days > _LAST or days == _LEAP_BUG:
        return None
    seconds = int(((serial - days) * _SECONDS_A_DAY).to_integral_value())
    if days == 0:
        return (datetime.combine(_EPOCH, time()) + timedelta(seconds=seconds)).time()
    day = _EPOCH + timedelta(days=days + (1 if days < _LEAP_BUG else 0))
    if not seconds:
        return day
    if day == date.max and seconds == _SECONDS_A_DAY:
        return None
    return datetime.combine(day, time()) + timedelta(seconds=seconds)


def write_serial(moment: date | datetime | time) -> int | Decimal:
    """The day number of a date, with a fraction for its time; of a time the fraction alone.

    Days before 1900 have none: `Refused`.
    """
    if isinstance(moment, time):
        return _part_of_day(moment)
    day = moment.date() if isinstance(moment, datetime) else moment
    days = (day - _EPOCH).days
    if days <= _LEAP_BUG:
        days -= 1
    if days < 1:
        raise Refused("date_out_of_range", value=moment)
    return days + _part_of_day(moment) if isinstance(moment, datetime) else days


def _part_of_day(clock: datetime | time) -> int | Decimal:
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second
    return round(Decimal(seconds) / _SECONDS_A_DAY, 10).normalize() if seconds else 0
