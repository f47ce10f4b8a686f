"""Edits of rows: their names, targets, keys, coupled sources and value maps."""

from __future__ import annotations

from typing import Final

from templates_app.language.grammar import rule_of
from templates_app.language.matching import alias_of, key_fields, match_key, properties_of
from templates_app.language.nodes import Element
from templates_app.language.steps import STEPS
from templates_app.mapping.edits.changes import Couple, SetKey, SetNames, SetTarget, Uncouple
from templates_app.mapping.edits.document import Document, place_in, put_beside, set_attribute, take_out
from templates_app.mapping.edits.targets import typed_target
from templates_app.mapping.edits.typed_rows import names_as_attributes
from templates_app.mapping.refusals import EditRefused

_SOURCE_ATTRIBUTES: Final = {"in": ("Name", "Or", "Empty"), "out": ("Type", "Field")}


def set_names(document: Document, change: SetNames) -> Element:
    """Name and Or, in front of the other attributes where they are new. No name takes both away."""
    element = document.at(change.path)
    rule = rule_of(direction=document.direction, parent=_parent(document, change.path).tag, tag=element.tag)
    if rule is None or rule.attribute("Name") is None or element.tag in ("Type", "Map"):
        raise EditRefused("edit_not_for", tag=element.tag, what="Name")
    names = tuple(name.strip() for name in change.names if name.strip())
    written = names_as_attributes(names, export=rule.attribute("Or") is None)
    rest = {name: value for name, value in element.attributes.items() if name not in ("Name", "Or")}
    element.attributes = {**written, **rest}
    return element


def _parent(document: Document, path: str) -> Element:
    return document.below(path)[0]


def set_target(document: Document, change: SetTarget) -> Element:
    """Type and Field; of an element without a Type of its own (Default, Order, an export's When) the Field."""
    element = document.at(change.path)
    parent = _parent(document, change.path)
    rule = rule_of(direction=document.direction, parent=parent.tag, tag=element.tag)
    if rule is None or rule.attribute("Field") is None or element.tag in STEPS:
        raise EditRefused("edit_not_for", tag=element.tag, what="Field")
    if rule.attribute("Type") is None:
        inside = typed_target(document, change.target, alias=alias_of(parent))
        set_attribute(element, "Field", inside.field or None)
        return element
    first = next((alias_of(found) for found in document.root.elements("Type")), "")
    target = typed_target(document, change.target, alias=element.get("Type") or first)
    set_attribute(element, "Type", target.alias or None)
    set_attribute(element, "Field", target.field or None)
    return element


def set_key(document: Document, change: SetKey) -> Element:
    """In the Match of its Type where it has one, else as Key of the Property."""
    element = document.at(change.path)
    if element.tag != "Property" or document.direction != "in" or not element.get("Field"):
        raise EditRefused("edit_not_for", tag=element.tag, what="Key")
    holder = document.type_of(element.get("Type"))
    if holder is not None and holder.has("Match"):
        set_attribute(element, "Key", None)
        _set_in_match(document, holder, element.get("Field"), on=change.on)
        return element
    if holder is not None and not key_fields(holder, document.root):
        _write_down(document, holder, element, on=change.on)
    set_attribute(element, "Key", "true" if change.on else None)
    return element


def _set_in_match(document: Document, holder: Element, field: str, *, on: bool) -> None:
    members = [name for name in holder.members("Match") if name and name != field]
    wanted = [*members, field] if on else members
    entity = document.catalog.get(holder.get("Name")) if document.catalog else None
    declared = next((key.fields for key in entity.keys if set(key.fields) == set(wanted)), wanted) if entity else wanted
    set_attribute(holder, "Match", ",".join(declared) or None)


def _write_down(document: Document, holder: Element, element: Element, *, on: bool) -> None:
    """The key that the catalog chose becomes one that the rows say. Its only field cannot be switched off."""
    entity = document.catalog.get(holder.get("Name")) if document.catalog else None
    key = match_key(holder, document.root, entity) if entity is not None else None
    fields = key.fields if key is not None else ()
    if not on and fields == (element.get("Field"),):
        raise EditRefused("edit_key_of_catalog", field=element.get("Field"))
    if on or element.get("Field") in fields:
        for row in properties_of(holder, document.root):
            if row.get("Field") in fields:
                set_attribute(row, "Key", "true")


def couple(document: Document, change: Couple) -> Element:
    """What the row read becomes its first Source; the new one comes after the others, and a Join couples them."""
    element = _property(document, change.path)
    own = {name: element.attributes.pop(name) for name in _own(document) if element.has(name)}
    sources = element.elements("Source")
    if own and not sources:
        element.children.insert(0, Element("Source", own))
    added = Element("Source", _source_attributes(document, change.name))
    document.insert(element, added)
    if not element.elements("Join") and len(element.elements("Source")) > 1:
        join = Element("Join", {"With": change.separator})
        put_beside(element, join, added, before=False)
    return added


def _source_attributes(document: Document, name: str) -> dict[str, str]:
    if not name.strip():
        raise EditRefused("edit_name_needed")
    if document.direction == "in":
        return {"Name": name.strip()}
    first = next((alias_of(found) for found in document.root.elements("Type")), "")
    target = typed_target(document, name, alias=first)
    return {"Type": target.alias, "Field": target.field}


def _own(document: Document) -> tuple[str, ...]:
    return _SOURCE_ATTRIBUTES[document.direction]


def uncouple(document: Document, change: Uncouple) -> Element:
    """The one Source that is left: its attributes and steps become the row's, and the first Join goes."""
    element = _property(document, change.path)
    sources = element.elements("Source")
    if len(sources) != 1:
        raise EditRefused("edit_sources_left", count=len(sources))
    source = sources[0]
    place = place_in(element, source)
    element.children[place : place + 1] = source.children
    element.attributes = {**_inherited(source, element), **element.attributes}
    joins = element.elements("Join")
    if joins:
        take_out(element, joins[0])
    return element


def _inherited(source: Element, element: Element) -> dict[str, str]:
    return {name: value for name, value in source.attributes.items() if not element.has(name)}


def _property(document: Document, path: str) -> Element:
    element = document.at(path)
    if element.tag != "Property":
        raise EditRefused("edit_not_for", tag=element.tag, what="Source")
    return element
