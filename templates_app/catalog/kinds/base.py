"""What every field kind can do: clean a value into its canonical form, and show that form to others."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from templates_app.catalog.folding import fold, fold_all

#: A canonical value as it is stored: str, int, bool, Decimal (in a JSON value only), list or dict of those. Never
#: None (empty is absent), never float.
Canonical = Any

#: How a value is written on the wire (`JsonWritingType` of the vendor).
WRITINGS = ("Normal", "KeyLabel", "String", "Data")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a value's meaning depends on beside itself: the brand's zone, and how its API writes enums."""

    zone: ZoneInfo
    enums_as_numbers: bool = False


class Kind(ABC):
    """One kind of field.

    Kinds are frozen dataclasses, configured by their field (`Text(max_length=100)`, `Combo(enum="CustomerType")`).
    `clean` accepts what a source can hold: str, int, bool, Decimal, date, datetime, time, list, dict. A canonical
    value cleans to itself.
    """

    name: ClassVar[str]
    #: The value is a list; rows replace it whole, and several feeds of one row add up.
    many: ClassVar[bool] = False
    #: The value points to other records (ids).
    refers: ClassVar[bool] = False
    #: An ORDER BY on the canonical value as text is right (else numbers are cast by the store).
    numeric: ClassVar[bool] = False

    @abstractmethod
    def clean(self, value: object, setting: Setting) -> Canonical | None:
        """The canonical form, or None when the value is empty. Raises `Refused`."""

    def of_cell(self, text: str) -> object:
        """What a text in a cell of a table stands for: tables know nothing but texts where JSON knows more."""
        return text

    def cell(self, value: Canonical) -> Any:
        """A canonical value for a cell of a table, such that `of_cell` and `clean` give it again."""
        return value

    def match_form(self, value: Canonical) -> str:
        """What is compared in look-ups only: NFKC, case-folded, blanks collapsed."""
        return fold(self.text(value))

    def match_forms(self, values: Sequence[Canonical]) -> list[str]:
        """The match form of each; of many at once it costs less."""
        return fold_all([self.text(value) for value in values])

    def as_they_stand(self, values: Sequence[Any]) -> bool:
        """Whether each of these source values is surely its own canonical form. Asked only where many are told at once.

        False says nothing: such values are cleaned one by one.
        """
        return False

    def sort_form(self, value: Canonical) -> str:
        """Sorts as text in the order people expect of this kind."""
        return self.match_form(value)

    @abstractmethod
    def text(self, value: Canonical) -> str:
        """The text of a value, as steps, CSV cells and labels show it (ISO dates, `true`/`false`, decimal point)."""

    def render(self, value: Canonical, setting: Setting) -> Any:
        """The JSON value for the wire: a number where it is one, ISO 8601 for dates, enums by name or number."""
        return value
