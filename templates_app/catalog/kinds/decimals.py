"""Decimal numbers, read from text by an ASCII grammar and bounded before anything is converted."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from templates_app.catalog.problems import Refused

#: Digits of a number written out in full, the zeros before it not counted.
MAX_DIGITS: Final = 40
MAX_EXPONENT: Final = 30

#: Longer texts are no number worth reading: no conversion ever sees them.
_MAX_LENGTH: Final = 120
_WHOLE_BOUND: Final = 10**MAX_DIGITS
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE]([+-]?[0-9]+))?")

#: Texts that are canonical as they stand: most numbers of most sources.
_CANONICAL = re.compile(r"-?[1-9][0-9]{0,17}(?:\.[0-9]{0,11}[1-9])?|-?0\.[0-9]{0,11}[1-9]|0")


def number_text(text: str) -> str:
    """The canonical text of a number without outer blanks: no exponent, no trailing zeros, no `+`, no `-0`.

    Refuses `number_invalid`, `number_too_large` (|exponent| > 30, or more than 40 digits written out).
    """
    if _CANONICAL.fullmatch(text):
        return text
    found = _NUMBER.fullmatch(text[: _MAX_LENGTH + 1])
    if found is None:
        raise Refused("number_invalid", value=text)
    exponent = found.group(1) or "0"
    if len(text) > _MAX_LENGTH or abs(int(exponent)) > MAX_EXPONENT:
        raise Refused("number_too_large", value=text, digits=MAX_DIGITS)
    return _canonical(Decimal(text), shown=text)


def decimal_text(value: Decimal) -> str:
    """The canonical text of a Decimal. Refuses NaN, infinities and what has more than 40 digits written out."""
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise Refused("number_invalid", value=str(value))
    width = max(len(digits) + exponent, len(digits), -exponent)
    if width > _MAX_LENGTH:
        raise Refused("number_too_large", value=str(value), digits=MAX_DIGITS)
    return _canonical(value, shown=str(value))


def whole_text(value: int) -> str:
    """The digits of a whole number of at most 40 digits. The bound comes first: long integers convert slowly."""
    if not -_WHOLE_BOUND < value < _WHOLE_BOUND:
        raise Refused("number_too_large", value=f"{value.bit_length()} bit", digits=MAX_DIGITS)
    return str(value)


def _canonical(value: Decimal, *, shown: str) -> str:
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if text == "-0":
        return "0"
    if sum(map(str.isdigit, text.lstrip("-0"))) > MAX_DIGITS:
        raise Refused("number_too_large", value=shown, digits=MAX_DIGITS)
    return text


def sortable(text: str) -> str:
    """A text that sorts among its like as the canonical numbers do: zero-padded, negative digits turned round."""
    negative = text.startswith("-")
    whole, _, fraction = text.removeprefix("-").partition(".")
    padded = f"{whole.zfill(MAX_DIGITS)}.{fraction}"
    if not negative:
        return "1" + padded
    return "0" + padded.translate(_TURNED) + "~"


_TURNED = str.maketrans("0123456789", "9876543210")
