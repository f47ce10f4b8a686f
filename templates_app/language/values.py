"""Values on their way from a source to a field: missing, empty, and the text of a value."""

from __future__ import annotations

from collections.abc import Collection
from enum import Enum
from typing import Any, Final

from templates_app.catalog.kinds.plain import plain_text
from templates_app.catalog.problems import Refused

MAX_TEXT: Final = 32_000


class Absence(Enum):
    """The one value that says: no object on the way has such a name. Unlike None, it leaves a field untouched."""

    MISSING = "missing"


MISSING: Final = Absence.MISSING


def text_of(value: Any) -> str:
    """Whole numbers without decimals, decimals with a point, true/false, ISO dates without a time at midnight.

    None is the empty text. A list or an object has no text: `Refused` (`value_shape`).
    """
    if isinstance(value, str):
        return value
    return "" if value is None else plain_text(value)


def is_empty(value: Any, empties: Collection[str] = ()) -> bool:
    """Whether a value means nothing: None, "", white space, an empty list, or one of the texts of `Empty`.

    `empties` are compared with letter case, without outer blanks.
    """
    if isinstance(value, str):
        stripped = value.strip()
        return not stripped or (bool(empties) and stripped in empties)
    if value is None:
        return True
    if isinstance(value, list):
        return not value
    return bool(empties) and not isinstance(value, dict) and text_of(value) in empties


def limited(text: str) -> str:
    """The text, unless a step made it longer than a value may be."""
    if len(text) > MAX_TEXT:
        raise Refused("step_output_too_long", value=text, limit=MAX_TEXT)
    return text
