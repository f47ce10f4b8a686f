"""Lookups: a value that identifies the record a reference field points to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.problems import Refused
from templates_app.catalog.types import KEY_VALUE_LENGTH, Catalog, EntityType, Key
from templates_app.language.drafts import Lookup, OnMissing
from templates_app.language.nodes import Element
from templates_app.language.values import is_empty, text_of

#: Gives the Lookup of one value; the source name is for messages.
Finder = Callable[[Any, str], Lookup | None]


def compile_finder(element: Element, kind: Kind, catalog: Catalog, setting: Setting) -> Finder:
    """The finder of a `Lookup` under a field of a reference kind. ValueError when its key does not exist."""
    target = catalog.get(getattr(kind, "target", ""))
    if target is None:
        raise ValueError("a Lookup needs a reference field")
    key = lookup_key(element, target)
    key_kind = target.fields[key.fields[0]].kind
    on_missing = cast(OnMissing, element.get("OnMissing", "Error"))

    def find(value: Any, name: str) -> Lookup | None:
        canonical = key_kind.clean(value, setting)
        if canonical is None:
            return None
        match = key_kind.match_form(canonical)
        if not match:
            return None
        if len(match) > KEY_VALUE_LENGTH:
            raise Refused("key_too_long", value=value, limit=KEY_VALUE_LENGTH)
        return Lookup(
            entity=target.name, key=key, value=match, on_missing=on_missing, name=name, shown=text_of(value)[:255]
        )

    return find


def lookup_key(element: Element, target: EntityType) -> Key:
    """The key a `Lookup` searches by: its `Match`, else the target's first unique key. ValueError without one."""
    if element.has("Match"):
        key = target.key_named(element.get("Match"))
    else:
        key = next((key for key in target.keys if key.unique and len(key.fields) == 1), None)
    if key is None or len(key.fields) != 1:
        raise ValueError(f"no key of one field to look {target.name} up by")
    return key


def found_all(find: Finder, value: Any, name: str) -> list[Lookup] | None:
    """The Lookups of a list field: of every item that is not empty, or of the one value."""
    items = value if isinstance(value, list) else [value]
    found = [lookup for item in items if not is_empty(item) and (lookup := find(item, name)) is not None]
    return found or None
