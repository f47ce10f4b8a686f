"""Values as the cells of a table."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

import msgspec

from templates_app.catalog.problems import Problem

CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
# What a sheet takes for a character by its number (ECMA-376, ST_Xstring) begins with this.
TAKEN_FOR_CHARACTER: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
REPLACEMENT: Final = "\ufffd"
MAX_CELL_TEXT: Final = 32_767
EXACT_DIGITS: Final = 15
FIRST_DAY: Final = date(1900, 3, 1)
JSON: Final = msgspec.json.Encoder(decimal_format="number")


class ItemRefused(ValueError):
    """An item cannot be written as it is. `problem.params` name the row of the file and the column."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.problem = Problem(code=code, params=params)


def text_of(value: Any) -> str:
    """A value as the text of a cell: decimals without exponent, days and moments in ISO, lists and objects as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple | dict):
        return JSON.encode(value).decode()
    return str(value)


def sheet_value(value: Any, *, row: int, column: str) -> Any:
    """A value that a sheet can hold without loss: what it would round or refuse becomes text. Raises ItemRefused."""
    if isinstance(value, str):
        return _sheet_text(value, row=row, column=column)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | Decimal | float):
        return value if _keeps_number(value) else text_of(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None) if value.date() >= FIRST_DAY else value.isoformat()
    if isinstance(value, date):
        return value if value >= FIRST_DAY else value.isoformat()
    if isinstance(value, time):
        return value.replace(tzinfo=None)
    return _sheet_text(text_of(value), row=row, column=column)


def _sheet_text(text: str, *, row: int, column: str) -> str:
    if not (text.isascii() and text.isprintable()):
        text = CONTROLS.sub(REPLACEMENT, text)
    if len(text) > MAX_CELL_TEXT:
        raise ItemRefused("cell_too_long", row=row, column=column, limit=MAX_CELL_TEXT)
    if "_x" in text:
        text = TAKEN_FOR_CHARACTER.sub("_x005F_", text)
    # Alone it would be read as the end of a line.
    return text.replace("\r", "_x000D_")


def _keeps_number(value: int | Decimal | float) -> bool:
    """Sheets calculate in binary floating point, and show 15 digits."""
    if isinstance(value, float):
        return value - value == 0
    if isinstance(value, int):
        return abs(value) < 10**EXACT_DIGITS
    return len(Decimal(value).as_tuple().digits) <= EXACT_DIGITS and abs(Decimal(value).adjusted()) <= EXACT_DIGITS
