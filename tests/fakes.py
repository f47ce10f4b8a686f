"""A record store in memory, with the same contract as the database's: the engine's reader, writer and export reader."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import msgspec

from sync_app.engine.plan import INSERT_UNDONE, Operation
from sync_app.engine.ports import RecordWrite, StaleWrite
from sync_app.engine.records import Data, Found, IdentityRow, Stored, identity_rows, match_forms, reference_targets
from templates_app.catalog.types import EntityType
from templates_app.language.drafts import ExportRecord


class IdentityTaken(RuntimeError):
    """What a unique index of a database says."""


@dataclass(slots=True, repr=False)
class Kept:
    """One record as the store keeps it."""

    entity: EntityType
    data: Data
    version: int
    deleted: bool

    def __repr__(self) -> str:
        return f"{self.entity.name} v{self.version}{' deleted' if self.deleted else ''} {self.data}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


@dataclass(slots=True)
class InMemoryRecords:
    """One brand's records. `queries` counts reads, as a database would be asked."""

    kept: dict[int, Kept] = field(default_factory=dict)
    identities: dict[tuple[str, str, int], int] = field(default_factory=dict)
    last: int = 0
    queries: int = 0
    #: record -> the code of the last operation that was told of it: as much of a journal as the store asks for.
    codes: dict[int, str] = field(default_factory=dict)

    # --- RecordReader

    def match(self, space: str, values: Collection[str]) -> Mapping[str, Sequence[Stored]]:
        return {value: [self._stored(i) for i in ids] for value, ids in self._found(space, values).items()}

    def find(self, space: str, values: Collection[str]) -> Mapping[str, Sequence[Found]]:
        return {
            value: [Found(i, self.kept[i].entity.name, self.kept[i].deleted) for i in ids]
            for value, ids in self._found(space, values).items()
        }

    def load(self, ids: Collection[int]) -> Mapping[int, Stored]:
        self.queries += 1
        return {i: self._stored(i) for i in ids if i in self.kept}

    def inserts_undone(self, ids: Collection[int]) -> Collection[int]:
        self.queries += 1
        return {i for i in ids if self.codes.get(i) == INSERT_UNDONE}

    def referrers(self, ids: Collection[int]) -> Mapping[int, Sequence[int]]:
        self.queries += 1
        found: dict[int, list[int]] = {}
        for record, row in self.kept.items():
            for _, _, target in reference_targets(row.entity, row.data) if not row.deleted else ():
                if target in ids:
                    found.setdefault(target, []).append(record)
        return found

    def _found(self, space: str, values: Collection[str]) -> dict[str, list[int]]:
        self.queries += 1
        found: dict[str, list[int]] = {}
        for (kept_space, value, _), record in self.identities.items():
            if kept_space == space and value in values:
                found.setdefault(value, []).append(record)
        return found

    def _stored(self, record: int) -> Stored:
        row = self.kept[record]
        return Stored(
            record, row.entity.name, deepcopy(row.data), row.version, row.deleted, row.entity.label_of(row.data)
        )

    # --- RecordWriter

    def reserve(self, count: int) -> Sequence[int]:
        return range(self.last + 1, self.last + 1 + count)

    def write(self, writes: Sequence[RecordWrite]) -> None:
        for write in writes:
            self._guard(write)
        for write in writes:
            if write.old is not None:
                for row in identities(write.entity, write.old, write.id):
                    self.identities.pop(row, None)
        for write in writes:
            self._write(write)

    def _guard(self, write: RecordWrite) -> None:
        now = self.kept.get(write.id)
        if write.old is None and now is not None:
            raise IdentityTaken(write.id)
        if write.old is not None and (now is None or now.version != write.expected):
            raise StaleWrite

    def _write(self, write: RecordWrite) -> None:
        self.last = max(self.last, write.id)
        now = self.kept.get(write.id)
        deleted = write.deleted or (now is not None and now.deleted and not write.was_deleted)
        self.kept[write.id] = Kept(write.entity, deepcopy(write.data), write.version, deleted)
        for row in identities(write.entity, write.data, write.id):
            if self.identities.setdefault(row, write.id) != write.id:
                raise IdentityTaken(row)

    # --- ExportReader

    def exported(self, ids: Collection[int]) -> Mapping[int, ExportRecord]:
        return {i: export_record(self._stored(i)) for i in ids if i in self.kept}

    def pointing(self, entity_type: str, field: str, targets: Collection[int]) -> Mapping[int, Sequence[int]]:
        found: dict[int, list[int]] = {}
        for record, row in sorted(self.kept.items()):
            if row.entity.name == entity_type and not row.deleted:
                for name, _, target in reference_targets(row.entity, row.data):
                    if name == field and target in targets:
                        found.setdefault(target, []).append(record)
        return found

    def labels(self, ids: Collection[int]) -> Mapping[int, str]:
        return {i: self._stored(i).label for i in ids if i in self.kept}

    # --- what tests ask

    def live(self, entity: str = "") -> dict[int, Data]:
        """id -> values of the records that are not deleted."""
        return {
            i: row.data for i, row in self.kept.items() if not row.deleted and (not entity or row.entity.name == entity)
        }

    def digest(self) -> str:
        """A hash over the live records' (type, id, data)."""
        rows = [(row.entity.name, i, row.data) for i, row in sorted(self.kept.items()) if not row.deleted]
        return hashlib.sha256(msgspec.json.encode(rows, order="sorted")).hexdigest()

    def copy(self) -> InMemoryRecords:
        return InMemoryRecords(deepcopy(self.kept), dict(self.identities), self.last, codes=dict(self.codes))

    def seed(self, entity: EntityType, *listed: Data) -> list[int]:
        """Records that are there before a test begins."""
        ids = list(self.reserve(len(listed)))
        self.write([RecordWrite(i, entity, dict(data), 1) for i, data in zip(ids, listed, strict=True)])
        return ids

    def tell(self, operations: Iterable[Operation]) -> None:
        """These were applied, in this order."""
        self.codes.update((operation.record, operation.code) for operation in operations if operation.writes)

    def edit(self, record: int, **values: object) -> None:
        """A change by somebody else; None empties a field."""
        row = self.kept[record]
        data = {name: value for name, value in {**row.data, **values}.items() if value is not None}
        self.write([RecordWrite(record, row.entity, data, row.version + 1, row.data, row.version, row.deleted)])

    def delete(self, record: int, *, back: bool = False) -> None:
        row = self.kept[record]
        self.codes.pop(record, None)
        change = RecordWrite(record, row.entity, row.data, row.version + 1, row.data, row.version, not back, back)
        self.write([change])

    @contextmanager
    def transaction(self) -> Iterator[InMemoryRecords]:
        """All that is written inside, or nothing."""
        before = self.copy()
        try:
            yield self
        except BaseException:
            self.kept, self.identities, self.last = before.kept, before.identities, before.last
            self.codes = before.codes
            raise


def export_record(stored: Stored) -> ExportRecord:
    return ExportRecord(stored.id, stored.type, stored.label, stored.data, stored.deleted)


def identities(entity: EntityType, data: Data, record: int) -> list[IdentityRow]:
    return identity_rows(entity, match_forms(entity, data), record)


def unfounded(records: InMemoryRecords) -> Iterable[object]:
    """Identities that do not follow from the values: none, ever."""
    wanted = {row: i for i, kept in records.kept.items() for row in identities(kept.entity, kept.data, i)}
    return wanted.items() ^ records.identities.items()
