"""What a preview is made of: rows with the records they would give, or the items an export would send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from templates_app.catalog.problems import Problem
from templates_app.language.findings import Finding
from templates_app.mapping.tracing.trace_parts import Trace


@dataclass(frozen=True, slots=True)
class PreviewChange:
    """One field of a record. `old` and `new` as the record has and would have it (references: ids), None = empty;
    `old_text` and `new_text` as a person reads them (references by label, moments in the brand's time). `changed` is
    false for a value that is there already, or that is not written.
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
    """One record that a row would give.

    `operation`: Insert, Update, Unchanged, Delete, Skip or Error; empty when it was not compared with the records of
    today. `code` says more (a code of the engine's). `why` tells by which rule the record was found, or not. `record`
    is the id of the one that exists, 0 when there is none; `title` its label, or that of the new one.
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
    """One row of the sample. `data`: its cells as they came (one named "" for a row that has no names).

    `failed`: none of its records would be written. `skipped`: the template leaves the row out, and why. `absent`:
    Types left out by their own conditions. `problems` are those of no single record. `more`: records not shown. Where
    it is not `whole` it is not told how its values came about: ask for this row.
    """

    number: int
    data: Mapping[str, Any]
    failed: bool
    skipped: Problem | None
    absent: tuple[str, ...]
    records: tuple[PreviewRecord, ...]
    problems: tuple[Problem, ...]
    more: int = 0
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Preview:
    """`findings` are all of the template's, with the names the sample lacks. `refused` says why there are no rows.

    `left_out`: errors whose lines were left out so that the others could be shown. `not_compared` says why the rows
    were not held against the records of today, when they were not. `counts`: operation -> how many, in the `planned`
    rows of `total`. `numbers` are those of the planned rows, to choose from. `resolved`: name of the template -> the
    spelling of the source.
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
    """One item an export would send: `nested` as JSON has it, `cells` in the order of the columns.

    With a `problem` there is neither: a step could not write a value.
    """

    record: int
    title: str
    nested: Mapping[str, Any]
    cells: tuple[Any, ...]
    traces: tuple[Trace, ...]
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ExportPreview:
    """The first items an export template would send. `note`: what differs from a real export, if anything does."""

    findings: tuple[Finding, ...] = ()
    columns: tuple[str, ...] = ()
    items: tuple[PreviewItem, ...] = ()
    refused: Problem | None = None
    left_out: tuple[Finding, ...] = ()
    note: Problem | None = None
