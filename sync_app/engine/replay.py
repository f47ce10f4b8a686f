"""A stored plan, looked at again: what of it may still be written as it was shown, and what has gone stale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sync_app.engine.plan import BESIDE_ROWS, ERROR, INSERT, SKIP, UNCHANGED, Operation, PlannedRow
from sync_app.engine.ports import RecordReader
from sync_app.engine.records import Data, Stored
from templates_app.catalog.problems import Problem, shown
from templates_app.catalog.types import KEY_VALUE_LENGTH, EntityType, Key
from templates_app.sources.rows import Row

_CHECKED = frozenset(("Insert", "Update", "Delete", "Unchanged"))


class Replay:
    """Re-checks planned operations against today's records, row by row, and fills in what the applier needs.

    `keys` are the keys an Insert of this type must find free: its unique ones and those the template matches by, of
    which only that counts by which nothing was found.
    `ids` (shared with the applier) turns provisional ids of earlier chunks into real ones. A row with one stale
    operation is not written; nor is any later operation of a record that the row was to change. `spoiled` are such
    records of before an interruption.
    """

    def __init__(
        self,
        *,
        reader: RecordReader,
        keys: Mapping[str, Sequence[Key]],
        ids: Mapping[int, int],
        spoiled: Iterable[int] = (),
    ) -> None:
        self._reader = reader
        self._keys = keys
        self._ids = ids
        self._own: frozenset[int] = frozenset()
        self._spoiled: set[int] = set(map(self._real, spoiled))
        self._failing: set[int] = set()
        self._now: dict[int, Stored] = {}
        self._staged: dict[int, EntityType] = {}
        self._owners: dict[tuple[str, str], list[int]] = {}
        self._come: dict[tuple[str, str], list[int]] = {}

    def plan(self, rows: Iterable[list[Operation]]) -> list[PlannedRow]:
        """The same rows, each either whole and ready to apply, or failed with code `stale`."""
        listed = list(rows)
        self._read([operation for row in listed for operation in row])
        return [self._row(row) for row in listed]

    def refused(self, rows: Iterable[list[Operation]]) -> list[PlannedRow]:
        """The same rows as ones that the store would not take: none is written."""
        planned = []
        for row in rows:
            first = next((operation for operation in row if operation.writes), row[0])
            problems = [_problem(operation, "key_taken") if operation is first else None for operation in row]
            planned.append(self._failed(Row(row[0].row, None), row, problems))
        return planned

    # --- reading

    def _read(self, operations: Sequence[Operation]) -> None:
        self._staged, self._come = {}, {}
        wanted = {self._real(op.record) for op in operations if op.record}
        for operation in operations:
            wanted.update(self._real(target) for target in _targets(operation.entity, operation.after))
        self._now = dict(self._reader.load([record for record in wanted if record > 0]))
        self._owners = {}
        self._ask(self._wanted(operations))

    def _wanted(self, operations: Sequence[Operation]) -> dict[str, set[str]]:
        """space -> the values of the identities that these bring, if all of them are written."""
        wanted: dict[str, set[str]] = {}
        planned: dict[int, Data] = {}
        for operation in operations:
            if operation.writes and operation.after:
                record = self._real(operation.record)
                data = planned[record] = _merged(planned.get(record) or self._data(operation), operation.after)
                for key, value in self._coming(operation, data):
                    wanted.setdefault(key.space, set()).add(value)
        return wanted

    def _ask(self, wanted: Mapping[str, Iterable[str]]) -> None:
        for space, values in wanted.items():
            found = self._reader.find(space, list(values))
            self._owners.update({(space, value): [owner.id for owner in found.get(value, ())] for value in values})
        owners = {owner for ids in self._owners.values() for owner in ids} - self._now.keys()
        if owners:
            self._now.update(self._reader.load(owners))

    def _owners_of(self, space: str, value: str) -> list[int]:
        """Who has the identity in the store, and who got it in this chunk."""
        if (space, value) not in self._owners:
            self._ask({space: [value]})
        return self._owners[space, value] + self._come.get((space, value), [])

    def _data(self, operation: Operation) -> Data:
        """What the record of the operation holds before it."""
        new = operation.operation == INSERT and operation.version == 0
        now = None if new else self._now.get(self._real(operation.record))
        return now.data if now is not None else {}

    def _coming(self, operation: Operation, data: Data) -> list[tuple[Key, str]]:
        """The identities it brings, `data` after it: all of a new record, of an older one the unique that change."""
        if not operation.writes or not operation.after:
            return []
        entity, new = operation.entity, operation.operation == INSERT and operation.version == 0
        keys = self._keys.get(entity.name, ())
        looked = [key for key in keys if key.unique or (new and _is_found_by(key, operation, data))]
        wanted = [key for key in looked if new or not operation.after.keys().isdisjoint(key.fields)]
        pairs = ((key, entity.identity_of(key, data)) for key in wanted)
        return [(key, value) for key, value in pairs if value is not None]

    # --- judging

    def _row(self, operations: list[Operation]) -> PlannedRow:
        """Each operation is judged as those before it in the row leave things: they may be of one record."""
        row = Row(operations[0].row, None)
        self._failing.clear()
        before: dict[int, Stored | None] = {}
        problems = [self._judged(operation, before) for operation in operations]
        if any(problems):
            self._take_back(before)
            return self._failed(row, operations, problems)
        extra = _is_beside_rows(operations[0])
        failed = not extra and any(operation.operation == ERROR for operation in operations)
        return PlannedRow(row, operations, failed=failed, extra=extra)

    def _judged(self, operation: Operation, before: dict[int, Stored | None]) -> Problem | None:
        """Why it is stale; else it is staged. `before` keeps what each record of the row was."""
        record = self._real(operation.record)
        if record in self._failing:
            return None
        coming = self._coming(operation, _merged(self._data(operation), operation.after))
        problem = self._stale(operation, coming)
        if problem is not None:
            self._failing.add(record)
        elif operation.writes:
            before.setdefault(record, self._now.get(record))
            self._stage(operation)
            for key, value in coming:
                self._come.setdefault((key.space, value), []).append(record)
        return problem

    def _take_back(self, before: Mapping[int, Stored | None]) -> None:
        for record, stored in before.items():
            if stored is None:
                del self._now[record]
            else:
                self._now[record] = stored

    def _stale(self, operation: Operation, coming: Sequence[tuple[Key, str]]) -> Problem | None:
        if operation.operation not in _CHECKED or (operation.operation == UNCHANGED and not operation.record):
            return None
        record = self._real(operation.record)
        if record in self._spoiled:
            return _problem(operation, "record_stale")
        if operation.operation == INSERT and operation.version == 0:
            return self._taken(operation, coming) or self._dangling(operation)
        now = self._now.get(record)
        if now is None and record < 0:
            return None
        if now is None or now.version != operation.version:
            return _problem(operation, "record_changed", now)
        return self._taken(operation, coming) or self._dangling(operation)

    def _taken(self, operation: Operation, coming: Sequence[tuple[Key, str]]) -> Problem | None:
        """Somebody else has what would find this record, though nobody had when it was planned."""
        record = self._real(operation.record)
        for key, value in coming:
            for owner in self._owners_of(key.space, value):
                if owner == record or (not key.unique and self._is_own(owner)):
                    continue
                now = self._now.get(owner)
                if now is None or (not key.unique and now.type != operation.entity.name):
                    continue
                if not self._gave_away(now, key.space, value):
                    return _problem(operation, "key_taken", now)
        return None

    def _gave_away(self, owner: Stored, space: str, value: str) -> bool:
        """Whether an earlier row of this chunk takes the identity from its owner, who may be of another type."""
        entity = self._staged.get(owner.id)
        return entity is not None and not any(
            key.space == space and entity.identity_of(key, owner.data) == value for key in entity.keys
        )

    def _is_own(self, record: int) -> bool:
        """Whether this plan inserts it: it may share a key that is not unique with what it inserts next."""
        if record < 0:
            return True
        if len(self._own) != len(self._ids):
            self._own = frozenset(self._ids.values())
        return record in self._own

    def _dangling(self, operation: Operation) -> Problem | None:
        for target in _targets(operation.entity, operation.after):
            real = self._real(target)
            found = self._now.get(real)
            if real in self._failing:
                continue
            gone = found is None or (found.deleted and real not in self._staged)
            if real in self._spoiled or (real > 0 and gone):
                return _problem(operation, "reference_gone")
        return None

    def _stage(self, operation: Operation) -> None:
        """Give the operation its whole values, and remember them for later operations of this chunk."""
        record = self._real(operation.record)
        operation.record = record
        now = self._now.get(record)
        if operation.operation == INSERT and operation.version == 0:
            operation.data = dict(operation.after)
        else:
            old = now.data if now is not None else {}
            operation.old = old
            operation.data = _merged(old, operation.after)
        deleted = operation.operation == "Delete"
        if deleted and operation.old is not None:
            operation.data = operation.old
        self._now[record] = Stored(record, operation.entity.name, operation.data, operation.version + 1, deleted)
        self._staged[record] = operation.entity

    def _failed(self, row: Row, operations: list[Operation], problems: list[Problem | None]) -> PlannedRow:
        judged = []
        for operation, problem in zip(operations, problems, strict=True):
            if operation.record and (operation.writes or problem is not None):
                self._spoiled.add(self._real(operation.record))
            judged.append(_not_written(operation, problem))
        extra = _is_beside_rows(operations[0])
        return PlannedRow(row, judged, failed=not extra, extra=extra)

    def _real(self, record: int) -> int:
        return self._ids.get(record, record)


def _is_beside_rows(operation: Operation) -> bool:
    """Whether it is counted beside the rows of the source, like that of a mirror which could not stand."""
    return not operation.row or operation.code in BESIDE_ROWS


def _is_found_by(key: Key, operation: Operation, data: Data) -> bool:
    """Whether the key that the report shows of a new record is this one: others it may share with anybody."""
    fields = operation.entity.fields
    texts = [fields[name].kind.text(data[name]) for name in key.fields if name in data]
    return ", ".join(texts)[:KEY_VALUE_LENGTH] == operation.key


def _targets(entity: EntityType, data: Data) -> list[int]:
    found: list[int] = []
    for name in entity.reference_fields:
        value: Any = data.get(name)
        if value is not None:
            found.extend(value if isinstance(value, list) else [value])
    return found


def _merged(old: Data, after: Data) -> Data:
    data = old | after
    return {name: value for name, value in data.items() if value is not None}


def _problem(operation: Operation, reason: str, now: Stored | None = None) -> Problem:
    """`stale`, with what was approved and what is there now."""
    present = {name: now.data.get(name) for name in operation.after} if now is not None else {}
    params: dict[str, str | int] = {
        "reason": reason,
        "approved": shown(operation.after),
        "present": shown(present),
        "version": operation.version,
    }
    return Problem("stale", params, value=operation.key)


def _not_written(operation: Operation, problem: Problem | None) -> Operation:
    kind = ERROR if problem is not None else SKIP
    judged = Operation(operation.entity, kind, operation.row, operation.item, operation.key)
    judged.record = max(operation.record, 0)
    judged.version = operation.version
    judged.code = problem.code if problem is not None else "row_failed"
    judged.problems = (problem,) if problem is not None else ()
    return judged
