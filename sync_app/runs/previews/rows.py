"""Rows planned against the records of today, or only mapped, as a person reads them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext

from integration_admin.accounts.access import Actor
from sync_app.engine.plan import INSERT, Operation, PlannedRow
from sync_app.engine.planner import Planner
from sync_app.runs.previews.parts import PreviewChange, PreviewRecord, PreviewRow
from sync_app.runs.source_names import named
from sync_app.runs.verbs.exporting import ReadableExports
from sync_app.storage.records import DatabaseRecords
from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.problems import Problem
from templates_app.catalog.types import EntityType
from templates_app.language.drafts import Draft, ImportMapper, LinkTo, Lookup, MappedRow, TypePlan
from templates_app.mapping.tracing.seen import seen_canonical
from templates_app.mapping.tracing.trace_parts import Trace
from templates_app.mapping.tracing.traces import Tracer

#: Of one row, so many records are shown.
SHOWN_RECORDS: Final = 50


@dataclass(slots=True)
class Planned:
    """Rows by number, as the planner left them. `later`: operations set beside a row after the last one."""

    rows: dict[int, PlannedRow] = field(default_factory=dict)
    later: dict[int, list[Operation]] = field(default_factory=lambda: defaultdict(list))

    def operations(self) -> Iterable[Operation]:
        for row in self.rows.values():
            yield from row.operations
        for operations in self.later.values():
            yield from operations

    def counts(self) -> dict[str, int]:
        return dict(Counter(operation.operation for operation in self.operations()))


def planned_rows(*, actor: Actor, mapper: ImportMapper, mapped: Sequence[MappedRow]) -> Planned:
    """The operations of these rows, as a simulated import of just them would plan them. Reads, and writes nothing."""
    reader = DatabaseRecords(brand=actor.brand.pk)
    planner = Planner(types=mapper.types, reader=reader, lasting=True)
    planned = Planned()
    for row in named([*planner.plan(mapped), *planner.finish()], mapper):
        if row.extra:
            planned.later[row.row.number] += row.operations
        elif not row.waiting:
            planned.rows[row.row.number] = row
    return planned


class RowWords:
    """Words the rows of one preview. `planned` is None where they were not compared with the records of today."""

    def __init__(self, *, actor: Actor, tracer: Tracer, setting: Setting, planned: Planned | None) -> None:
        self._tracer = tracer
        self._setting = setting
        self._planned = planned
        self._labels = _labels(actor, planned) if planned is not None else {}

    def row(self, mapped: MappedRow, *, whole: bool = True) -> PreviewRow:
        row = mapped.row
        planned = self._planned.rows.get(row.number) if self._planned is not None else None
        operations = planned.operations if planned is not None else []
        traces = self._tracer.traces(row, mapped, limit=SHOWN_RECORDS) if whole else [()] * SHOWN_RECORDS
        records = [
            self._record(draft, own, mapped, operations[place] if operations else None)
            for place, (draft, own) in enumerate(zip(mapped.drafts, traces, strict=False))
        ]
        records += [self._later(operation) for operation in self._set_later(row.number)]
        shown = {id(problem) for draft in mapped.drafts for problem in draft.problems}
        return PreviewRow(
            number=row.number,
            data=row.data if isinstance(row.data, dict) else {"": row.data},
            failed=planned.failed if planned is not None else bool(mapped.problems),
            skipped=mapped.skipped or (None if mapped.drafts or mapped.problems else Problem("row_excluded")),
            absent=mapped.absent,
            records=tuple(records),
            problems=tuple(problem for problem in mapped.problems if id(problem) not in shown),
            more=max(len(mapped.drafts) - SHOWN_RECORDS, 0),
            whole=whole,
        )

    def _record(
        self, draft: Draft, traces: tuple[Trace, ...], mapped: MappedRow, operation: Operation | None
    ) -> PreviewRecord:
        plan = draft.plan
        if operation is None:
            changes = [self._given(plan.entity, name, value, mapped) for name, value in draft.values.items()]
        else:
            changes = self._changes(plan.entity, draft, operation, mapped)
        order = {name: place for place, name in enumerate(plan.entity.fields)}
        return PreviewRecord(
            alias=plan.alias,
            type=plan.entity.name,
            item=draft.item,
            key=draft.shown_key,
            operation=operation.operation if operation is not None else "",
            code=operation.code if operation is not None else "",
            record=max(operation.record, 0) if operation is not None else 0,
            title=self._title(plan.entity, operation),
            why=_why(plan, draft, operation),
            changes=tuple(sorted(changes, key=lambda change: order.get(change.field, len(order)))),
            traces=traces,
            problems=operation.problems if operation is not None and operation.problems else draft.problems,
        )

    def _later(self, operation: Operation) -> PreviewRecord:
        """A reference that is set once the last row has brought its record."""
        entity = operation.entity
        return PreviewRecord(
            alias=entity.name,
            type=entity.name,
            item=operation.item,
            key=operation.key,
            operation=operation.operation,
            code=operation.code,
            record=max(operation.record, 0),
            title=self._title(entity, operation),
            why=None,
            changes=tuple(self._written(entity, operation)),
            traces=(),
            problems=operation.problems,
        )

    def _set_later(self, number: int) -> list[Operation]:
        return self._planned.later.get(number, []) if self._planned is not None else []

    # --- values

    def _changes(
        self, entity: EntityType, draft: Draft, operation: Operation, mapped: MappedRow
    ) -> list[PreviewChange]:
        """What is written, then what the row gives and is there already; of what is not written, what it gives."""
        written = self._written(entity, operation)
        names = {change.field for change in written}
        stands = operation.data if operation.writes else None
        for name, value in draft.values.items():
            if name in names:
                continue
            if stands is None:
                written.append(self._given(entity, name, value, mapped))
            elif name in stands:
                text = self._text(entity, name, stands[name])
                label = entity.fields[name].label
                written.append(PreviewChange(name, label, stands[name], stands[name], text, text, changed=False))
        return written

    def _written(self, entity: EntityType, operation: Operation) -> list[PreviewChange]:
        if operation.operation == "Delete":
            return [self._change(entity, name, value, None) for name, value in operation.before.items()]
        return [
            self._change(entity, name, operation.before.get(name), value) for name, value in operation.after.items()
        ]

    def _change(self, entity: EntityType, name: str, old: Any, new: Any) -> PreviewChange:
        label = entity.fields[name].label if name in entity.fields else name
        return PreviewChange(
            name, label, old, new, self._text(entity, name, old), self._text(entity, name, new), changed=True
        )

    def _given(self, entity: EntityType, name: str, value: Any, mapped: MappedRow) -> PreviewChange:
        """A value as the row gives it, before anything is looked up."""
        listed = value if isinstance(value, list) else [value]
        if any(isinstance(one, Lookup | LinkTo) for one in listed):
            text, value = ", ".join(_named(one, mapped) for one in listed), None
        else:
            text = self._text(entity, name, value)
        return PreviewChange(name, entity.fields[name].label, None, value, "", text, changed=False)

    def _text(self, entity: EntityType, name: str, value: Any) -> str:
        known = entity.fields.get(name)
        if value is None or known is None:
            return "" if value is None else str(value)
        if known.kind.refers:
            return ", ".join(self._labels.get(one, str(one)) for one in (value if known.kind.many else [value]))
        return ", ".join(seen_canonical(known.kind, value, self._setting).texts)

    def _title(self, entity: EntityType, operation: Operation | None) -> str:
        if operation is None:
            return ""
        if operation.data is not None:
            return entity.label_of(operation.data)
        return self._labels.get(operation.record, "")


def _named(value: Any, mapped: MappedRow) -> str:
    """What a value not looked up yet is known by."""
    if isinstance(value, Lookup):
        return value.shown
    if isinstance(value, LinkTo):
        draft = mapped.drafts[value.draft]
        return f"{draft.plan.alias} {draft.shown_key}".strip()
    return ""


def _why(plan: TypePlan, draft: Draft, operation: Operation | None) -> Problem | None:
    """By which rule the record was found, or that there is none."""
    if operation is None or (plan.match is not None and draft.key is None):
        return None
    if plan.match is None:
        return Problem("match_without_key") if plan.insert else None
    fields = ", ".join(plan.entity.fields[name].label for name in plan.match.fields)
    params: dict[str, str | int] = {"fields": fields, "key": draft.shown_key}
    if operation.version and operation.record > 0:
        return Problem("match_found", params)
    if operation.version:
        return Problem("match_earlier_row", params)
    return Problem("match_not_found", params) if operation.code in {"", "no_match", "key_repeated"} else None


def _labels(actor: Actor, planned: Planned) -> Mapping[int, str]:
    """id -> label of every record a change names, and of those found; new ones by their own label, "(new)" behind."""
    operations = list(planned.operations())
    wanted = {operation.record for operation in operations}
    for operation in operations:
        for name in operation.entity.reference_fields:
            for side in (operation.before, operation.after, operation.data or {}):
                value = side.get(name)
                wanted.update(value if isinstance(value, list) else () if value is None else (value,))
    stored = ReadableExports(actor).labels({one for one in wanted if one > 0})
    new = gettext("new")
    fresh = {
        operation.record: f"{operation.entity.label_of(operation.data or {}) or operation.key} ({new})".strip()
        for operation in operations
        if operation.operation == INSERT and operation.record < 0
    }
    return {**stored, **fresh}
