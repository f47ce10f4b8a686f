"""What a template would do with a few rows, said while it is written. Nothing is stored: no run, no journal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from integration_admin.accounts.access import Actor
from sync_app.storage.clock import Clock
from templates_app.catalog.problems import Problem
from templates_app.language.findings import Finding
from templates_app.mapping.trace_parts import Trace
from templates_app.sources.rows import Source


@dataclass(frozen=True, slots=True)
class PreviewChange:
    """One field of a record. `old` and `new` as the record has and would have it (references: ids), None = empty;

    `old_text` and `new_text` as a person reads them (references by label, choices by name). `changed` is false for a
    value that is given and already there.
    """

    field: str
    label: str
    old: Any
    new: Any
    old_text: str
    new_text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class PreviewRecord:
    """One record a row would give. `operation`: Insert, Update, Unchanged, Delete, Skip or Error; empty when it was not

    compared with the records of today. `why` says by which rule it was found, or not. `record` is the id of the one that exists,
    0 when there is none; `title` its label, or that of the new one.
    """

    alias: str
    type: str
    item: str
    key: str
    operation: str
    code: str
    record: int
    title: str
    why: Problem | None
    changes: tuple[PreviewChange, ...]
    traces: tuple[Trace, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row of the sample. `data`: its cells as they came. `failed`: none of its records would be written.

    `skipped`: the template leaves the row out, and why. `absent`: Types left out by their own conditions. `problems`
    belong to no record. `traces` of values whose record could not be made.
    """

    number: int
    data: Mapping[str, Any]
    failed: bool
    skipped: Problem | None
    absent: tuple[str, ...]
    records: tuple[PreviewRecord, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """`findings` are all of the template's, with the names the sample lacks. `refused` says why there are no rows.

    `left_out`: findings whose elements were left out so that the others could be shown. `not_compared` says why the
    rows were not held against the records of today, when they were not. `counts`: operation -> how many, in all rows
    planned (`planned`), of `total`.
    """

    findings: tuple[Finding, ...] = ()
    rows: tuple[PreviewRow, ...] = ()
    refused: Problem | None = None
    left_out: tuple[Finding, ...] = ()
    not_compared: Problem | None = None
    missing_names: tuple[str, ...] = ()
    unused_columns: tuple[str, ...] = ()
    resolved: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    numbers: tuple[int, ...] = ()
    planned: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class PreviewItem:
    """One item an export would send: `nested` as JSON has it, `cells` in the order of the columns."""

    record: int
    title: str
    nested: Mapping[str, Any]
    cells: tuple[Any, ...]
    traces: tuple[Trace, ...]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ExportPreview:
    """The first items an export template would send."""

    findings: tuple[Finding, ...] = ()
    columns: tuple[str, ...] = ()
    items: tuple[PreviewItem, ...] = ()
    refused: Problem | None = None
    left_out: tuple[Finding, ...] = ()


def preview(
    *,
    actor: Actor,
    xml: str,
    source: Source | None,
    numbers: Collection[int] = (),
    against_records: bool = True,
    clock: Clock,
) -> Preview:
    """What an import template would do with the rows of a source. `numbers`: the rows to show; none: the first 20.

    All rows of a sample (at most `PLANNED`) are planned, so that a row that repeats an earlier one shows as it would in
    a run. Raises NotAllowed for whoever may neither edit templates nor import; never for what is in the text.
    """
    raise NotImplementedError


def preview_export(*, actor: Actor, xml: str, count: int = 10, clock: Clock) -> ExportPreview:
    """The first items an export template would send. Raises NotAllowed, also for a type the actor may not read."""
    raise NotImplementedError
