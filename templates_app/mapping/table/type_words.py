"""A Type in sentences: what happens to its records, and how they are found."""

from __future__ import annotations

from collections.abc import Iterator

from templates_app.language.elements.rule import Direction
from templates_app.language.nodes import Element
from templates_app.mapping.words import Words, words

_WRITES = {"ShouldInsert": "type_inserts", "ShouldUpdate": "type_updates"}
_REPEATED = {"First": "type_repeated_first", "Error": "type_repeated_error"}


def type_words(
    element: Element, *, first: bool, match: tuple[str, ...], match_from: str, direction: Direction
) -> tuple[Words, ...]:
    """The sentences of a Type. `first`: it is the first of its template."""
    if direction == "out":
        return (_reached(element, first=first),)
    return tuple(_import(element, match, match_from))


def _import(element: Element, match: tuple[str, ...], match_from: str) -> Iterator[Words]:
    yield from _written(element)
    if match:
        found = "type_found_by_catalog" if match_from == "catalog" else "type_found_by"
        yield words(found, fields=", ".join(match))
    else:
        yield words("type_not_found")
    each = element.get("Each")
    if each:
        yield words("type_each_columns" if "*" in each else "type_each_list", each=each)
    if element.get("Repeated") in _REPEATED:
        yield words(_REPEATED[element.get("Repeated")])


def _written(element: Element) -> list[Words]:
    """What deletes writes nothing else."""
    if element.flag("ShouldDelete"):
        return [words("type_deletes")]
    return [words(code) for name, code in _WRITES.items() if element.flag(name)] or [words("type_looks_up")]


def _reached(element: Element, *, first: bool) -> Words:
    through = element.get("Through")
    if first:
        return words("type_gives_items")
    if not through:
        return words("type_unreached")
    if element.get("Each"):
        return words("type_listed", through=through.rpartition(".")[2], each=element.get("Each"))
    return words("type_reached", through=through)
