"""Choices: one of several names, and yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from templates_app.catalog.enums import Members, choices_of, members_of
from templates_app.catalog.folding import fold
from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.plain import source_text
from templates_app.catalog.problems import Refused
from templates_app.catalog.refusals import CatalogRefused

_SHOWN_CHOICES: Final = 12


@dataclass(frozen=True, slots=True)
class Combo(Kind):
    """One member of a documented `enum`, or of declared `choices`. Canonical: its name.

    Reads the names (whatever their letter case) and numbers of both API versions. `always_number` fields show the
    number in every version, as the vendor does for the type of a task.
    """

    name: ClassVar[str] = "Combo"
    enum: str = ""
    choices: tuple[str, ...] = ()
    always_number: bool = False

    def __post_init__(self) -> None:
        if bool(self.enum) == bool(self.choices):
            raise CatalogRefused("choices_needed")
        try:
            members = self.members()
        except KeyError:
            raise CatalogRefused("enum_unknown", name=self.enum) from None
        if any(not fold(choice) for choice in members.names):
            raise CatalogRefused("choice_empty")
        if len({fold(choice) for choice in members.names}) < len(members.names):
            raise CatalogRefused("choice_repeated")

    def members(self) -> Members:
        return members_of(self.enum) if self.enum else choices_of(self.choices)

    def clean(self, value: object, setting: Setting) -> str | None:
        text = value if type(value) is str else source_text(value)
        if text is None:
            return None
        members = self.members()
        folded = fold(text)
        if not folded:
            return None
        found = members.spellings.get(folded)
        if found is None or (setting.enums_as_numbers and members.numbers and found not in members.numbers):
            raise Refused("choice_unknown", value=text, choices=_listed(self.shown(setting)))
        return found

    def shown(self, setting: Setting) -> tuple[str, ...]:
        """The members that there are for this brand: where numbers are wanted, those with a number, if any has one."""
        members = self.members()
        return tuple(members.numbers) if setting.enums_as_numbers and members.numbers else members.names

    def sort_form(self, value: str) -> str:
        """By name: people read names in lists, whatever number the wire shows."""
        return fold(value)

    def text(self, value: str) -> str:
        return value

    def render(self, value: str, setting: Setting) -> str | int:
        """The number where numbers are wanted and 4.1 knows one, else the name."""
        if self.always_number or setting.enums_as_numbers:
            return self.members().numbers.get(value, value)
        return value


@dataclass(frozen=True, slots=True)
class Check(Kind):
    """Yes or no. Canonical: bool. Reads `true`, `false`, `1` and `0`."""

    name: ClassVar[str] = "Check"

    def clean(self, value: object, setting: Setting) -> bool | None:
        if isinstance(value, bool):
            return value
        text = source_text(value)
        if text is None:
            return None
        found = _CHECKS.get(text.lower())
        if found is None:
            raise Refused("check_invalid", value=text)
        return found

    def text(self, value: bool) -> str:
        return "true" if value else "false"


_CHECKS: Final = {"true": True, "1": True, "false": False, "0": False}


def _listed(names: tuple[str, ...]) -> str:
    listed = ", ".join(names[:_SHOWN_CHOICES])
    return listed if len(names) <= _SHOWN_CHOICES else listed + ", …"
