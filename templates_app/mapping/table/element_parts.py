"""What every line of the view has: the cells of its attributes, the comments above it, and what has no place in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Final, TypedDict

from templates_app.catalog.problems import shown
from templates_app.language.attributes import Attribute, Form
from templates_app.language.elements.rule import Direction, ElementRule
from templates_app.language.grammar import RULES, places_of, rule_of
from templates_app.language.nodes import Comment, Element
from templates_app.mapping.places import child_path, walk
from templates_app.mapping.table.lines import Cell, OtherLine
from templates_app.mapping.words import Words, words


class PlacedParts(TypedDict):
    """The members of a `Placed`."""

    path: str
    cells: tuple[Cell, ...]
    line: int
    column: int
    comments: tuple[str, ...]
    others: tuple[OtherLine, ...]


def placed(
    element: Element,
    path: str,
    *,
    direction: Direction,
    parent: str,
    comments: tuple[str, ...] = (),
    taken: Collection[str] = (),
    others: tuple[OtherLine, ...] | None = None,
) -> PlacedParts:
    """What every line has; `parent` is the tag that the grammar knows the element in.

    `others` where they are known already, else `others_of` with `taken`.
    """
    return {
        "path": path,
        "cells": cells_of(element, rule_of(direction=direction, parent=parent, tag=element.tag)),
        "line": element.line,
        "column": element.column,
        "comments": comments,
        "others": others_of(element, path, direction=direction, taken=taken) if others is None else others,
    }


def cells_of(element: Element, rule: ElementRule | None) -> tuple[Cell, ...]:
    """The attributes the grammar knows here, written or not, then those written that it does not know."""
    known = rule.attributes if rule else ()
    names = {attribute.name for attribute in known}
    strange = (Cell(name, value, known=False) for name, value in element.attributes.items() if name not in names)
    return (*(_cell(element, attribute) for attribute in known), *strange)


def _cell(element: Element, attribute: Attribute) -> Cell:
    """A cell nobody wrote is the same everywhere, and most are."""
    blank = _BLANK[id(attribute)]
    return blank if attribute.name not in element.attributes else replace(blank, value=element.get(attribute.name))


def _blank(attribute: Attribute) -> Cell:
    flag = ("true", "false") if attribute.form is Form.FLAG else ()
    return Cell(
        name=attribute.name,
        value=None,
        form=attribute.form.value,
        choices=attribute.choices or flag,
        default=attribute.default,
        required=attribute.required,
        sentence=attribute.sentence,
    )


#: By identity: the attributes of the grammar live as long as it does.
_BLANK: Final = {id(attribute): _blank(attribute) for rule in RULES for attribute in rule.attributes}


def numbered(element: Element, path: str, *tags: str) -> Iterator[tuple[str, Element]]:
    """The child elements with their addresses, of these tags only when some are given."""
    for index, child in enumerate(element.elements()):
        if not tags or child.tag in tags:
            yield child_path(path, index), child


def others_of(element: Element, path: str, *, direction: Direction, taken: Collection[str]) -> tuple[OtherLine, ...]:
    """Every child whose address is not among `taken`, each followed by all that is inside it."""
    left = ((at, child) for at, child in numbered(element, path) if at not in taken)
    return tuple(line for at, child in left for line in _with_inside(element, at, child, direction))


def _with_inside(parent: Element, path: str, element: Element, direction: Direction) -> Iterator[OtherLine]:
    for below, found in walk(element):
        said = words("other_inside", tag=shown(found.tag)) if below else _why(parent, element, direction)
        at = f"{path}.{below}" if below else path
        yield OtherLine(at, found.tag, dict(found.attributes), found.line, found.column, said)


def _why(parent: Element, element: Element, direction: Direction) -> Words:
    if rule_of(direction=direction, parent=parent.tag, tag=element.tag) is not None:
        return words("other_one_too_many", tag=element.tag)
    places = ", ".join(dict.fromkeys(places_of(direction=direction, tag=element.tag)))
    if places:
        return words("other_misplaced", tag=element.tag, parent=parent.tag, places=places)
    return words("other_unknown", tag=shown(element.tag))


def comments_above(parent: Element) -> tuple[dict[int, tuple[str, ...]], tuple[str, ...]]:
    """(index of a child element -> the comments right above it, the comments after the last element)."""
    found: dict[int, tuple[str, ...]] = {}
    waiting: list[str] = []
    index = 0
    for child in parent.children:
        if isinstance(child, Comment):
            waiting.append(child.text.strip())
            continue
        if waiting:
            found[index] = tuple(waiting)
        waiting, index = [], index + 1
    return found, tuple(waiting)
