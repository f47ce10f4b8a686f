"""Undo is one more plan: the net change of each record of a run, turned round where nobody has touched it since."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from sys import maxsize

from sync_app.engine.net_change import NetChange, listed, reverted, turn, unique_identities
from sync_app.engine.plan import (
    DELETE,
    INSERT,
    INSERT_UNDONE,
    INSERTED_AGAIN,
    REVIVED,
    SKIP,
    UNCHANGED,
    UPDATE,
    Operation,
    PlannedRow,
    changes,
)
from sync_app.engine.ports import RecordReader
from sync_app.engine.records import Data, Stored, reference_targets
from sync_app.engine.sameness import same
from sync_app.engine.standing import Standing
from templates_app.catalog.problems import Problem, shown
from templates_app.sources.rows import Row

#: Why something of a record cannot go back, and the fields that stay as they are for it.
Blocked = tuple[Problem, tuple[str, ...]]
#: Record ids -> what the run did to those of them that it changed and that are still to be undone.
Also = Callable[[Collection[int]], Iterable[NetChange]]
#: Record ids -> those of them that were deleted by the run that is undone, or since.
Gone = Callable[[Collection[int]], Collection[int]]
#: (record ids, revision) -> of those that were made to refer to something by it or a later one: the last that did.
Referring = Callable[[Collection[int], int], Mapping[int, int]]


def _nothing(_records: Collection[int]) -> Iterable[NetChange]:
    return ()


def _all(records: Collection[int]) -> Collection[int]:
    return records


def _always(records: Collection[int], _revision: int) -> Mapping[int, int]:
    return dict.fromkeys(records, maxsize)


class UndoPlanner:
    """Plans the undo of a run: what it deleted comes back, then what it changed, then what it inserted goes.

    Among each of these, records come in the reverse order of their last change. `inserted` are
    all records the run inserted: references among them do not hold each other back, unless one of them is kept.
    `kept` are those that this undo has kept already, before it was interrupted. `also` gives what must be undone out of
    turn, beside what relies on it. `referring` tells who was made to refer to something since: who referred to a
    record before the run revived it does not hold it back. `gone` tells what was deleted since: what was before is
    referred to again as it was. `lasting`: nothing is written between the parts.
    """

    def __init__(
        self,
        *,
        reader: RecordReader,
        inserted: Collection[int],
        kept: Collection[int] = (),
        also: Also = _nothing,
        referring: Referring = _always,
        gone: Gone = _all,
        lasting: bool = False,
    ) -> None:
        self._reader = reader
        self._inserted = frozenset(inserted)
        self._kept: set[int] = set(kept)
        self._also = also
        self._referring = referring
        self._referred: Mapping[int, int] = {}
        self._deleted_since = gone
        self._gone: Collection[int] = ()
        self._lasting = lasting
        self._undone: dict[int, Stored] = {}
        self._changes: dict[int, NetChange] = {}
        self._given_up: dict[int, set[str]] = {}
        self._withheld: dict[int, list[Blocked]] = {}
        self._standing = Standing(reader, undone=self._undone)
        self._now: dict[int, Stored] = {}
        self._left: dict[int, frozenset[int]] = {}
        self._come: dict[tuple[str, str], int] = {}
        self._settled: dict[tuple[str, str], int] = {}

    def plan(self, net: Iterable[NetChange]) -> list[PlannedRow]:
        """One planned row a record, of these and of what `also` gave: reverted, partly reverted, or kept and why.

        They are written together, so one may rely on another giving way. What is kept may hold up others in turn:
        planning is repeated until nothing more is kept, withheld or given up.
        """
        wanted = sorted(self._gathered(list(net)), key=turn)
        self._changes = {change.record: change for change in wanted}
        self._given_up, self._withheld = {}, {}
        left = self._left
        while True:
            known = self._decided()
            self._now, self._left, self._come = dict(self._standing.now), dict(left), {}
            planned = [self._record(change) for change in wanted]
            if known == self._decided():
                break
        if self._lasting:
            self._undone.update((record, self._now[record]) for record in self._changes.keys() & self._now.keys())
            self._settled.update(self._come)
        return planned

    def refused(self, net: Iterable[NetChange]) -> list[PlannedRow]:
        """These as ones that the store would not take back: they stay as they are."""
        listed = list(net)
        now = self._reader.load([change.record for change in listed])
        return [self._keep(change, now.get(change.record), _of_keys(change)) for change in listed]

    def _decided(self) -> int:
        """It only ever grows, and what is planned depends on nothing else."""
        return len(self._kept) + sum(map(len, (*self._given_up.values(), *self._withheld.values())))

    def _gathered(self, net: list[NetChange]) -> list[NetChange]:
        """These and all that has to be undone with them; `_standing` has read what they speak of."""
        self._standing = Standing(self._reader, undone=self._undone)
        known = {change.record for change in net}
        more, drawn = net, False
        while more:
            self._standing.read(more)
            beside = self._standing.beside(more, drawn=drawn) - known
            more, drawn = list(self._also(beside)) if beside else [], True
            known.update(change.record for change in more)
            net += more
        self._read_referring([change for change in net if change.revived])
        now = self._standing.now
        deleted = {target for change in net for target in change.referred() if target in now and now[target].deleted}
        self._gone = self._deleted_since(deleted) if deleted else ()
        return net

    def _read_referring(self, revived: Sequence[NetChange]) -> None:
        referrers = {record for change in revived for record in self._standing.referrers.get(change.record, ())}
        first = min((change.began for change in revived), default=0)
        self._referred = self._referring(referrers, first) if referrers else {}

    def _record(self, change: NetChange) -> PlannedRow:
        now = self._now.get(change.record)
        if now is None:
            return self._keep(change, now, Problem("kept_erased" if change.erased else "kept_missing"))
        operation: Operation | PlannedRow
        if change.deleted and change.first == INSERT:
            operation = self._leave(change, now)
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
        for key, value in unique_identities(operation.entity, data):
            self._come[key.space, value] = now.id
        self._now[now.id] = Stored(now.id, now.type, data, now.version + 1, deleted)
        if operation.entity.reference_fields:
            targets = () if deleted else (target for _, _, target in reference_targets(operation.entity, data))
            self._left[now.id] = frozenset(targets)

    def _holds(self, referrer: int, change: NetChange) -> bool:
        """Whether this record will still refer to that one, and is no part of what the run inserted."""
        target, left = change.record, self._left.get(referrer)
        if change.revived and self._referred.get(referrer, -1) < change.began:
            return False
        if left is not None:
            return target in left
        return referrer not in self._inserted or referrer in self._kept

    def _leave(self, change: NetChange, now: Stored) -> Operation:
        """What is as it was before the run, or came and went in it, stays so, without what others need of it."""
        given_up = self._given_up.get(change.record, ())
        operation = _operation(UPDATE if given_up else UNCHANGED, change, now)
        operation.old = now.data
        operation.data = {name: value for name, value in now.data.items() if name not in given_up}
        operation.before, operation.after = changes(now.data, operation.data)
        return operation

    def _take_back(self, change: NetChange, now: Stored) -> Operation | PlannedRow:
        """An inserted or revived record is deleted again, if it is as the run left it and nobody else refers to it."""
        if now.deleted:
            taken_back = now.version == change.version
            return self._leave(change, now) if taken_back else self._keep(change, now, Problem("kept_deleted_since"))
        edited = self._differences(change, now)
        if change.revived and not edited and now.version != change.version:
            edited = (Problem("kept_edited"),)
        if edited:
            return self._keep(change, now, *edited)
        outside = [i for i in self._standing.referrers.get(change.record, ()) if self._holds(i, change)]
        if outside:
            return self._keep(change, now, Problem("kept_referenced", {"count": len(outside), "record": outside[0]}))
        operation = _operation(DELETE, change, now)
        operation.code = INSERT_UNDONE if change.inserted or change.again else ""
        operation.old, operation.data = now.data, now.data
        operation.before = dict(sorted(now.data.items()))
        if change.revived and not self._blocked(change, now, change.before):
            operation.data = reverted(now.data, change.before)
        given_up = self._given_up.get(change.record, ())
        if change.revived or given_up:
            operation.data = {name: value for name, value in operation.data.items() if name not in given_up}
            operation.before, operation.after = changes(now.data, operation.data)
        return operation

    def _revive(self, change: NetChange, now: Stored) -> Operation | PlannedRow:
        if now.version != change.version:
            return self._keep(change, now, Problem("kept_edited"))
        if not now.deleted:
            return self._leave(change, now)
        blocked = self._blocked(change, now, change.before)
        if blocked:
            return self._keep(change, now, *(problem for problem, _ in blocked))
        data = reverted(now.data, change.before)
        operation = _operation(INSERT, change, now)
        operation.code = INSERTED_AGAIN if change.insert_undone else REVIVED
        operation.old, operation.data = now.data, data
        operation.before, operation.after = changes(now.data, data)
        return operation

    def _revert(self, change: NetChange, now: Stored) -> Operation | PlannedRow:
        if now.deleted and now.version != change.version:
            return self._keep(change, now, Problem("kept_deleted_since"))
        free = self._free(change, now)
        while free and (blocked := self._blocked(change, now, free) + _broken(change, now, free)):
            held = self._withheld.setdefault(change.record, [])
            held += ((problem, _among(fields, free)) for problem, fields in blocked)
            free = self._free(change, now)
        differ = (one for one in self._differences(change, now) if not _is_back(one.field, change, now))
        problems = (*differ, *(problem for problem, _ in self._withheld.get(change.record, ())))
        if problems and not free:
            return self._keep(change, now, *problems)
        data = reverted(now.data, free)
        operation = _operation(UPDATE, change, now)
        operation.old, operation.data = now.data, data
        operation.before, operation.after = changes(now.data, data)
        operation.problems = problems
        operation.code = "kept_in_part" if problems else ""
        if not operation.after:
            operation.operation = UNCHANGED
        return operation

    def _free(self, change: NetChange, now: Stored) -> Data:
        """What may come back, without what was found to be blocked."""
        withheld = {name for _, fields in self._withheld.get(change.record, ()) for name in fields}
        return {name: value for name, value in change.free(now).items() if name not in withheld}

    def _differences(self, change: NetChange, now: Stored) -> tuple[Problem, ...]:
        problems = tuple(
            Problem(
                "kept_edited",
                {"approved": shown(value), "present": shown(now.data.get(name, ""))},
                field=name,
                type=change.entity.name,
            )
            for name, value in change.after.items()
            if not same(now.data.get(name), value)
        )
        added = change.inserted and now.data.keys() - change.after.keys()
        return problems or tuple(
            Problem(
                "kept_edited", {"approved": "", "present": shown(now.data[name])}, field=name, type=change.entity.name
            )
            for name in sorted(added or ())
        )

    def _blocked(self, change: NetChange, now: Stored, free: Data) -> list[Blocked]:
        """Why the old values cannot come back: their unique key is another's now, or what they refer to is gone."""
        blocked: list[Blocked] = []
        for key, value in unique_identities(change.entity, reverted(now.data, free)):
            if self._is_taken(change.record, key.space, value):
                problem = Problem("identity_taken", {"key": key.name}, field=key.fields[0], value=value)
                blocked.append((problem, key.fields))
        for name in change.entity.reference_fields:
            gone = [target for target in listed(free.get(name)) if not self._is_there(target)]
            blocked += [(Problem("kept_reference_gone", {"record": target}, field=name), (name,)) for target in gone]
        return blocked

    def _is_taken(self, record: int, space: str, value: str) -> bool:
        """Whether another record keeps the identity, or gets it by this undo."""
        owners = self._standing.owners(space, value)
        stay = [owner for owner in owners if owner != record and not self._gives_way(owner, space, value)]
        taker = self._come.get((space, value), self._settled.get((space, value), record))
        return bool(stay) or taker not in (record, *owners)

    def _gives_way(self, owner: int, space: str, value: str) -> bool:
        """Whether this undo takes the identity from its present owner, who got it in the run."""
        if owner in self._undone:
            return self._settled.get((space, value)) != owner
        change, now = self._changes.get(owner), self._now.get(owner)
        if change is None or now is None or owner in self._kept:
            return False
        if change.first == INSERT:
            if change.deleted and self._standing.now[owner].version != change.version:
                return False
            held = unique_identities(change.entity, now.data)
            fields = {name for key, found in held if (key.space, found) == (space, value) for name in key.fields}
            self._given_up.setdefault(owner, set()).update(fields)
            return True
        back = change.before if change.deleted else self._free(change, now)
        becomes = unique_identities(change.entity, reverted(now.data, back))
        return not any(key.space == space and found == value for key, found in becomes)

    def _is_there(self, target: int) -> bool:
        """Whether a record that is referred to is live, or will be again, or was not when the run began either."""
        found, change = self._now.get(target), self._changes.get(target)
        if found is None:
            return False
        if not found.deleted or target not in self._gone:
            return True
        return change is not None and change.deleted and target not in self._kept

    def _keep(self, change: NetChange, now: Stored | None, *problems: Problem) -> PlannedRow:
        self._kept.add(change.record)
        operation = _operation(SKIP, change, now)
        operation.problems = problems
        operation.code = problems[0].code if problems else "kept_edited"
        return _planned(change, operation)


def is_kept(row: PlannedRow) -> bool:
    """Whether something of this record stays as it is, against the undo."""
    return any(operation.problems for operation in row.operations)


def _planned(change: NetChange, operation: Operation) -> PlannedRow:
    return PlannedRow(Row(change.row, None), [operation], failed=operation.operation == SKIP)


def _operation(kind: str, change: NetChange, now: Stored | None) -> Operation:
    version = now.version if now is not None else 0
    return Operation(change.entity, kind, row=change.row, key=change.key, record=change.record, version=version)


def _is_back(name: str, change: NetChange, now: Stored) -> bool:
    """Whether the field is as it was before the run: an undo that kept something gave back the rest."""
    return same(now.data.get(name), change.before[name])


def _broken(change: NetChange, now: Stored, free: Data) -> list[Blocked]:
    """The rules that the record would break because only a part of it goes back."""
    rules = change.entity.rules if len(free) < len(change.before) else ()
    data = reverted(now.data, free)
    found = ((rule.check(data), rule.fields) for rule in rules if not free.keys().isdisjoint(rule.fields))
    return [(problem, fields) for problem, fields in found if problem is not None]


def _of_keys(change: NetChange) -> Problem:
    """Some key of it is another record's; which of them, only the store knows."""
    keys = [key for key in change.entity.keys if key.unique]
    touched = [key for key in keys if not change.before.keys().isdisjoint(key.fields)]
    return Problem("identity_taken", {"key": " / ".join(key.name for key in touched or keys)})


def _among(fields: tuple[str, ...], free: Data) -> tuple[str, ...]:
    """Those of the fields that were to go back; all that were, when none of them was."""
    return tuple(name for name in fields if name in free) or tuple(free)
