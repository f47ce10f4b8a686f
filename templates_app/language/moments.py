"""Dates on their way through steps: ISO texts as dates, instants in the brand's zone, and adding to a date."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from templates_app.catalog.kinds.moments import first_instant, to_instant
from templates_app.catalog.problems import Refused

UNITS: Final = ("Years", "Months", "Weeks", "Days", "Hours", "Minutes")
WHOLE_UNITS: Final = frozenset({"Years", "Months", "Weeks", "Days"})

_ISO: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?))?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?",
    re.ASCII,
)
_Day = TypeVar("_Day", date, datetime)


def moment_of(value: Any) -> date | datetime:
    """A date or date-time, or the one an ISO text writes. A date with a zone but no time keeps its written day.

    Raises `Refused` (`date_needed`).
    """
    if isinstance(value, date):
        return value
    match = _ISO.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise Refused("date_needed", value=value)
    try:
        if match[2] is None:
            return date.fromisoformat(match[1])
        return datetime.fromisoformat(f"{match[1]}T{_padded(match[2])}{match[3] or ''}")
    except ValueError:
        raise Refused("date_needed", value=value) from None


def instant_of(moment: date | datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant; without a zone of its own it is the brand's time, and a date is its first moment."""
    return to_instant(moment, zone) if isinstance(moment, datetime) else first_instant(moment, zone)


def moved(moment: date | datetime, *, unit: str, amount: Decimal, zone: ZoneInfo) -> date | datetime:
    """`amount` of a unit later. Years to days count on the calendar, hours and minutes in elapsed time.

    Raises `Refused` (`date_out_of_range`).
    """
    try:
        if unit in ("Years", "Months"):
            return _months_later(moment, int(amount) * (12 if unit == "Years" else 1))
        if unit in ("Weeks", "Days"):
            return moment + timedelta(days=int(amount) * (7 if unit == "Weeks" else 1))
        return _minutes_later(moment, amount * (60 if unit == "Hours" else 1), zone)
    except (OverflowError, ValueError):
        raise Refused("date_out_of_range", value=moment) from None


def _months_later(moment: _Day, months: int) -> _Day:
    years, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not 1 <= years <= 9999:
        raise OverflowError
    return moment.replace(year=years, month=month + 1, day=min(moment.day, monthrange(years, month + 1)[1]))


def _minutes_later(moment: date | datetime, minutes: Decimal, zone: ZoneInfo) -> datetime:
    elapsed = timedelta(microseconds=int(minutes * 60_000_000))
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    if moment.tzinfo is not None:
        return moment + elapsed
    return (moment.replace(tzinfo=zone).astimezone(UTC) + elapsed).astimezone(zone).replace(tzinfo=None)


def _padded(clock: str) -> str:
    """Fractions of a second as `fromisoformat` wants them: six digits."""
    whole, point, fraction = clock.partition(".")
    return f"{whole}.{fraction:0<6}" if point else whole
