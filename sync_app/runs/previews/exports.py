"""The first items that an export template would send, while it is written. Nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import islice
from typing import Final

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.engine.exporter import Parts
from sync_app.models import BrandClock
from sync_app.runs.previews.parts import ExportPreview, PreviewItem
from sync_app.runs.previews.text import require_one_of, tried
from sync_app.runs.verbs.exporting import Export
from sync_app.storage.clock import Clock
from templates_app.catalog.problems import Problem, Refused
from templates_app.language.drafts import ExportRecord
from templates_app.mapping.tracing.export_traces import ExportTracer

SHOWN_ITEMS: Final = 10
#: A type with more records than this is not sorted for a preview.
SORTED_RECORDS: Final = 5000


def preview_export(*, actor: Actor, xml: str, count: int = SHOWN_ITEMS, clock: Clock) -> ExportPreview:
    """The first items. Raises NotAllowed, also for a type the actor may not read; never for what is in the text."""
    require_one_of(actor, Right.TEMPLATES, Right.EXPORT)
    text = tried(actor=actor, xml=xml)
    shown = ExportPreview(findings=text.findings, left_out=text.left_out, refused=text.refused)
    if text.root is None:
        return shown
    try:
        tracer = ExportTracer(text.root, text.catalog, setting=text.setting, paths=text.paths)
    except ValueError:
        return replace(shown, refused=Problem("preview_nothing_stands"))
    plan = tracer.mapper.plan
    actor.require_reading(set(plan.aliases.values()))
    ordered = not plan.order or _live(actor, plan.aliases[plan.root]) <= SORTED_RECORDS
    export = Export(
        actor=actor, mapper=tracer.mapper, catalog=text.catalog, since=None, after=None, flat=False, clock=clock
    )
    return replace(
        shown,
        columns=tracer.mapper.columns(),
        items=_items(export, tracer, count, ordered=ordered),
        note=None if ordered else Problem("preview_unordered", {"count": SORTED_RECORDS}),
    )


def _items(export: Export, tracer: ExportTracer, count: int, *, ordered: bool) -> tuple[PreviewItem, ...]:
    with export:
        due = (record for chunk in export.roots(ordered=ordered) for record in chunk)
        roots = list(islice(filter(tracer.mapper.accepts, due), count))
        parts = export.exporter.parts(roots)
        return tuple(_item(root, tracer, parts) for root in roots)


def _item(root: ExportRecord, tracer: ExportTracer, parts: Parts) -> PreviewItem:
    mapper, records = tracer.mapper, parts.chains[root.id]
    lists: Mapping[str, list[ExportRecord]] = parts.lists.get(root.id, {})
    traces = tracer.traces(records, lists, parts.labels)
    try:
        nested, cells = mapper.item(records, lists, parts.labels), mapper.cells(records, lists, parts.labels)
    except Refused as refused:
        return PreviewItem(root.id, root.label, {}, (), traces, refused.problem)
    return PreviewItem(root.id, root.label, nested, tuple(cells.get(name) for name in mapper.columns()), traces)


def _live(actor: Actor, entity_type: str) -> int:
    counts = BrandClock.objects.filter(brand=actor.brand).values_list("counts", flat=True).first()
    return int((counts or {}).get(entity_type, 0))
