"""Any value a source can hold, as plain text, and text made fit to be kept."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal

from templates_app.catalog.kinds.decimals import decimal_text, whole_text
from templates_app.catalog.problems import Refused

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def plain_text(value: object) -> str:
    """The text of a value that is not empty: whole numbers without decimals, `true` / `false`, ISO dates.

    A date-time at midnight without zone is its date alone. Raises `Refused` (`value_shape` for a list or an object,
    `value_unreadable` for what no source gives).
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return whole_text(value)
    if isinstance(value, Decimal):
        return decimal_text(value)
    return _moment_text(value)


def _moment_text(value: object) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None and value.time() == time.min:
            return value.date().isoformat()
        return value.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple | dict):
        raise Refused("value_shape", value=value)
    raise Refused("value_unreadable", value=type(value).__name__)


def source_text(value: object) -> str | None:
    """The plain text of a source value without outer blanks, or None when it is empty (an empty list too)."""
    if value is None or (isinstance(value, list | tuple | dict) and not value):
        return None
    return plain_text(value).strip() or None


def kept_text(text: str) -> str:
    """The text as it is kept: NFC, lines end with LF. Refuses lone surrogates and control characters."""
    if text.isprintable():
        return text if text.isascii() else unicodedata.normalize("NFC", text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    _refuse_unfit(text)
    return unicodedata.normalize("NFC", text)


def _refuse_unfit(text: str) -> None:
    if found := _SURROGATE.search(text):
        raise Refused("half_character", value=text, position=found.start() + 1)
    if found := _CONTROL.search(text):
        raise Refused("control_character", value=text, position=found.start() + 1)
