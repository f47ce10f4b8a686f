"""What is suggested for rows, as the tests ask for it and accept it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from templates_app.catalog.packs.planning import planning_pack
from templates_app.catalog.types import Catalog
from templates_app.language.nodes import Element
from templates_app.language.writer import write
from templates_app.mapping.suggesting.accepting import added
from templates_app.mapping.suggesting.suggest import suggest
from templates_app.mapping.suggesting.suggestions import Suggestion, Suggestions

PLANNING = planning_pack()


def suggested(
    rows: Sequence[Mapping[str, Any]] | Mapping[str, Any], *, catalog: Catalog = PLANNING, **options: Any
) -> Suggestions:
    listed = [rows] if isinstance(rows, Mapping) else rows
    columns = list(dict.fromkeys(name for row in listed for name in row))
    return suggest(columns=columns, rows=listed, catalog=catalog, **options)


def named(found: Suggestions, name: str) -> Suggestion:
    return next(item for item in found.items if item.name == name)


def target(*columns: str, of: str, types: tuple[str, ...] = ("Customer",)) -> tuple[str, int]:
    found = suggested(dict.fromkeys(columns, ""), types=types)
    item = named(found, of)
    return item.field, item.confidence


def template_of(items: Sequence[Suggestion], *, rows_path: str = "", **said: Any) -> str:
    root = Element("In", {"Rows": rows_path} if rows_path else {})
    return write(added(root, items, **said))


def accepted(rows: Any, **options: Any) -> tuple[Suggestion, ...]:
    return suggested(rows, **options).items
