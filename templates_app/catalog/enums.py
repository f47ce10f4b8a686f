"""The documented enums: what each API version shows, and what both versions together let one write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from templates_app.catalog.enums_41 import ENUMS_41
from templates_app.catalog.enums_47 import ENUMS_47
from templates_app.catalog.folding import fold


@dataclass(frozen=True, slots=True)
class Members:
    """The members of one choice. `spellings`: folded name or number -> name; `numbers`: name -> number, where known."""

    names: tuple[str, ...]
    spellings: Mapping[str, str]
    numbers: Mapping[str, int]


@cache
def enums_of(version: str) -> Mapping[str, Mapping[str, int | str]]:
    """The enums of an API version as `/api/config` shows them: numbers in 4.1, names in 4.7. KeyError for others."""
    shown: dict[str, Mapping[str, Mapping[str, int | str]]] = {
        "4.1": {name: MappingProxyType(dict(members)) for name, members in ENUMS_41.items()},
        "4.7": {name: MappingProxyType({member: member for member in members}) for name, members in ENUMS_47.items()},
    }
    return MappingProxyType(shown[version])


@cache
def members_of(enum: str) -> Members:
    """The members of an enum of either version: those of 4.7 first, then what only 4.1 knows. KeyError when unknown."""
    if enum not in ENUMS_41 and enum not in ENUMS_47:
        raise KeyError(enum)
    numbers = ENUMS_41.get(enum, {})
    names = tuple(dict.fromkeys((*ENUMS_47.get(enum, ()), *numbers)))
    spellings = {str(number): name for name, number in numbers.items()}
    spellings.update({fold(name): name for name in names})
    return Members(names=names, spellings=MappingProxyType(spellings), numbers=MappingProxyType(numbers))


@cache
def choices_of(choices: tuple[str, ...]) -> Members:
    """The members of a choice a brand declares itself: names without numbers."""
    spellings = {fold(name): name for name in choices}
    return Members(names=choices, spellings=MappingProxyType(spellings), numbers=MappingProxyType({}))
