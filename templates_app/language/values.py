"""Values on their way from a source to a field: missing, empty, and the text of a value."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from templates_app.catalog.problems import Refused

MAX_TEXT: Final = 32_000


class Absence(Enum):
    """The one value that says: no object on the way has such a name. Unlike None, it leaves a field untouched."""

    MISSING = "missing"


MISSING: Final = Absence.MISSING


def text_of(value: Any) -> str:
    """Whole numbers without decimals, decimals with a point, true/false, ISO dates without a time at midnight.

    None is the empty text. Objects and lists have no text: `Refused` (`value_is_object`, `value_is_list`).
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _text_of_whole(value)
    if isinstance(value, Decimal):
        return _text_of_decimal(value)
    if isinstance(value, datetime):
        return _text_of_moment(value)
    if isinstance(value, date | time):
        return value.isoformat()
    raise Refused("value_is_list" if isinstance(value, list) else "value_is_object", value=type(value).__name__)


def is_empty(value: Any, empties: Collection[str] = ()) -> bool:
    """Whether a value means nothing: None, "", white space, an empty list, or one of the texts of `Empty`.

    `empties` are compared with letter case, without outer blanks.
    """
    if value is None:
        return True
    if isinstance(value, str):
        stripped = value.strip()
        return not stripped or stripped in empties
    if isinstance(value, list):
        return not value
    return bool(empties) and not isinstance(value, dict) and text_of(value) in empties


def limited(text: str) -> str:
    """The text, unless a step made it longer than a value may be."""
    if len(text) > MAX_TEXT:
        raise Refused("step_output_too_long", value=text, limit=MAX_TEXT)
    return text


def _text_of_whole(value: int) -> str:
    if value.bit_length() > MAX_TEXT // 10:
        raise Refused("number_too_long", value="…", limit=MAX_TEXT // 10)
    return str(value)


def _text_of_decimal(value: Decimal) -> str:
    if not value.is_finite() or abs(value.adjusted()) > MAX_TEXT:
        raise Refused("not_a_number", value=value)
    if value == value.to_integral_value():
        return format(value.to_integral_value() + 0, "f")
    return format(value, "f")


def _text_of_moment(value: datetime) -> str:
    if value.tzinfo is None and value.time() == time():
        return value.date().isoformat()
    return value.isoformat()
