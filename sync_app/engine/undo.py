"""Undo is one more plan: the net change of each record of a run, turned round where nobody has touched it since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sync_app.engine.plan import DELETE, INSERT, SKIP, UPDATE, Operation, PlannedRow, changes
from sync_app.engine.ports import RecordReader
from sync_app.engine.records import Data, Stored, reference_targets
from templates_app.catalog.problems import Problem, shown
from templates_app.catalog.types import EntityType, Key
from templates_app.sources.rows import Row


@dataclass(slots=True)
class NetChange:
    """What one run did to one record, all its operations taken together.

    `before` is what each changed field was first, `after` what it was last (None = empty). `version` is the one the
    run left. `revision` is the last one it wrote there. `erased`:
    the record and what it held were erased since.
    """

    entity: EntityType
    record: int
    row: int
    key: str
    before: Data = field(default_factory=dict)
    after: Data = field(default_factory=dict)
    first: str = ""
    revived: bool = False
    deleted: bool = False
    erased: bool = False
    version: int = 0
    revision: int = 0

    def add(self, operation: Operation, *, version: int, revision: int) -> None:
        """Take the record's next operation in."""
        if not self.first:
            self.first = operation.operation
            self.revived = operation.code == "revived"
        for name, value in operation.after.items():
            self.before.setdefault(name, operation.before.get(name))
            self.after[name] = value
        self.deleted = operation.operation == DELETE
        self.erased = self.erased or operation.code == "erased"
        self.version, self.revision = version, revision

    @property
    def inserted(self) -> bool:
        return self.first == INSERT and not self.revived


class UndoPlanner:
    """Plans the undo of a run: what it deleted comes back, then what it changed, then what it inserted goes.

    Among each of these, records come in the reverse order of their last change. `inserted` are
    all records the run inserted: references among them do not hold each other back, unless one of them is kept.
    `kept` are those that this undo has kept already, before it was interrupted.
    """

    def __init__(self, *, reader: RecordReader, inserted: Collection[int], kept: Collection[int] = ()) -> None:
        self._reader = reader
        self._inserted = frozenset(inserted)
        self._kept: set[int] = set(kept)
        self._changes: dict[int, NetChange] = {}
        self._given_up: dict[int, set[str]] = {}
        self._now: dict[int, Stored] = {}
        self._left: dict[int, frozenset[int]] = {}
        self._referrers: Mapping[int, Sequence[int]] = {}
        self._owners: dict[tuple[str, str], list[int]] = {}

    def plan(self, net: Iterable[NetChange]) -> list[PlannedRow]:
        """One planned row a record: reverted, partly reverted, or kept with the reason.

        They are written together, so one may rely on another giving way. What is kept may hold up others in turn:
        planning is repeated until nothing more is kept, or given up.
        """
        listed = sorted(net, key=turn)
        targets = {target for change in listed for target in _referred(change)}
        self._now = dict(self._reader.load({change.record for change in listed} | targets))
        self._referrers = self._reader.referrers({c.record for c in listed if c.first == INSERT})
        self._owners = self._read_owners(listed)
        self._changes = {change.record: change for change in listed}
        self._given_up = {}
        now, left = self._now, self._left
        while True:
            known = len(self._kept) + sum(map(len, self._given_up.values()))
            self._now, self._left = dict(now), dict(left)
            planned = [self._record(change) for change in listed]
            if known == len(self._kept) + sum(map(len, self._given_up.values())):
                return planned

    def _read_owners(self, net: Sequence[NetChange]) -> dict[tuple[str, str], list[int]]:
        """Who has the unique identities that reverting would bring back."""
        wanted: dict[str, set[str]] = {}
        for change in net:
            now = self._now.get(change.record)
            if now is not None and not change.inserted:
                for key, value in _unique(change.entity, _reverted(now.data, change.before)):
                    wanted.setdefault(key.space, set()).add(value)
        owners: dict[tuple[str, str], list[int]] = {}
        for space, values in wanted.items():
            for value, found in self._reader.find(space, values).items():
                owners[space, value] = [record.id for record in found]
        return owners

    def _record(self, change: NetChange) -> PlannedRow:
        now = self._now.get(change.record)
        if now is None:
            return self._keep(change, now, Problem("kept_erased" if change.erased else "kept_missing"))
        operation: Operation | PlannedRow
        if change.deleted and change.first == INSERT:
            operation = _operation("Unchanged", change, now)
            operation.data = now.data
        elif change.deleted:
            operation = self._revive(change, now)
        elif change.first == INSERT:
            operation = self._take_back(change, now)
        else:
            operation = self._revert(change, now)
        if isinstance(operation, PlannedRow):
            return operation
        self._stage(operation, now)
        return _planned(change, operation)

    def _stage(self, operation: Operation, now: Stored) -> None:
        """Later records are judged by what this one will be, and will refer to, once undone."""
        deleted = operation.operation == DELETE or (now.deleted and operation.operation != INSERT)
        data = operation.data or {}
        self._now[now.id] = Stored(now.id, now.type, data, now.version + 1, deleted)
        if operation.entity.reference_fields:
            targets = () if deleted else (target for _, _, target in reference_targets(operation.entity, data))
            self._left[now.id] = frozenset(targets)

    def _holds(self, referrer: int, target: int) -> bool:
        """Whether this record will still refer to that one, and is no part of what the run inserted."""
        left = self._left.get(referrer)
        if left is not None:
            return target in left
        return referrer not in self._inserted or referrer in self._kept

    def _take_back(self, change: NetChange, now: Stored) -> Operation | PlannedRow:
        """An inserted or revived record is deleted again, if it is as the run left it and nobody else refers to it."""
        if now.deleted:
            return self._keep(change, now, Problem("kept_deleted_since"))
        edited = self._differences(change, now)
        if change.revived and not edited and now.version != change.version:
            edited = (Problem("kept_edited"),)
        if edited:
            return self._keep(change, now, *edited)
        outside = [i for i in self._referrers.get(change.record, ()) if self._holds(i, change.record)]
        if outside:
            return self._keep(change, now, Problem("kept_referenced", {"count": len(outside), "record": outside[0]}))
        operation = _operation(DELETE, change, now)
        operation.old, operation.data = now.data, now.data
        operation.before = dict(sorted(now.data.items()))
        if change.revived and not self._blocked(change, now, change.before):
            operation.data = _reverted(now.data, change.before)
        given_up = self._given_up.get(change.record, ())
        if change.revived or given_up:
            operation.data = {name: value for name, value in operation.data.items() if name not in given_up}
            operation.before, operation.after = changes(now.data, operation.data)
        return operation

    def _revive(self, change: NetChange, now: Stored) -> Operation | PlannedRow:
        if not now.deleted or now.version != change.version:
            return self._keep(change, now, Problem("kept_edited"))
        blocked = self._blocked(change, now, change.before)
        if blocked:
            return self._keep(change, now, *blocked)
        data = _reverted(now.data, change.before)
        operation = _operation(INSERT, change, now)
        operation.code = "revived"
        operation.old, operation.data = now.data, data
        operation.before, operation.after = changes(now.data, data)
        return operation

    def _revert(self, change: NetChange, now: Stored) -> Operation | PlannedRow:
        if now.deleted:
            return self._keep(change, now, Problem("kept_deleted_since"))
        kept = self._differences(change, now)
        free = _free(change, now)
        blocked = self._blocked(change, now, free)
        problems = (*kept, *blocked)
        if blocked or not free:
            return self._keep(change, now, *problems)
        data = _reverted(now.data, free)
        operation = _operation(UPDATE, change, now)
        operation.old, operation.data = now.data, data
        operation.before, operation.after = changes(now.data, data)
        operation.problems = problems
        operation.code = "kept_in_part" if problems else ""
        if not operation.after:
            operation.operation = "Unchanged"
        return operation

    def _differences(self, change: NetChange, now: Stored) -> tuple[Problem, ...]:
        problems = tuple(
            Problem(
                "kept_edited",
                {"approved": shown(value), "present": shown(now.data.get(name, ""))},
                field=name,
                type=change.entity.name,
            )
            for name, value in change.after.items()
            if now.data.get(name) != value
        )
        added = change.inserted and now.data.keys() - change.after.keys()
        return problems or tuple(
            Problem(
                "kept_edited", {"approved": "", "present": shown(now.data[name])}, field=name, type=change.entity.name
            )
            for name in sorted(added or ())
        )

    def _blocked(self, change: NetChange, now: Stored, free: Data) -> tuple[Problem, ...]:
        """Why the old values cannot come back: their unique key is another's now, or what they refer to is gone."""
        problems = []
        for key, value in _unique(change.entity, _reverted(now.data, free)):
            owners = self._owners.get((key.space, value), ())
            if not all(owner == change.record or self._gives_way(owner, key.space, value) for owner in owners):
                problems.append(Problem("identity_taken", {"key": key.name}, field=key.fields[0], value=value))
        for name in change.entity.reference_fields:
            gone = [target for target in _listed(free.get(name)) if not self._is_there(target)]
            problems += [Problem("kept_reference_gone", {"record": target}, field=name) for target in gone]
        return tuple(problems)

    def _gives_way(self, owner: int, space: str, value: str) -> bool:
        """Whether this undo takes the identity from its present owner, who got it in the run."""
        change, now = self._changes.get(owner), self._now.get(owner)
        if change is None or now is None or owner in self._kept:
            return False
        if change.first == INSERT and not change.deleted:
            fields = {n for key, found in _unique(change.entity, now.data) if found == value for n in key.fields}
            self._given_up.setdefault(owner, set()).update(fields)
            return True
        back = change.before if change.deleted else _free(change, now)
        becomes = _unique(change.entity, _reverted(now.data, back))
        return not any(key.space == space and found == value for key, found in becomes)

    def _is_there(self, target: int) -> bool:
        """Whether a record that is referred to is live, or will be again."""
        found, change = self._now.get(target), self._changes.get(target)
        if found is None:
            return False
        return not found.deleted or (change is not None and change.deleted and target not in self._kept)

    def _keep(self, change: NetChange, now: Stored | None, *problems: Problem) -> PlannedRow:
        self._kept.add(change.record)
        operation = _operation(SKIP, change, now)
        operation.problems = problems
        operation.code = problems[0].code if problems else "kept_edited"
        return _planned(change, operation)


def turn(change: NetChange) -> int:
    """When a record is undone: the deleted ones first, the inserted ones last, so that nothing holds on to them."""
    if change.deleted:
        return 0
    return 2 if change.first == INSERT else 1


def is_kept(row: PlannedRow) -> bool:
    """Whether something of this record stays as it is, against the undo."""
    return any(operation.problems for operation in row.operations)


def _planned(change: NetChange, operation: Operation) -> PlannedRow:
    return PlannedRow(Row(change.row, None), [operation], failed=operation.operation == SKIP)


def _operation(kind: str, change: NetChange, now: Stored | None) -> Operation:
    version = now.version if now is not None else 0
    return Operation(change.entity, kind, row=change.row, key=change.key, record=change.record, version=version)


def _reverted(data: Data, before: Mapping[str, Any]) -> Data:
    merged = {**data, **before}
    return {name: value for name, value in merged.items() if value is not None}


def _free(change: NetChange, now: Stored) -> Data:
    """The values of before that may come back: of the fields that are as the run left them."""
    return {name: value for name, value in change.before.items() if now.data.get(name) == change.after[name]}


def _unique(entity: EntityType, data: Data) -> list[tuple[Key, str]]:
    pairs = [(key, entity.identity_of(key, data)) for key in entity.keys if key.unique]
    return [(key, value) for key, value in pairs if value is not None]


def _referred(change: NetChange) -> list[int]:
    return [target for name in change.entity.reference_fields for target in _listed(change.before.get(name))]


def _listed(value: Any) -> list[int]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
