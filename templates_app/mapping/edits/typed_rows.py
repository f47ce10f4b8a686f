"""Rows by typing: `Nom -> Customer.LastName`, one a line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from templates_app.language.matching import alias_of
from templates_app.language.nodes import Element
from templates_app.mapping.edits.changes import AddRows
from templates_app.mapping.edits.document import Document, put_beside
from templates_app.mapping.edits.targets import TypedTarget, field_called, typed_target
from templates_app.mapping.refusals import EditRefused

_ARROW: Final = re.compile(r"->|=>|→|\t")


@dataclass(frozen=True, slots=True)
class TypedLine:
    """The names left of the last arrow, in their order, and what stands right of it; None without an arrow."""

    names: tuple[str, ...]
    target: str | None


def typed_lines(text: str) -> tuple[TypedLine, ...]:
    """The lines that say something. Refuses `edit_nothing_typed` and `edit_target_empty`."""
    lines = [line for line in re.split(r"\r\n|\r|\n", text) if line.strip()]
    if not lines:
        raise EditRefused("edit_nothing_typed")
    return tuple(_line(line.strip()) for line in lines)


def _line(line: str) -> TypedLine:
    arrows = list(_ARROW.finditer(line))
    last = arrows[-1] if arrows else None
    left = line[: last.start()] if last else line
    names = tuple(name.strip() for name in left.split("|") if name.strip())
    if not names:
        raise EditRefused("edit_target_empty", line=line)
    return TypedLine(names, line[last.end() :].strip() if last else None)


def add_rows(document: Document, change: AddRows) -> Element:
    """The rows that were typed; the last of them."""
    before = document.at(change.before) if change.before else None
    added = [_add(document, line, change.type, before) for line in typed_lines(change.text)]
    return added[-1]


def _add(document: Document, line: TypedLine, type_name: str, before: Element | None) -> Element:
    target = _target(document, line, type_name)
    if target.entity:
        _declare(document, target.entity)
    element = Element("Property", _attributes(document, line, target))
    document.may_stand("Property", document.root)
    if before is not None and any(child is before for child in document.root.children):
        put_beside(document.root, element, before, before=True)
    else:
        document.insert(document.root, element, like=lambda child: _feeds(child, target.alias))
    return element


def _target(document: Document, line: TypedLine, type_name: str) -> TypedTarget:
    alias = type_name or next((alias_of(element) for element in document.root.elements("Type")), "")
    if line.target:
        return typed_target(document, line.target, alias=alias)
    fields = (field_called(document, name, alias=alias) for name in line.names)
    return TypedTarget(alias, next((field for field in fields if field), ""))


def _declare(document: Document, entity: str) -> None:
    switches = {"ShouldInsert": "true", "ShouldUpdate": "true"} if document.direction == "in" else {}
    document.insert(document.root, Element("Type", {"Name": entity, **switches}))


def _attributes(document: Document, line: TypedLine, target: TypedTarget) -> dict[str, str]:
    attributes = names_as_attributes(line.names, export=document.direction == "out")
    if target.alias:
        attributes["Type"] = target.alias
    if target.field:
        attributes["Field"] = target.field
    return attributes


def names_as_attributes(names: tuple[str, ...], *, export: bool = False) -> dict[str, str]:
    """Name and Or. Refuses several names of an export, and a `|` in any but the first."""
    if export and len(names) > 1:
        raise EditRefused("edit_one_name")
    for name in names[1:]:
        if "|" in name:
            raise EditRefused("edit_bar_in_name", name=name)
    written = {"Name": names[0]} if names else {}
    return {**written, "Or": "|".join(names[1:])} if len(names) > 1 else written


def _feeds(element: Element, alias: str) -> bool:
    return element.tag == "Property" and element.get("Type") == alias
