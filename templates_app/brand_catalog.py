"""The catalog of one brand: the built-in pack of its API version, and what the brand added, as one `Catalog`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from django.db import connection

from integration_admin.accounts.models import Brand
from templates_app.catalog.build import declared_key, extend
from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.kinds.registry import make_kind
from templates_app.catalog.packs.planning import planning_pack
from templates_app.catalog.types import Catalog, EntityType, Field, Key

CATALOGS_KEPT: Final = 64

# All that a brand added, by one statement: nearly every request asks for it.
_TYPES, _FIELDS, _KEYS = range(3)
_ADDED: Final = """
SELECT 0, "name", "title", "label_fields", '', '', CASE WHEN "retired" THEN 1 ELSE 0 END, 0, 0, "id"
FROM "templates_app_customentitytype" WHERE "brand_id" = %s
UNION ALL
SELECT 1, "entity_type", "name", "kind", "label", CAST("options" AS TEXT),
CASE WHEN "required" THEN 1 ELSE 0 END, CASE WHEN "retired" THEN 1 ELSE 0 END, "position", "id"
FROM "templates_app_customfield" WHERE "brand_id" = %s
UNION ALL
SELECT 2, "entity_type", "fields", "space", '', '', CASE WHEN "unique" THEN 1 ELSE 0 END, 0, 0, "id"
FROM "templates_app_declaredkey" WHERE "brand_id" = %s
ORDER BY 1, 9, 10
"""

#: A row of the three: what it is, five texts, two flags, its place and its number.
Added = tuple[int, str, str, str, str, str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class TypeRow:
    """`label_fields`: alternatives separated by `|`, each one or more fields by `,`."""

    name: str
    title: str = ""
    label_fields: str = ""
    retired: bool = False


@dataclass(frozen=True, slots=True)
class FieldRow:
    """`options` is JSON with sorted keys."""

    entity_type: str
    name: str
    kind: str = "Text"
    options: str = "{}"
    label: str = ""
    required: bool = False
    retired: bool = False


@dataclass(frozen=True, slots=True)
class KeyRow:
    """`fields`: names separated by `,`; `space` empty: the key's own."""

    entity_type: str
    fields: str
    unique: bool = False
    space: str = ""


@dataclass(frozen=True, slots=True)
class CatalogRows:
    """All that makes a brand's catalog, as plain values: equal rows give the very same `Catalog` object."""

    version: str
    types: tuple[TypeRow, ...] = ()
    fields: tuple[FieldRow, ...] = ()
    keys: tuple[KeyRow, ...] = ()


def catalog_of(brand: Brand) -> Catalog:
    """Built-in types, then the brand's own; its fields beside the built-in ones, its keys before them."""
    return _made_of(brand.api_version, _added_by(brand))[1]


def setting_of(brand: Brand) -> Setting:
    """What a value's meaning depends on in this brand: its zone, and enums as numbers for API 4.1.

    In UTC where the zone is not known, as pages show it; who writes or sends asks first (`runs.loading.setting_for`).
    """
    return Setting(zone=brand.shown_zone, enums_as_numbers=brand.api_version == Brand.ApiVersion.V4_1)


def catalog_rows(brand: Brand) -> CatalogRows:
    """The brand's additions as they are now: one small query."""
    return _made_of(brand.api_version, _added_by(brand))[0]


def _added_by(brand: Brand) -> tuple[Added, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_ADDED, [brand.pk] * 3)
        return tuple(cursor.fetchall())


@lru_cache(maxsize=CATALOGS_KEPT)
def _made_of(version: str, added: tuple[Added, ...]) -> tuple[CatalogRows, Catalog]:
    rows = CatalogRows(
        version=version,
        types=tuple(TypeRow(a, b, c, bool(one)) for part, a, b, c, _d, _e, one, *_ in added if part == _TYPES),
        fields=tuple(
            FieldRow(a, b, c, json.dumps(json.loads(e), sort_keys=True), d, bool(one), bool(two))
            for part, a, b, c, d, e, one, two, *_ in added
            if part == _FIELDS
        ),
        keys=tuple(KeyRow(a, b, bool(one), c) for part, a, b, c, _d, _e, one, *_ in added if part == _KEYS),
    )
    return rows, build(rows)


@lru_cache(maxsize=CATALOGS_KEPT)
def build(rows: CatalogRows) -> Catalog:
    """The catalog of these rows. Raises `catalog.refusals.CatalogRefused` at the first thing that does not fit."""
    own = {row.name: row for row in rows.types}
    fields: dict[str, list[Field]] = {}
    for row in rows.fields:
        retired = row.retired or (row.entity_type in own and own[row.entity_type].retired)
        fields.setdefault(row.entity_type, []).append(_field(row, retired=retired))
    keys: dict[str, list[Key]] = {}
    for declared in rows.keys:
        keys.setdefault(declared.entity_type, []).append(_key(declared))
    types = [_type(row, fields.pop(row.name, ())) for row in rows.types]
    return extend(planning_pack(version=rows.version), types=types, fields=fields, keys=keys)


def _type(row: TypeRow, fields: Iterable[Field]) -> EntityType:
    known = {field.name: field for field in fields}
    return EntityType(
        name=row.name,
        fields=MappingProxyType(known),
        label=_label(label_alternatives(row.label_fields), known),
        title=row.title or row.name,
        custom=True,
    )


def label_alternatives(text: str) -> tuple[tuple[str, ...], ...]:
    """`LastName,FirstName|Email` as the catalog keeps it."""
    alternatives = (tuple(filter(None, map(str.strip, part.split(",")))) for part in text.split("|"))
    return tuple(alternative for alternative in alternatives if alternative)


def _label(wanted: tuple[tuple[str, ...], ...], known: Mapping[str, Field]) -> tuple[tuple[str, ...], ...]:
    """The alternatives of which every field exists by now (a type is declared before its fields), else each field."""
    possible = tuple(names for names in wanted if all(name in known for name in names))
    return possible or tuple((name,) for name in known)


def _field(row: FieldRow, *, retired: bool) -> Field:
    options: Mapping[str, Any] = json.loads(row.options)
    return Field(
        name=row.name,
        kind=make_kind(row.kind, options=options),
        label=row.label or row.name.lstrip("_"),
        required=row.required,
        retired=retired,
    )


def _key(row: KeyRow) -> Key:
    return declared_key(row.entity_type, *row.fields.split(","), unique=row.unique, space=row.space)
