"""Whole and decimal numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Final

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.decimals import number_text, sortable
from templates_app.catalog.kinds.plain import plain_text, source_text
from templates_app.catalog.problems import Refused

LOWEST: Final = -(2**63)
HIGHEST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Numeric(Kind):
    """A whole number of 64 bits with sign. Canonical: int. `12.000` is whole; a bool is not a number."""

    name: ClassVar[str] = "Numeric"
    numeric: ClassVar[bool] = True

    def clean(self, value: object, setting: Setting) -> int | None:
        number = value if type(value) is int else _whole(value)
        if number is not None and not LOWEST <= number <= HIGHEST:
            raise Refused("number_out_of_range", value=_shown(number), lowest=LOWEST, highest=HIGHEST)
        return number

    def match_form(self, value: int) -> str:
        return str(value)

    def match_forms(self, values: Sequence[int]) -> list[str]:
        return list(map(str, values))

    def as_they_stand(self, values: Sequence[Any]) -> bool:
        return set(map(type, values)) == {int} and min(values) >= LOWEST and max(values) <= HIGHEST

    def sort_form(self, value: int) -> str:
        return sortable(str(value))

    def text(self, value: int) -> str:
        return str(value)


@dataclass(frozen=True, slots=True)
class Double(Kind):
    """A decimal number of at most 40 digits. Canonical: its text, without exponent, trailing zeros or `-0`."""

    name: ClassVar[str] = "Double"
    numeric: ClassVar[bool] = True

    def clean(self, value: object, setting: Setting) -> str | None:
        return _number(value)

    def match_form(self, value: str) -> str:
        return value

    def match_forms(self, values: Sequence[str]) -> list[str]:
        return list(values)

    def sort_form(self, value: str) -> str:
        return sortable(value)

    def text(self, value: str) -> str:
        return value

    def render(self, value: str, setting: Setting) -> int | Decimal:
        """A JSON number, exactly: int when whole, else Decimal. Never a float."""
        return Decimal(value) if "." in value else int(value)


def _number(value: object) -> str | None:
    if isinstance(value, bool):
        raise Refused("number_invalid", value=plain_text(value))
    if isinstance(value, int | Decimal):
        return plain_text(value)
    text = source_text(value)
    return None if text is None else number_text(text)


def _whole(value: object) -> int | None:
    text = _number(value)
    if text is None:
        return None
    if "." in text:
        raise Refused("number_not_whole", value=text)
    return int(text)


def _shown(number: int) -> str:
    return str(number) if number.bit_length() < 256 else f"{number.bit_length()} bit"
