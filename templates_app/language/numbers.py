"""Numbers as sources write them: ASCII digits, one decimal sign, groups of three, bounded."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Final

from templates_app.catalog.problems import Refused

MAX_DIGITS: Final = 40
MAX_EXPONENT: Final = 30

_NUMBER: Final = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,3}))?", re.ASCII)
_LIKE_SIGNS: Final = str.maketrans("\u00a0\u202f\u2009\u2019", "   '")
_ARITHMETIC: Final = Context(prec=2 * MAX_DIGITS + MAX_EXPONENT, rounding=ROUND_HALF_UP)


def read_number(value: Any, *, decimal: str = ".", thousands: str = "") -> Decimal:
    """The number in a text, or a number as it is. Raises `Refused` (`not_a_number`, `number_too_long`).

    Thousands must stand in groups of three: `1,5` is never read as fifteen. Straight and curly apostrophes are one
    sign, and so are the blanks.
    """
    if isinstance(value, bool):
        raise Refused("not_a_number", value="true" if value else "false")
    if isinstance(value, int | Decimal):
        return _bounded(Decimal(value), value)
    if not isinstance(value, str):
        raise Refused("not_a_number", value=value)
    match = _NUMBER.fullmatch(_plain(value, decimal, thousands))
    if match is None or not (match[2] or match[3]):
        raise Refused("not_a_number", value=value)
    if len(match[2]) + len(match[3] or "") > MAX_DIGITS:
        raise Refused("number_too_long", value=value, limit=MAX_DIGITS)
    return _bounded(Decimal(match[0]), value)


def rounded(number: Decimal, digits: int) -> Decimal:
    """Half away from zero, `digits` kept after the point (before it when negative)."""
    return _ARITHMETIC.quantize(number, Decimal(1).scaleb(-digits)) + 0


def signs_alike(decimal: str, thousands: str) -> bool:
    """Whether a number cannot tell its decimals from its thousands by these signs."""
    return bool(decimal) and decimal.translate(_LIKE_SIGNS) == thousands.translate(_LIKE_SIGNS)


def _plain(text: str, decimal: str, thousands: str) -> str:
    """The text with a decimal point and without thousands; unreadable text comes back unreadable."""
    text = text.strip().replace("\u2212", "-").translate(_LIKE_SIGNS)
    decimal, thousands = decimal.translate(_LIKE_SIGNS), thousands.translate(_LIKE_SIGNS)
    whole, sign, fraction = text.partition(decimal) if decimal else (text, "", "")
    if thousands and thousands in whole:
        first, *groups = whole.split(thousands)
        if not 1 <= len(first.lstrip("+-")) <= 3 or any(len(group) != 3 for group in groups):
            return text + "?"
        whole = first + "".join(groups)
    if decimal != "." and ("." in whole or "." in fraction):
        return text + "?"
    return f"{whole}.{fraction}" if sign else whole


def _bounded(number: Decimal, value: Any) -> Decimal:
    if not number.is_finite():
        raise Refused("not_a_number", value=value)
    if len(number.as_tuple().digits) > MAX_DIGITS or (number and abs(number.adjusted()) > MAX_EXPONENT):
        raise Refused("number_too_long", value=value, limit=MAX_DIGITS)
    return number
