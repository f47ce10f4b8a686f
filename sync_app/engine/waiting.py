"""Rows that wait for a record another row may bring, each under the identity it asked for in vain."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

from sync_app.engine.merge import replaces
from sync_app.engine.plan import DELETE, SKIP, Operation
from templates_app.language.drafts import Draft, MappedRow

Wanted = tuple[str, str]


class Place(NamedTuple):
    """Where a reference was left open: the row, its Type (index and item), the field, and the record it wrote.

    `new`: the row inserted that record.
    """

    row: int
    type: int
    item: str
    field: str
    record: int
    new: bool = False


@dataclass(slots=True)
class Deferred:
    """A reference with `OnMissing="Null"` that no row has answered yet: set after the last row, if one does.

    `draft` holds that field only. `operation` wrote the record; None when that was before an interruption (`written`).
    `new`: the row inserted the record, so that the value is its first. `outdated`: a later row said otherwise.
    """

    draft: Draft
    row: int
    operation: Operation | None
    new: bool
    written: int = 0
    outdated: bool = False

    @property
    def record(self) -> int:
        return self.operation.record if self.operation is not None else self.written

    @property
    def field(self) -> str:
        return next(iter(self.draft.values))

    @property
    def place(self) -> Place:
        return Place(self.row, self.draft.plan.index, self.draft.item, self.field, self.record, self.new)


def alone(draft: Draft, field: str) -> Draft:
    """The draft with this field only."""
    return Draft(draft.plan, {field: draft.values[field]}, draft.key, draft.shown_key, draft.item)


def left_open(mapped: MappedRow, places: Iterable[Place]) -> Iterator[Deferred]:
    """The references of this row that were open when the run was interrupted."""
    drafts = {(draft.plan.index, draft.item): draft for draft in mapped.drafts}
    for place in places:
        draft = drafts.get((place.type, place.item))
        if draft is not None and place.field in draft.values:
            yield Deferred(alone(draft, place.field), place.row, None, place.new, place.record)


def by_place(deferred: Iterable[Deferred]) -> dict[tuple[int, str], Deferred]:
    """The latest open reference of each record and field."""
    return {(one.record, one.field): one for one in deferred}


class Overtaken:
    """What later rows said of the records of rows that wait: it holds, though the row that waited is written last."""

    def __init__(self) -> None:
        #: (type, key) -> field -> the last row that said it.
        self._said: dict[tuple[str, str], dict[str, int]] = {}

    def __bool__(self) -> bool:
        return bool(self._said)

    def wait(self, mapped: MappedRow) -> None:
        for draft in mapped.drafts:
            if draft.key is not None:
                self._said.setdefault((draft.plan.entity.name, draft.key), {})

    def tell(self, drafts: Iterable[Draft], row: int, operations: Iterable[Operation] | None = None) -> None:
        """A row stands. `operations`: what came of its drafts, where that is known."""
        kinds = repeat("") if operations is None else [operation.operation for operation in operations]
        for draft, kind in zip(drafts, kinds, strict=operations is not None) if self._said else ():
            said = self._said.get((draft.plan.entity.name, draft.key or ""))
            if said is not None and kind not in (SKIP, DELETE):
                named = (name for name, value in draft.values.items() if replaces(draft.plan, name, value))
                said.update((name, max(row, said.get(name, 0))) for name in named)

    def still(self, draft: Draft, row: int) -> frozenset[str]:
        """The fields of this draft that no later row has spoken of."""
        said = self._said.get((draft.plan.entity.name, draft.key or ""), {})
        return frozenset(name for name in draft.values if said.get(name, 0) <= row)


class WaitingRows:
    """A queue of rows. A row that has to wait again sleeps until its (space, value) is brought; the cost is linear."""

    def __init__(self, rows: Iterable[MappedRow]) -> None:
        self._ready = deque(rows)
        self._asleep: dict[Wanted, list[MappedRow]] = defaultdict(list)

    def __iter__(self) -> Iterator[MappedRow]:
        """The rows that may be tried now; more come while it runs."""
        while self._ready:
            yield self._ready.popleft()

    def sleep(self, row: MappedRow, wanted: Wanted) -> None:
        self._asleep[wanted].append(row)

    def wake(self, brought: Iterable[Wanted]) -> None:
        for identity in brought:
            self._ready.extend(self._asleep.pop(identity, ()))

    def left(self) -> list[MappedRow]:
        """Those that nothing woke, in the order of the source."""
        return sorted((row for rows in self._asleep.values() for row in rows), key=lambda mapped: mapped.row.number)
