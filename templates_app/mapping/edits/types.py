"""Edits of Types and their conditions, and of the names that the rest of a template uses."""

from __future__ import annotations

from collections.abc import Callable

from templates_app.language.matching import alias_of, properties_of
from templates_app.language.nodes import Element
from templates_app.mapping.edits.changes import Rename, SetEntity, SetMatch, SetTest
from templates_app.mapping.edits.document import Document, set_attribute
from templates_app.mapping.refusals import EditRefused
from templates_app.mapping.table.condition_lines import TESTS


def set_match(document: Document, change: SetMatch) -> Element:
    """The Match of a Type of an import; its rows no longer say Key, because a Type has one or the other."""
    element = document.at(change.path)
    if element.tag != "Type" or document.direction != "in":
        raise EditRefused("edit_not_for", tag=element.tag, what="Match")
    fields = tuple(dict.fromkeys(name.strip() for name in change.fields if name.strip()))
    for name in fields:
        if "," in name:
            raise EditRefused("edit_comma_in_name", name=name)
    set_attribute(element, "Match", ",".join(fields) or None)
    if document.type_of(alias_of(element)) is element:
        for row in properties_of(element, document.root):
            set_attribute(row, "Key", None)
    return element


def set_test(document: Document, change: SetTest) -> Element:
    """One test in place of all others; the upper bound goes with AtLeast only."""
    element = document.at(change.path)
    if element.tag not in ("When", "Unless"):
        raise EditRefused("edit_not_for", tag=element.tag, what=change.test)
    if change.test not in TESTS or (change.upper is not None and change.test != "AtLeast"):
        raise EditRefused("change_member_invalid", verb="test", member="test")
    wanted = {change.test: change.value}
    if change.upper is not None:
        wanted["AtMost"] = change.upper
    for name in TESTS:
        set_attribute(element, name, wanted.get(name))
    return element


def rename(document: Document, change: Rename) -> Element:
    """A Type's As, or a Map's Name; whatever speaks of it follows."""
    parent, element = document.below(change.path)
    name = change.name.strip()
    if parent is document.root and element.tag == "Type":
        _rename_type(document, element, name)
    elif parent is document.root and element.tag == "Map":
        _rename_map(document, element, name)
    else:
        raise EditRefused("edit_not_for", tag=element.tag, what="As")
    return element


def _rename_type(document: Document, element: Element, name: str) -> None:
    """Without a name, or with that of its entity type, it needs no As."""
    alias = name or element.get("Name")
    follow = _speakers(document, element, alias)
    set_attribute(element, "As", alias if alias != element.get("Name") else None)
    follow()


def set_entity(document: Document, change: SetEntity) -> Element:
    """Another entity type; the alias changes with it where the Type has no As."""
    element = document.at(change.path)
    name = change.name.strip()
    if element.tag != "Type":
        raise EditRefused("edit_not_for", tag=element.tag, what="Name")
    if not name:
        raise EditRefused("edit_name_needed")
    follow = _speakers(document, element, element.get("As") or name)
    set_attribute(element, "Name", name)
    follow()
    return element


def _speakers(document: Document, element: Element, alias: str) -> Callable[[], None]:
    """Makes whatever speaks of this Type by its present alias follow to the new one, when it is called."""
    old = alias_of(element)
    taken = document.type_of(alias)
    if alias != old and taken is not None and taken is not element:
        raise EditRefused("edit_name_taken", name=alias)
    if alias == old or document.type_of(old) is not element:
        return lambda: None
    return lambda: _follow(document.root, old, alias)


def _follow(root: Element, old: str, new: str) -> None:
    for child in root.elements("Property", "Link"):
        for part in (child, *child.elements("Source")):
            for name in ("Type", "To"):
                if part.has(name) and part.get(name) == old:
                    part.attributes[name] = new
    for child in root.elements("Type"):
        before, dot, field = child.get("Through").rpartition(".")
        if dot and before == old:
            child.attributes["Through"] = f"{new}.{field}"


def _rename_map(document: Document, element: Element, name: str) -> None:
    old = element.get("Name")
    maps = document.root.elements("Map")
    if not name:
        raise EditRefused("edit_name_needed")
    if any(found is not element and found.get("Name") == name for found in maps):
        raise EditRefused("edit_name_taken", name=name)
    first = next(found for found in maps if found.get("Name") == old)
    element.attributes["Name"] = name
    if first is element:
        for step in _map_steps(document.root):
            if step.has("Use") and step.get("Use") == old:
                step.attributes["Use"] = name


def _map_steps(root: Element) -> list[Element]:
    rows = root.elements("Property")
    return [step for row in rows for holder in (row, *row.elements("Source")) for step in holder.elements("Map")]
