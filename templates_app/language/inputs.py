"""Inputs: how the value of a Property, a Source or a condition is read from a row, before its field judges it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from templates_app.language.chains import Chain, compile_chain
from templates_app.language.names import Names, Scope
from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps, StepSetting
from templates_app.language.values import MISSING, is_empty


@dataclass(frozen=True, slots=True)
class Named:
    """Names tried in order, and the texts that mean nothing under them."""

    names: tuple[str, ...]
    empties: frozenset[str]

    def read(self, scope: Scope, names: Names) -> Any:
        """The first value that is not empty, None, or MISSING."""
        return names.first(self.names, self.empties, scope)


@dataclass(frozen=True, slots=True)
class Input:
    """One value: a name of its own, or several sources coupled; then the steps.

    Sources are given to the steps as a list. Where one is missing and another is not, the missing one is empty.
    `empties`: the texts that mean nothing to it, and to the steps that read another name beside it.
    """

    named: Named | None
    sources: tuple[tuple[Named, Chain], ...]
    chain: Chain
    reads_row: bool
    empties: frozenset[str]

    def all_named(self) -> Iterator[Named]:
        if self.named is not None:
            yield self.named
        for named, _ in self.sources:
            yield named

    def read(self, scope: Scope, names: Names, setting: StepSetting) -> Any:
        """The value after all steps; None for empty, MISSING when no name of it is there. Raises `Refused`."""
        value = self.named.read(scope, names) if self.named is not None else self._coupled(scope, names, setting)
        return MISSING if value is MISSING else self.chain(value, setting)

    def has_value(self, scope: Scope, names: Names) -> bool:
        """Whether one of its names, not counting those outside of the item, has a value."""
        for named in self.all_named():
            inside = Named(tuple(name for name in named.names if not name.startswith("../")), named.empties)
            value = inside.read(scope, names)
            if value is not MISSING and value is not None:
                return True
        return False

    def source_name(self, scope: Scope, names: Names) -> str:
        """The name, or names, the value came from, as the source spells them."""
        return ", ".join(names.chosen(named.names, named.empties, scope) for named in self.all_named())

    def together(self, stepped: list[Any]) -> Any:
        """What the sources give, each after its own steps, as one value for the steps of the Property."""
        coupled: list[Any] = []
        for value in stepped:
            coupled += value if isinstance(value, list) else [value]
        return coupled if len(self.sources) > 1 else _lone(coupled)

    def _coupled(self, scope: Scope, names: Names, setting: StepSetting) -> Any:
        values = [named.read(scope, names) for named, _ in self.sources]
        if all(value is MISSING for value in values):
            return MISSING
        stepped = []
        for value, (_, chain) in zip(values, self.sources, strict=True):
            given = None if value is MISSING else value
            stepped.append(chain(given, setting) if chain.links else given)
        return self.together(stepped)


def compile_input(element: Element, maps: Maps, empties: frozenset[str]) -> Input:
    """The input of a Property, with the `Empty` of the template where it has none of its own."""
    own = _empties(element, empties)
    sources = tuple(
        (_named(source, _empties(source, own)), compile_chain(source, maps)) for source in element.elements("Source")
    )
    chain = compile_chain(element, maps)
    return Input(
        named=None if sources else _named(element, own),
        sources=sources,
        chain=chain,
        reads_row=chain.reads_row or any(own_chain.reads_row for _, own_chain in sources),
        empties=own,
    )


def compile_named(element: Element, empties: frozenset[str]) -> Named:
    """The `Name` and `Or` of an element."""
    return _named(element, empties)


def empties_of(root: Element) -> frozenset[str]:
    """The texts that mean nothing in the whole source."""
    return _empties(root, frozenset())


def _named(element: Element, empties: frozenset[str]) -> Named:
    if not element.get("Name"):
        raise ValueError(f"{element.tag} needs a Name")
    return Named(names=(element.get("Name"), *element.alternatives("Or")), empties=empties)


def _empties(element: Element, inherited: frozenset[str]) -> frozenset[str]:
    if not element.has("Empty"):
        return inherited
    return frozenset(text.strip() for text in element.alternatives("Empty")) - {""}


def _lone(values: list[Any]) -> Any:
    if len(values) == 1:
        return values[0]
    return [value for value in values if not is_empty(value)] or None
