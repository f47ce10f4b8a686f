"""What a template would do with a few rows, said while it is written. Nothing is stored: no run, no journal."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice, takewhile
from typing import Final

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.runs.loading import spoken_of
from sync_app.runs.previews.exports import preview_export
from sync_app.runs.previews.parts import ExportPreview, Preview, PreviewRow
from sync_app.runs.previews.rows import RowWords, planned_rows
from sync_app.runs.previews.text import require_one_of, tried
from sync_app.storage.clock import Clock, snapshot
from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.problems import Problem
from templates_app.language.compiler import source_options, wanted_names
from templates_app.language.drafts import MappedRow, TypePlan
from templates_app.language.reader import read
from templates_app.library.samples import SHOWN_ROWS, open_sample, sample_of
from templates_app.mapping.tracing.traces import Tracer
from templates_app.models import Template
from templates_app.sources.rows import Row, Source, SourceRefused

#: So many rows of a sample are planned: a row that repeats an earlier one must show as it would in a run.
PLANNED: Final = 200
#: How so many values came about is told at once.
VALUES_AT_ONCE: Final = 1000

_WITHOUT_SAMPLE: Final = Problem("preview_without_sample")


def preview_template(
    *,
    actor: Actor,
    template: Template,
    xml: str,
    numbers: Collection[int] = (),
    against_records: bool = True,
    clock: Clock,
) -> Preview | ExportPreview:
    """What the text, which need not be saved, would do: with the template's sample, or as an export.

    The root of the text says which. Raises NotAllowed; never for what is in the text or in the sample.
    """
    sample = sample_of(actor=actor, template=template)
    root = read(xml).root
    if root is not None and root.tag == "Out":
        return preview_export(actor=actor, xml=xml, clock=clock)
    source, refused = None, _WITHOUT_SAMPLE
    if sample is not None:
        rows_path, columns = source_options(root) if root is not None else ("", ())
        names = wanted_names(root) if root is not None else ()
        try:
            source = open_sample(sample, rows_path=rows_path, columns=columns, names=names)
        except SourceRefused as refusal:
            refused = refusal.problem
    shown = preview(actor=actor, xml=xml, source=source, numbers=numbers, against_records=against_records)
    return replace(shown, refused=refused) if shown.refused == _WITHOUT_SAMPLE else shown


def preview(
    *,
    actor: Actor,
    xml: str,
    source: Source | None,
    numbers: Collection[int] = (),
    against_records: bool = True,
) -> Preview:
    """What an import template would do with the rows of a source. `numbers`: the rows to show; none: the first 20.

    The first `PLANNED` rows are planned, and those to be shown, so that a row that repeats an earlier one shows as it
    would in a run. Raises NotAllowed for whoever may neither edit templates nor import; never for what is in the text.
    """
    require_one_of(actor, Right.TEMPLATES, Right.IMPORT)
    text = tried(actor=actor, xml=xml)
    findings = text.findings_with(source.format.columns) if source is not None else text.findings
    told = Preview(findings=findings, left_out=text.left_out, refused=text.refused)
    if text.root is None:
        return told
    if source is None:
        return replace(told, refused=_WITHOUT_SAMPLE)
    try:
        tracer = Tracer(text.root, text.catalog, setting=text.setting, paths=text.paths)
    except ValueError:
        return replace(told, refused=Problem("preview_nothing_stands"))
    not_compared = _not_compared(actor, tracer.mapper.types) if against_records else Problem("preview_not_asked")
    shown = _with_rows(
        told, actor=actor, tracer=tracer, setting=text.setting, rows=_rows(source, numbers), numbers=numbers,
        compare=not_compared is None,
    )  # fmt: skip
    columns = source.format.columns
    return replace(
        shown,
        not_compared=not_compared,
        missing_names=tracer.mapper.missing_names(columns),
        unused_columns=tracer.mapper.unused_columns(columns),
        total=source.total,
    )


def _with_rows(
    told: Preview,
    *,
    actor: Actor,
    tracer: Tracer,
    setting: Setting,
    rows: list[Row],
    numbers: Collection[int],
    compare: bool,
) -> Preview:
    mapped = [tracer.mapper.map(row) for row in rows]
    with snapshot():
        planned = planned_rows(actor=actor, mapper=tracer.mapper, mapped=mapped) if compare else None
        words = RowWords(actor=actor, tracer=tracer, setting=setting, planned=planned)
    wanted = frozenset(numbers) or {row.number for row in rows[:SHOWN_ROWS]}
    return replace(
        told,
        rows=tuple(_worded(words, [one for one in mapped if one.row.number in wanted])),
        resolved=tracer.mapper.resolved(),
        counts=planned.counts() if planned is not None else {},
        numbers=tuple(row.number for row in rows),
        planned=len(rows),
    )


def _worded(words: RowWords, mapped: list[MappedRow]) -> Iterator[PreviewRow]:
    """The first row is whole, and those after it while there is room."""
    values = 0
    for place, one in enumerate(mapped):
        values += sum(len(draft.values) for draft in one.drafts)
        yield words.row(one, whole=not place or values <= VALUES_AT_ONCE)


def _rows(source: Source, numbers: Collection[int]) -> list[Row]:
    """The first rows, and those beyond them that are asked for."""
    first = list(islice(source.rows(), PLANNED))
    last = max(numbers, default=0)
    if len(first) < PLANNED or first[-1].number >= last:
        return first
    wanted = frozenset(numbers)
    rest = takewhile(lambda row: row.number <= last, source.rows(after=first[-1].number))
    return [*first, *(row for row in rest if row.number in wanted)]


def _not_compared(actor: Actor, plans: Sequence[TypePlan]) -> Problem | None:
    """What was there may be shown only to who may read every type that the template speaks of."""
    hidden = sorted(name for name in spoken_of(plans) if not actor.reads(name))
    return Problem("preview_not_compared", {"type": ", ".join(hidden)}) if hidden else None
