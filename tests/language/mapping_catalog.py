"""The planning pack with the fields and keys that real mappings add, and how to map with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.numbers import Double
from templates_app.catalog.kinds.structures import Json
from templates_app.catalog.kinds.text import Text
from templates_app.catalog.packs.planning import planning_pack
from templates_app.catalog.types import Catalog, Field, Key
from templates_app.language.compiler import compile_export, compile_import
from templates_app.language.drafts import Draft, ExportMapper, ImportMapper, MappedRow
from templates_app.language.nodes import Element
from templates_app.language.reader import read
from templates_app.sources.rows import Row

SETTING = Setting(zone=ZoneInfo("Europe/Paris"))


def _extended(catalog: Catalog, name: str, fields: Mapping[str, Kind], keys: Mapping[tuple[str, ...], bool]) -> Catalog:
    entity = catalog.types[name]
    added = {field: Field(field, kind) for field, kind in fields.items()}
    declared = tuple(Key(parts, f"{name}:{'+'.join(parts)}", unique) for parts, unique in keys.items())
    changed = replace(entity, fields={**entity.fields, **added}, keys=(*entity.keys, *declared))
    return replace(catalog, types={**catalog.types, name: changed})


CATALOG = planning_pack()
CATALOG = _extended(
    CATALOG,
    "Customer",
    {"_IDDOSSIER": Text(), "_SIRET": Text(), "_SITE": Text(), "_RAW": Json()},
    {("_IDDOSSIER",): True, ("_SIRET",): True, ("_SIRET", "_SITE"): True},
)
CATALOG = _extended(CATALOG, "Do", {"_ID": Text(), "_LAT": Double()}, {("_ID",): True})
CATALOG = _extended(CATALOG, "Project", {"_UID": Text()}, {("_UID",): True})
CATALOG = _extended(CATALOG, "Resource", {"_TAIL": Text()}, {("_TAIL",): True})


def template(text: str) -> Element:
    """The tree of a template that must be readable."""
    result = read(text)
    assert result.root is not None, result.findings
    assert not result.findings, result.findings
    return result.root


def importer(text: str) -> ImportMapper:
    return compile_import(template(text), CATALOG, setting=SETTING)


def exporter(text: str) -> ExportMapper:
    return compile_export(template(text), CATALOG, setting=SETTING)


def mapped(text: str, data: Any, *, parents: tuple[Any, ...] = ()) -> MappedRow:
    return importer(text).map(Row(1, data, parents))


def drafts(text: str, data: Any, *, parents: tuple[Any, ...] = ()) -> list[Draft]:
    """The drafts of a row without problems."""
    result = mapped(text, data, parents=parents)
    assert not result.problems, result.problems
    return result.drafts


def customer(*properties: str, **attributes: str) -> str:
    """An `<In>` with one Customer Type, matched by its file number under the name `id`, and these Properties."""
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        '<In><Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_IDDOSSIER"'
        f'{given}/><Property Name="id" Type="Customer" Field="_IDDOSSIER"/>{"".join(properties)}</In>'
    )


def field(name: str, target: str = "LastName", inner: str = "", **attributes: str) -> str:
    """A Property of the Customer Type."""
    given = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<Property Name="{name}" Type="Customer" Field="{target}"{given}>{inner}</Property>'
