"""Days, times of day, and instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.moments import first_instant, read_date, read_instant, read_time, to_instant
from templates_app.catalog.kinds.plain import plain_text, source_text
from templates_app.catalog.problems import Refused


@dataclass(frozen=True, slots=True)
class Date(Kind):
    """A day. Canonical `YYYY-MM-DD`. Of a date-time the written day is kept, whatever its zone."""

    name: ClassVar[str] = "Date"

    def clean(self, value: object, setting: Setting) -> str | None:
        if isinstance(value, date):
            return date(value.year, value.month, value.day).isoformat()
        text = _text(value, "date_invalid")
        return None if text is None else read_date(text).isoformat()

    def text(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class Time(Kind):
    """A time of day without zone. Canonical `HH:MM:SS[.ffffff]`. Of a date-time the written time is kept."""

    name: ClassVar[str] = "Time"

    def clean(self, value: object, setting: Setting) -> str | None:
        if isinstance(value, datetime):
            return value.time().isoformat()
        if isinstance(value, time):
            return value.replace(tzinfo=None).isoformat()
        text = _text(value, "time_invalid")
        return None if text is None else read_time(text).isoformat()

    def text(self, value: str) -> str:
        return value


@dataclass(frozen=True, slots=True)
class DateTime(Kind):
    """An instant. Canonical UTC `YYYY-MM-DDTHH:MM:SS[.ffffff]Z`.

    Without zone it is the brand's time: a time the clocks skipped is refused, of one that came twice it is the first.
    A date alone is the beginning of that day.
    """

    name: ClassVar[str] = "DateTime"

    def clean(self, value: object, setting: Setting) -> str | None:
        if isinstance(value, datetime):
            return _utc(to_instant(value, setting.zone))
        if isinstance(value, date):
            return _utc(first_instant(value, setting.zone))
        text = _text(value, "datetime_invalid")
        return None if text is None else _utc(read_instant(text, setting.zone))

    def sort_form(self, value: str) -> str:
        """Without the `Z`, so that fractions of a second sort after the whole one."""
        return value.removesuffix("Z")

    def text(self, value: str) -> str:
        return value


def _utc(moment: datetime) -> str:
    return moment.isoformat() + "Z"


def _text(value: object, code: str) -> str | None:
    """The text of a value, but numbers and bools are no dates, even where their digits look like one."""
    if isinstance(value, str) or not isinstance(value, int | float):
        return source_text(value)
    raise Refused(code, value=plain_text(value))
