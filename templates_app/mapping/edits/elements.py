"""Edits that any element can have: add, set attributes, move, remove, duplicate."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from templates_app.language.matching import alias_of
from templates_app.language.nodes import Element
from templates_app.mapping.edits.changes import Add, Duplicate, Move, Node, Remove, Retag, SetAttributes
from templates_app.mapping.edits.document import Document, built, copied, kind_of, put_beside, set_attribute, take_out
from templates_app.mapping.places import parent_path, walk
from templates_app.mapping.refusals import EditRefused

_ATTRIBUTE: Final = re.compile(r"(?!xml)[A-Za-z_][A-Za-z0-9_.-]{0,99}", re.ASCII)


def add(document: Document, change: Add) -> Element:
    """An element of the grammar, with all that is in it."""
    parent = document.at(change.parent)
    _check_node(document, change.node, parent)
    element = built(change.node)
    if change.before or change.after:
        _place_beside(document, parent, element, change.before, change.after)
    else:
        document.insert(parent, element)
    return element


def _check_node(document: Document, node: Node, parent: Element) -> None:
    document.may_stand(node.tag, parent)
    _check_names(node.attributes)
    for child in node.children:
        _check_node(document, child, Element(node.tag))


def _place_beside(document: Document, parent: Element, element: Element, before: str, after: str) -> None:
    beside = document.at(before or after)
    if not any(child is beside for child in parent.children):
        raise EditRefused("edit_place_gone")
    put_beside(parent, element, beside, before=bool(before))


def set_attributes(document: Document, change: SetAttributes) -> Element:
    element = document.at(change.path)
    _check_names(name for name in change.attributes if not element.has(name) and change.attributes[name] is not None)
    for name, value in change.attributes.items():
        set_attribute(element, name, value)
    return element


def _check_names(names: Iterable[str]) -> None:
    for name in names:
        if not _ATTRIBUTE.fullmatch(name):
            raise EditRefused("edit_attribute_name", name=name)


def move(document: Document, change: Move) -> Element:
    """Among its like by so many places, or beside another element, also of another parent that may hold it."""
    parent, element = document.below(change.path)
    if change.by:
        _move_by(parent, element, change.by)
        return element
    if not (change.before or change.after):
        raise EditRefused("edit_move_nowhere")
    beside = document.at(change.before or change.after)
    if beside is element:
        return element
    other = document.at(parent_path(change.before or change.after))
    if other is not parent:
        document.may_stand(element.tag, other)
    if any(inside is other for _, inside in walk(element)) or beside is document.root:
        raise EditRefused("edit_misplaced", tag=element.tag, parent=other.tag)
    take_out(parent, element)
    put_beside(other, element, beside, before=bool(change.before))
    return element


def _move_by(parent: Element, element: Element, by: int) -> None:
    kind = kind_of(element, parent)
    like = [child for child in parent.elements() if kind_of(child, parent) == kind]
    index = next(index for index, child in enumerate(like) if child is element)
    wanted = min(max(index + by, 0), len(like) - 1)
    if wanted == index:
        raise EditRefused("edit_move_end")
    take_out(parent, element)
    put_beside(parent, element, like[wanted], before=by < 0)


def retag(document: Document, change: Retag) -> Element:
    """A mistyped tag put right; what is in it stays."""
    parent, element = document.below(change.path)
    document.may_stand(change.tag, parent)
    element.tag = change.tag
    return element


def duplicate(document: Document, change: Duplicate) -> Element:
    """A copy; of a Type under another name, because two of one name cannot be told apart."""
    parent, element = document.below(change.path)
    again = copied(element)
    if element.tag == "Type" and alias_of(element):
        again.attributes["As"] = _free_alias(document, alias_of(element))
    put_beside(parent, again, element, before=False)
    return again


def _free_alias(document: Document, alias: str) -> str:
    number = 2
    while document.type_of(f"{alias}{number}") is not None:
        number += 1
    return f"{alias}{number}"


def remove(document: Document, change: Remove) -> Element:
    """What took its place among its kind, else its neighbour before, else its parent."""
    parent, element = document.below(change.path)
    kind = kind_of(element, parent)
    if change.uses:
        _remove_uses(document, element, parent)
    like = [child for child in parent.elements() if kind_of(child, parent) == kind]
    index = next(index for index, child in enumerate(like) if child is element)
    take_out(parent, element)
    rest = like[:index] + like[index + 1 :]
    return rest[min(index, len(rest) - 1)] if rest else parent


def _remove_uses(document: Document, element: Element, parent: Element) -> None:
    root = document.root
    if parent is not root:
        return
    if element.tag == "Type" and document.type_of(alias_of(element)) is element:
        alias = alias_of(element)
        _drop(root, lambda child: child.tag in ("Property", "Link") and alias in (child.get("Type"), child.get("To")))
        for child in root.elements("Property"):
            _drop(child, lambda source: source.tag == "Source" and source.get("Type") == alias)
    elif element.tag == "Map":
        name = element.get("Name")
        for child in root.elements("Property"):
            for holder in (child, *child.elements("Source")):
                _drop(holder, lambda step: step.tag == "Map" and step.has("Use") and step.get("Use") == name)


def _drop(parent: Element, unwanted: Callable[[Element], bool]) -> None:
    """Comments stay: they may speak of more than the element below them."""
    for child in parent.elements():
        if unwanted(child):
            take_out(parent, child)
