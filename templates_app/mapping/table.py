"""The mapping view of a template: its tree, held against the catalog, as a table."""

from __future__ import annotations

from templates_app.catalog.types import Catalog
from templates_app.language.grammar import direction_of
from templates_app.language.nodes import Element
from templates_app.mapping.lines import MappingTable


def table_of(root: Element, catalog: Catalog) -> MappingTable:
    """The table of a template that was read, whatever findings it has. Never raises."""
    return MappingTable(direction=direction_of(root.tag) or "")
