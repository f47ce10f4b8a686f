"""ISO 8601 dates and times, read exactly: an ASCII grammar, then the calendar, then the clock."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from templates_app.catalog.problems import Refused

_CLOCK = r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
_MOMENT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    rf"(?:[Tt ]{_CLOCK}(?: ?([Zz]|[+-][0-9]{{2}}(?::?[0-9]{{2}})?))?|([Zz]|[+-][0-9]{{2}}:[0-9]{{2}}))?"
)
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?")


def read_date(text: str) -> date:
    """The written day of an ISO date, whatever time and zone follow (`2018-12-17+01:00` is one too, of XML).

    Refuses `date_invalid`.
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise Refused("date_invalid", value=text)
    if found.group(4) is not None:
        _clock(found.group(4, 5, 6, 7), text)
    _offset(found.group(8) or found.group(9), text)
    return _day(found, text)


def read_time(text: str) -> time:
    """The time of day `H:MM[:SS[.f]]`, or the written time of an ISO date-time. Refuses `time_invalid`."""
    found = _TIME.fullmatch(text)
    if found is not None:
        clock, days = _clock(found.group(1, 2, 3, 4), text)
    else:
        moment = _MOMENT.fullmatch(text)
        if moment is None or moment.group(4) is None:
            raise Refused("time_invalid", value=text)
        _day(moment, text)
        clock, days = _clock(moment.group(4, 5, 6, 7), text)
    if days:
        raise Refused("time_invalid", value=text)
    return clock


def read_instant(text: str, zone: ZoneInfo) -> datetime:
    """The instant of an ISO date or date-time, as a naive UTC date-time; without zone it is local time of `zone`.

    A date is its beginning, 24:00 the midnight after. Refuses `datetime_invalid`, `date_out_of_range`, `time_skipped`.
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise Refused("datetime_invalid", value=text)
    day = _day(found, text)
    offset = _offset(found.group(8) or found.group(9), text)
    if found.group(4) is None and offset is None:
        return first_instant(day, zone)
    clock, days = _clock(found.group(4, 5, 6, 7), text)
    written = datetime.combine(day, clock)
    if days:
        written = _next_day(written)
    return to_instant(written if offset is None else written.replace(tzinfo=offset), zone)


def to_instant(moment: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a date-time, as a naive UTC date-time. One without zone is local time of `zone`.

    Of a time that came twice it is the first. Refuses `time_skipped` where the clocks jumped over it, and
    `date_out_of_range` outside of the years 1 to 9999.
    """
    try:
        if moment.tzinfo is not None:
            return moment.astimezone(UTC).replace(tzinfo=None)
        first = zone.utcoffset(moment.replace(fold=0)) or timedelta()
        second = zone.utcoffset(moment.replace(fold=1)) or timedelta()
        if first < second:
            raise Refused("time_skipped", value=moment.isoformat(sep=" "), zone=zone.key)
        return moment - first
    except OverflowError:
        raise Refused("date_out_of_range", value=moment.isoformat()) from None


def local_time(moment: datetime, zone: ZoneInfo) -> datetime:
    """An instant as local time of `zone`; in UTC still where the calendar has no such local time, at its two ends."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment.astimezone(UTC)


def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """The instant a day begins in `zone`, as a naive UTC date-time. Where midnight was skipped: the first there was."""
    try:
        return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        raise Refused("date_out_of_range", value=day.isoformat()) from None


def _next_day(moment: datetime) -> datetime:
    try:
        return moment + timedelta(days=1)
    except OverflowError:
        raise Refused("date_out_of_range", value=moment.isoformat()) from None


def _day(found: re.Match[str], text: str) -> date:
    year, month, day = found.group(1, 2, 3)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Refused("date_invalid", value=text) from None


def _clock(parts: tuple[str | None, ...], text: str) -> tuple[time, int]:
    """The time of day and how many days it carries: 1 for 24:00. Fractions finer than microseconds are cut."""
    hour, minute, second, fraction = parts
    microsecond = int((fraction or "0")[:6].ljust(6, "0"))
    numbers = int(hour or 0), int(minute or 0), int(second or 0), microsecond
    if numbers == (24, 0, 0, 0):
        return time.min, 1
    try:
        return time(*numbers), 0
    except ValueError:
        raise Refused("time_invalid", value=text) from None


def _offset(text: str | None, shown: str) -> timezone | None:
    if text is None:
        return None
    if text in ("Z", "z"):
        return UTC
    hours, minutes = int(text[1:3]), int(text[3:].removeprefix(":") or 0)
    if hours > 23 or minutes > 59:
        raise Refused("time_invalid", value=shown)
    distance = timedelta(hours=hours, minutes=minutes)
    return timezone(-distance if text[0] == "-" else distance)
