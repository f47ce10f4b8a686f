"""Rows and what the store holds give operations. The planner only reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from sync_app.engine.guard import Guard
from sync_app.engine.merge import first_given, inserted, replaces, returning, revived, updated
from sync_app.engine.plan import (
    DELETE,
    ERROR,
    INSERT,
    INSERTED_AGAIN,
    REVIVED,
    SKIP,
    UNCHANGED,
    UPDATE,
    Operation,
    PlannedRow,
    changes,
    set_aside,
)
from sync_app.engine.ports import RecordReader
from sync_app.engine.protection import Protection, noted
from sync_app.engine.records import Data, Stored
from sync_app.engine.resolve import Resolver
from sync_app.engine.short_way import Seen, ShortWay
from sync_app.engine.unplanned import Failed, Waits, of_key
from sync_app.engine.view import View
from sync_app.engine.waiting import Deferred, Overtaken, Place, WaitingRows, alone, by_place, left_open
from sync_app.engine.wanted import asked_spaces, wanted_of
from templates_app.catalog.problems import Problem
from templates_app.language.drafts import Draft, MappedRow, TypePlan
from templates_app.sources.rows import Row


class Planner:
    """Plans the rows of one run, chunk after chunk, then `finish`es what had to wait for the last row.

    `lasting`: keep the overlay between chunks (simulation). `stop`: plan nothing after the first failed row.
    `protection`: what of a record must stay as a person left it.
    """

    def __init__(
        self,
        *,
        types: Sequence[TypePlan],
        reader: RecordReader,
        lasting: bool,
        stop: bool = False,
        protection: Protection | None = None,
    ) -> None:
        self._types = types
        self._stop = stop
        self._protection = protection
        self._view = View(reader, spaces=asked_spaces(types), lasting=lasting)
        inserting = frozenset(plan.entity.name for plan in types if plan.insert)
        self._resolver = Resolver(self._view, inserted_types=inserting)
        self._guard = Guard(self._view, types)
        self._seen: Seen = {}
        self._short = ShortWay(self._view, self._guard, self._seen, types=types, spares=protection is not None)
        self._waiting: list[MappedRow] = []
        self._wanted = ("", "")
        self._overtaken = Overtaken()
        self._deferred: list[Deferred] = []
        self._opened: dict[tuple[int, str], Deferred] = {}

    # --- the run

    def plan(self, mapped: Iterable[MappedRow]) -> list[PlannedRow]:
        """The operations of these rows. A row that waits gives a `waiting` PlannedRow without operations."""
        rows = list(mapped)
        self._fetch(rows)
        self._opened = by_place(self._deferred)
        planned = []
        for row, prepared in zip(rows, self._short.prepare(rows), strict=True):
            planned.append(self._row(row, prepared))
            if self._stop and planned[-1].failed:
                break
        self._view.settle()
        return planned

    def _fetch(self, rows: Sequence[MappedRow]) -> None:
        wanted = wanted_of(rows)
        self._view.fetch(matches=wanted.matches, lookups=wanted.lookups)
        if self._protection is not None:
            self._protection.prepare(self._view.fetched())

    def recall(self, mapped: MappedRow, *, waited: bool, places: Iterable[Place] = ()) -> None:
        """Take note of a row that stood before a run was interrupted: its keys, and what it still waits for."""
        if waited:
            self._waiting.append(mapped)
            self._overtaken.wait(mapped)
            return
        self._overtaken.tell(mapped.drafts, mapped.row.number)
        for draft in mapped.drafts:
            self._note(draft, mapped.row.number)
        self._deferred += left_open(mapped, places)

    @property
    def open_places(self) -> list[Place]:
        """The references left open so far. Their records have real ids once the chunk is applied."""
        return [deferred.place for deferred in self._deferred if not deferred.outdated]

    @property
    def unfinished(self) -> bool:
        """Whether something waits for the last row."""
        return bool(self._waiting or self._deferred)

    def finish(self) -> list[PlannedRow]:
        """After the last row: the rows that waited, each once what it waits for is there; then open references."""
        waiting, self._waiting = self._waiting, []
        opened = [MappedRow(Row(deferred.row, None), [deferred.draft]) for deferred in self._deferred]
        rows = [*waiting, *opened]
        self._fetch(rows)
        self._opened = by_place(self._deferred)
        planned = self._plan_waiting(WaitingRows(waiting))
        if not (self._stop and any(row.failed for row in planned)):
            left = [deferred for deferred in self._deferred if not deferred.outdated]
            self._view.read(deferred.record for deferred in left)
            planned += [row for row in map(self._answer, left) if row is not None]
        self._deferred = []
        self._view.settle()
        return planned

    def _plan_waiting(self, waiting: WaitingRows) -> list[PlannedRow]:
        planned = []
        for mapped in waiting:
            row = self._row(mapped)
            if row.waiting:
                waiting.sleep(self._waiting.pop(), self._wanted)
                continue
            planned.append(row)
            if self._stop and row.failed:
                return planned
            waiting.wake(self._brought(row))
        left = waiting.left()
        self._resolver.end(left)
        for mapped in left:
            planned.append(self._row(mapped))
            if self._stop and planned[-1].failed:
                break
        return planned

    def _brought(self, row: PlannedRow) -> Iterable[tuple[str, str]]:
        for operation in row.operations:
            if operation.data is not None:
                for key, value in self._view.identities(operation.entity, operation.data, but=None).items():
                    yield key.space, value

    # --- one row

    def _row(self, mapped: MappedRow, prepared: Operation | None = None) -> PlannedRow:
        if mapped.problems:
            return self._refused(mapped)
        if mapped.skipped is not None or not mapped.drafts:
            return PlannedRow(mapped.row, [self._excluded(mapped)])
        if len(mapped.drafts) == 1 and not self._opened and not self._overtaken:
            operation = self._short.operation(mapped.drafts[0], mapped.row.number, prepared)
            if operation is not None:
                return PlannedRow(mapped.row, [operation])
        mark = self._view.mark()
        deferred = len(self._deferred)
        operations: list[Operation] = []
        results: list[int | None] = []
        noted: list[tuple[str, str]] = []
        failed = False
        for draft in mapped.drafts:
            try:
                operation = self._draft(draft, results, mapped.row.number)
            except Failed as failure:
                failed = True
                operation = self._operation(ERROR, draft, mapped.row.number)
                operation.problems = failure.problems
                operation.code = failure.problems[0].code
            except Waits as waits:
                self._wanted = waits.wanted
                self._forget(noted)
                return self._wait(mapped, mark, deferred)
            else:
                noted += self._note(draft, mapped.row.number)
            operations.append(operation)
            results.append(self._result(operation))
        if failed:
            self._view.rollback(mark)
            self._forget(noted)
            del self._deferred[deferred:]
            left = [set_aside(op, planned=self._view.plans(op.record)) for op in operations]
            return PlannedRow(mapped.row, left, failed=True)
        self._outdate(operations, mapped.drafts, deferred)
        self._overtaken.tell(mapped.drafts, mapped.row.number, operations)
        return PlannedRow(mapped.row, operations)

    def _result(self, operation: Operation) -> int | None:
        """What the row's Links get. A draft that failed gives a record that never will be: no Link is blamed for it."""
        return self._view.provisional() if operation.operation == ERROR else operation.record or None

    def _wait(self, mapped: MappedRow, mark: int, deferred: int) -> PlannedRow:
        self._view.rollback(mark)
        del self._deferred[deferred:]
        self._waiting.append(mapped)
        self._overtaken.wait(mapped)
        return PlannedRow(mapped.row, [], waiting=True)

    def _excluded(self, mapped: MappedRow) -> Operation:
        problem = mapped.skipped or Problem("row_excluded")
        return Operation(self._types[0].entity, SKIP, row=mapped.row.number, code=problem.code, problems=(problem,))

    def _refused(self, mapped: MappedRow) -> PlannedRow:
        """The mapper refused the row: its problems stand at their drafts, the other drafts are set aside."""
        row = mapped.row.number
        operations = [self._judged(draft, row) for draft in mapped.drafts]
        told = {id(problem) for draft in mapped.drafts for problem in draft.problems}
        aliases = {plan.alias: plan for plan in self._types}
        by_alias: dict[str, list[Problem]] = defaultdict(list)
        for problem in mapped.problems:
            if id(problem) not in told:
                by_alias[problem.type].append(problem)
        for alias, problems in by_alias.items():
            entity = aliases.get(alias, self._types[0]).entity
            operations.append(Operation(entity, ERROR, row=row, code=problems[0].code, problems=tuple(problems)))
        return PlannedRow(mapped.row, operations, failed=True)

    def _judged(self, draft: Draft, row: int) -> Operation:
        if not draft.problems:
            return set_aside(self._operation(UNCHANGED, draft, row))
        operation = self._operation(ERROR, draft, row)
        operation.code, operation.problems = draft.problems[0].code, draft.problems
        return operation

    # --- one draft

    def _draft(self, draft: Draft, results: list[int | None], row: int) -> Operation:
        plan = draft.plan
        values, left = (draft.values, ()) if plan.plain else self._resolve(draft, results)
        first = self._seen.get((plan.entity.name, draft.key)) if draft.key is not None else None
        repeated = first is not None and (first[0] != row or first[1] == plan.alias)
        if first is not None and repeated and plan.repeated == "Error":
            raise Failed(of_key(draft, "duplicate_in_payload", row=first[0]))
        existing = self._existing(draft)
        if self._overtaken and existing is not None and not existing.deleted:
            still = self._overtaken.still(draft, row)
            values = {name: value for name, value in values.items() if name in still}
            left = tuple(name for name in left if name in still)
        operation = self._decide(draft, values, existing, row, repeated=repeated)
        if first is not None and not operation.code:
            operation.code = "key_repeated"
        if left and (operation.operation == INSERT or plan.update):
            self._defer(draft, row, operation, left)
        return operation

    def _resolve(self, draft: Draft, results: list[int | None]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """(values with ids for references, the fields left open for a later row)."""
        values, problems, later = self._resolver.values(draft, results)
        if problems:
            raise Failed(*problems)
        for lookup in chain.from_iterable(later.values()):
            if lookup.on_missing == "Error":
                raise Waits(lookup)
        return values, tuple(later)

    def _existing(self, draft: Draft) -> Stored | None:
        plan = draft.plan
        if plan.match is None or draft.key is None:
            return None
        ids = self._view.ids(plan.match.space, draft.key)
        if not ids:
            return None
        records = [record for record in map(self._view.record, ids) if record.type == plan.entity.name]
        live = [record for record in records if not record.deleted]
        if len(live) > 1:
            raise Failed(of_key(draft, "match_ambiguous", count=len(live)))
        if live:
            return live[0]
        return max(records, key=lambda record: record.id, default=None)

    def _decide(self, draft: Draft, values: Data, existing: Stored | None, row: int, *, repeated: bool) -> Operation:
        plan = draft.plan
        inserts = plan.insert and not plan.delete
        if existing is None:
            return self._insert(draft, values, row) if inserts else self._skip(draft, row, "no_match")
        if existing.deleted:
            return self._revive(draft, values, existing, row) if inserts else self._skip(draft, row, "no_match")
        if repeated and plan.repeated == "First":
            return self._skip(draft, row, "key_repeated", existing)
        if plan.delete:
            return self._delete(draft, existing, row)
        data = None if not (plan.insert or plan.update) else updated(plan, values, existing.data)
        data, kept = self._spared(existing, data)
        if data is None:
            return noted(self._operation(UNCHANGED, draft, row, existing), kept)
        if not plan.update:
            return self._skip(draft, row, "update_not_allowed", existing)
        return noted(self._update(draft, existing, data, row), kept)

    def _spared(self, existing: Stored, data: Data | None) -> tuple[Data | None, tuple[str, ...]]:
        return self._protection.spared(existing, data) if self._protection is not None else (data, ())

    def _insert(self, draft: Draft, values: Data, row: int) -> Operation:
        data = inserted(draft.plan, values)
        operation = self._operation(INSERT, draft, row)
        operation.record = self._view.provisional()
        operation.after = operation.data = data
        self._guard.stand(operation, draft, None)
        return operation

    def _revive(self, draft: Draft, values: Data, existing: Stored, row: int) -> Operation:
        operation = self._operation(INSERT, draft, row, existing)
        if self._view.insert_undone(existing.id):
            operation.code, operation.data = INSERTED_AGAIN, inserted(draft.plan, values)
        else:
            operation.code, operation.data = REVIVED, revived(draft.plan, values, existing.data)
            back = returning(draft.plan, values, existing.data, operation.data)
            operation.problems = (Problem(REVIVED), *back) if back else ()
        operation.before, operation.after = changes(existing.data, operation.data)
        self._guard.stand(operation, draft, existing)
        return operation

    def _update(self, draft: Draft, existing: Stored, data: Data, row: int) -> Operation:
        operation = self._operation(UPDATE, draft, row, existing)
        operation.data = data
        operation.before, operation.after = changes(existing.data, data)
        self._guard.stand(operation, draft, existing)
        return operation

    def _delete(self, draft: Draft, existing: Stored, row: int) -> Operation:
        operation = self._operation(DELETE, draft, row, existing)
        operation.data = operation.old = existing.data
        operation.before = dict(sorted(existing.data.items()))
        deleted = Stored(existing.id, existing.type, existing.data, existing.version + 1, deleted=True)
        self._view.put(deleted, gone={}, come={})
        return operation

    def _skip(self, draft: Draft, row: int, code: str, existing: Stored | None = None) -> Operation:
        operation = self._operation(SKIP, draft, row, existing)
        operation.code = code
        return operation

    def _operation(self, kind: str, draft: Draft, row: int, existing: Stored | None = None) -> Operation:
        operation = Operation(draft.plan.entity, kind, row=row, item=draft.item, key=draft.shown_key)
        if existing is not None:
            operation.record = existing.id
            operation.version = existing.version
        return operation

    def _note(self, draft: Draft, row: int) -> list[tuple[str, str]]:
        """Remember that this run has seen the key. Gives what it did not know before."""
        if draft.key is None or (draft.plan.entity.name, draft.key) in self._seen:
            return []
        self._seen[draft.plan.entity.name, draft.key] = (row, draft.plan.alias)
        return [(draft.plan.entity.name, draft.key)]

    def _forget(self, noted: Iterable[tuple[str, str]]) -> None:
        for seen in noted:
            del self._seen[seen]

    # --- references that later rows may bring

    def _defer(self, draft: Draft, row: int, operation: Operation, left: Iterable[str]) -> None:
        if operation.operation not in (SKIP, DELETE):
            new = operation.operation == INSERT and (not operation.version or operation.code == INSERTED_AGAIN)
            self._deferred += (Deferred(alone(draft, name), row, operation, new) for name in left)

    def _outdate(self, operations: Iterable[Operation], drafts: Iterable[Draft], earlier: int) -> None:
        """What a row says of a field holds against the open references of the `earlier` rows."""
        opened = self._opened
        for operation, draft in zip(operations, drafts, strict=True) if opened else ():
            if operation.operation not in (SKIP, DELETE):
                for name, value in draft.values.items():
                    older = opened.get((operation.record, name))
                    if older is not None and older.row <= operation.row and replaces(draft.plan, name, value):
                        older.outdated = True
        for deferred in self._deferred[earlier:]:
            opened[deferred.record, deferred.field] = deferred

    def _answer(self, deferred: Deferred) -> PlannedRow | None:
        """The update that sets a reference a later row has brought; None when none did."""
        draft, row = deferred.draft, deferred.row
        existing = self._view.record(deferred.record)
        values, _, _ = self._resolver.values(draft, [])
        data = first_given(values, existing.data) if deferred.new else updated(draft.plan, values, existing.data)
        data, _kept = self._spared(existing, data)
        if data is None or existing.deleted:
            return None
        try:
            operation = self._update(draft, existing, data, row)
        except Failed as failure:
            operation = self._skip(draft, row, "reference_not_set", existing)
            operation.problems = failure.problems
        else:
            operation.code = "reference_set_later"
        return PlannedRow(Row(row, None), [operation], extra=True)
