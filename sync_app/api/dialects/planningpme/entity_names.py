"""What entity types and their fields are called in addresses, bodies and queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from templates_app.catalog.naming import json_name
from templates_app.catalog.types import Catalog, EntityType

#: Names of fields whose place is remembered: all brands together have not many more.
NAMES_KEPT: Final = 4096

#: The way to a value inside a body.
Path = tuple[str, ...]

FIELDS: Final = "fields"
PLACE: Final = "place"
#: Members that hold several fields: inner name -> field.
GROUPS: Final[Mapping[str, Mapping[str, str]]] = {
    "style": {"backgroundColor": "BackgroundColor", "color": "ForeColor"},
    PLACE: {"address": "PlaceAddress", "zip": "PlaceZip", "city": "PlaceCity"},
}
#: Names that mean something else in bodies or queries; a field called so stands among `fields`.
TAKEN: Final = frozenset(
    {"key", "modified", FIELDS, *GROUPS, "pageIndex", "pageSize", "sortInfo", "since", "search", "appkey"}
)
_GROUPED: Final = {field: (group, inner) for group, inside in GROUPS.items() for inner, field in inside.items()}


def address_of(entity: EntityType) -> str:
    """The name of a type in addresses: `customer`, `subProject`."""
    return json_name(entity.name)


def type_at(catalog: Catalog, name: str) -> EntityType | None:
    """The type that an address names, in the singular or the plural and whatever its letter case."""
    wanted = name.lower()
    named = {one.lower(): one for one in catalog.types}
    if wanted not in named:
        named = {_plural(folded): one for folded, one in named.items()}
    return catalog.types[named[wanted]] if wanted in named else None


@lru_cache(maxsize=NAMES_KEPT)
def path_of(field: str) -> Path:
    """Where the value of a field stands: `("lastName",)`, `("style", "color")`, `("fields", "IDDOSSIER")`."""
    if field in _GROUPED:
        return _GROUPED[field]
    name = json_name(field)
    if field.startswith("_"):
        return (FIELDS, name)
    return (FIELDS, field) if name in TAKEN else (name,)


@lru_cache(maxsize=NAMES_KEPT)
def dotted(field: str) -> str:
    """The field in queries: `lastName`, `fields.IDDOSSIER`."""
    return ".".join(path_of(field))


def dotted_names(fields: Iterable[str]) -> dict[str, str]:
    """The name in queries -> field."""
    return {dotted(name): name for name in fields}


def _plural(word: str) -> str:
    if word.endswith("y"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith("s") else f"{word}s"
