"""Days, times and instants in inputs: as a browser itself writes them, so what nobody touched comes back as it was.

The forms are those of HTML (valid date, time and normalised local date and time strings): no seconds where they are
zero, the shortest fraction, at most three digits of it.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from templates_app.catalog.kinds.base import Kind
from templates_app.catalog.kinds.dates import DateTime, Time

_DAY: Final = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK: Final = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,3})?)?"
_FITTING: Final = {
    "date": (re.compile(_DAY), date.fromisoformat),
    "time": (re.compile(_CLOCK), time.fromisoformat),
    "datetime-local": (re.compile(f"{_DAY}T{_CLOCK}"), datetime.fromisoformat),
}


def local_text(value: str, zone: ZoneInfo) -> str:
    """A canonical instant as local time of `zone`; in an hour that came twice the second showing tells its offset.

    What is no local time there stays as it is.
    """
    try:
        local = datetime.fromisoformat(value).astimezone(zone)
    except (ValueError, OverflowError):
        return value
    told = f"{local.date().isoformat()}T{_clock(local.time())}"
    if not local.fold:
        return told
    offset = local.isoformat()[-6:]
    return told + offset if _whole_minutes(local) else value


def time_text(value: str) -> str:
    """A canonical time of day; what is none stays as it is."""
    try:
        return _clock(time.fromisoformat(value))
    except ValueError:
        return value


def type_for(wanted: str, text: str) -> str:
    """The type of an input that shall show this text: a browser empties inputs whose text does not fit their type."""
    return wanted if not text or wanted not in _FITTING or _fits(wanted, text) else "text"


def same_moment(kind: Kind, one: str, other: str) -> bool:
    """Whether both texts tell the same instant or time: browsers are free to write `:00` and `.10`, or not."""
    try:
        if isinstance(kind, DateTime):
            return datetime.fromisoformat(one) == datetime.fromisoformat(other)
        return isinstance(kind, Time) and time.fromisoformat(one) == time.fromisoformat(other)
    except ValueError:
        return False


def _fits(wanted: str, text: str) -> bool:
    grammar, read = _FITTING[wanted]
    try:
        return bool(grammar.fullmatch(text)) and read(text) is not None
    except ValueError:
        return False


def _clock(at: time) -> str:
    if at.microsecond:
        return at.replace(tzinfo=None).isoformat().rstrip("0")
    return at.replace(tzinfo=None).isoformat("seconds" if at.second else "minutes")


def _whole_minutes(local: datetime) -> bool:
    offset = local.utcoffset()
    return offset is not None and offset.total_seconds() % 60 == 0
