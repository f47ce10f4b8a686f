"""Every value explains itself: the row is read again, step by step, with the very parts the importer is compiled of."""

from __future__ import annotations

from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.types import Catalog
from templates_app.language.drafts import MappedRow
from templates_app.language.nodes import Element
from templates_app.mapping.trace_parts import Trace
from templates_app.sources.rows import Row


class Tracer:
    """Traces of rows through one import template. `root` passed the checks against `catalog`; else ValueError."""

    def __init__(self, root: Element, catalog: Catalog, *, setting: Setting) -> None:
        raise NotImplementedError

    def traces(self, row: Row, mapped: MappedRow | None = None) -> tuple[tuple[Trace, ...], ...]:
        """For each draft of the row, in their order: the traces of its values, in the order of the template."""
        raise NotImplementedError


def trace(root: Element, catalog: Catalog, *, setting: Setting, row: Row) -> tuple[Trace, ...]:
    """All traces of one row, draft by draft."""
    raise NotImplementedError
