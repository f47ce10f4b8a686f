"""Which key a `<Type>` of an import finds its records by. One rule, shared by the checker and the compiler."""

from __future__ import annotations

from collections.abc import Iterator

from templates_app.catalog.types import EntityType, Key
from templates_app.language.nodes import Element


def alias_of(type_element: Element) -> str:
    """The name by which the rest of the template speaks of a `<Type>`: its `As`, else its `Name`."""
    return type_element.get("As") or type_element.get("Name")


def properties_of(type_element: Element, root: Element) -> Iterator[Element]:
    """The Properties of the template that feed (import) or show (export) this Type, in order."""
    alias = alias_of(type_element)
    return (child for child in root.elements("Property") if child.get("Type") == alias)


def key_fields(type_element: Element, root: Element) -> tuple[str, ...]:
    """The fields of the Type's `Key="true"` Properties, in the template's order, each once."""
    return tuple(dict.fromkeys(p.get("Field") for p in properties_of(type_element, root) if p.flag("Key")))


def match_key(type_element: Element, root: Element, entity: EntityType) -> Key | None:
    """The key records of this Type are found by, or None: then the Type can only insert.

    Its `Match`; else the declared key that has exactly the fields of its `Key="true"` Properties; else the first unique
    key of the catalog of which every field is fed by a Property, custom keys before built-in ones. A `Match` or a set
    of Key Properties that is not declared gives None, never the next best key.
    """
    if type_element.has("Match"):
        return entity.key_named(type_element.get("Match"))
    properties = list(properties_of(type_element, root))
    wanted = {child.get("Field") for child in properties if child.flag("Key")}
    if wanted:
        return next((key for key in entity.keys if set(key.fields) == wanted), None)
    fed = {child.get("Field") for child in properties if not child.elements("Lookup")}
    mapped = [key for key in entity.keys if key.unique and set(key.fields) <= fed]
    return min(mapped, key=_built_in, default=None)


def _built_in(key: Key) -> bool:
    """False, and so first, for a key that a field of the brand's own takes part in."""
    return not any(name.startswith("_") for name in key.fields)
