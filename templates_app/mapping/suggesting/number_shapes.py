"""How the numbers of a column are written: read with the very function the Number step reads them with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from templates_app.catalog.problems import Refused
from templates_app.language.numbers import read_number

_SHARE: Final = 0.97
#: (decimal sign, thousands sign), the plainest first.
_SIGNS: Final = ((".", ""), (",", ""), (".", ","), (",", "."), (",", " "), (".", " "), (".", "'"))


@dataclass(frozen=True, slots=True)
class NumberReading:
    """One way to read a column, and how it reads the example on which it differs from the others."""

    decimal: str
    thousands: str
    example: str
    read: str

    def number(self, text: str) -> Decimal | None:
        """The number in a text, read this way."""
        return _number(text, self.decimal, self.thousands)


def number_readings(values: Sequence[str]) -> tuple[NumberReading, ...]:
    """The ways to read these texts as numbers: none, one, or several that differ (`1,234`)."""
    texts = list(dict.fromkeys(text.strip() for text in values if text.strip()))
    distinct: dict[tuple[str | None, ...], tuple[str, str]] = {}
    for signs in _SIGNS if texts else ():
        read = tuple(_read(text, *signs) for text in texts)
        if sum(one is not None for one in read) >= _SHARE * len(texts):
            distinct.setdefault(read, signs)
    most = max((sum(one is not None for one in read) for read in distinct), default=0)
    best = {read: signs for read, signs in distinct.items() if sum(one is not None for one in read) == most}
    differing = next((place for place in range(len(texts)) if len({read[place] for read in best}) > 1), 0)
    return tuple(NumberReading(*signs, texts[differing], read[differing] or "") for read, signs in best.items())


def _read(text: str, decimal: str, thousands: str) -> str | None:
    number = _number(text, decimal, thousands)
    return None if number is None else format(number, "f")


def _number(text: str, decimal: str, thousands: str) -> Decimal | None:
    try:
        return read_number(text, decimal=decimal, thousands=thousands)
    except Refused:
        return None
