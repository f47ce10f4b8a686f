"""Operations onto a store: real ids for provisional ones, one net write per record, whatever number of operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sync_app.engine.plan import DELETE, INSERT, Operation
from sync_app.engine.ports import RecordWrite, RecordWriter
from sync_app.engine.records import Data
from templates_app.catalog.types import EntityType


class Applier:
    """Applies the operations of one run, chunk after chunk.

    It remembers which real id each provisional one became (`ids`), since later chunks of a stored plan refer to them.
    """

    def __init__(self, *, writer: RecordWriter, ids: Mapping[int, int] | None = None) -> None:
        self._writer = writer
        self.ids: dict[int, int] = dict(ids or {})

    def apply(self, operations: Iterable[Operation]) -> None:
        """Write what these operations say. Operations get their real record ids, in `record` and in references."""
        listed = list(operations)
        writing = [operation for operation in listed if operation.writes]
        self._name(writing, listed)
        self._replace(writing)
        writes: dict[int, RecordWrite] = {}
        for operation in writing:
            write = writes.get(operation.record)
            if write is None:
                writes[operation.record] = _first(operation)
            else:
                _then(write, operation)
        self._writer.write(list(writes.values()))

    def _name(self, writing: list[Operation], listed: list[Operation]) -> None:
        # One may come, go and come back.
        new = dict.fromkeys(op.record for op in writing if op.operation == INSERT and op.record < 0)
        self.ids.update(zip(new, self._writer.reserve(len(new)) if new else (), strict=True))
        for operation in listed if self.ids else ():
            if operation.record < 0:
                operation.record = self.ids.get(operation.record, 0)

    def _replace(self, writing: list[Operation]) -> None:
        if not self.ids:
            return
        for operation in writing:
            after, data = operation.after, operation.data
            for values in (operation.before, after, data if data is not after else None):
                if values and not values.keys().isdisjoint(operation.entity.reference_fields):
                    replace_provisional(operation.entity, values, self.ids)


def replace_provisional(entity: EntityType, data: Data, ids: Mapping[int, int]) -> None:
    """Put real ids for provisional (negative) ones into the reference fields of `data`, in place."""
    for name in entity.reference_fields:
        value: Any = data.get(name)
        if isinstance(value, list):
            if any(target < 0 for target in value):
                data[name] = [ids.get(target, target) for target in value]
        elif isinstance(value, int) and value < 0:
            data[name] = ids.get(value, value)


def _first(operation: Operation) -> RecordWrite:
    deleting = operation.operation == DELETE
    return RecordWrite(
        operation.record,
        operation.entity,
        operation.data or {},
        operation.version + 1,
        operation.old,
        operation.version,
        deleted=deleting,
        was_deleted=operation.operation == INSERT and operation.old is not None,
    )


def _then(write: RecordWrite, operation: Operation) -> None:
    write.data = operation.data or {}
    write.version = operation.version + 1
    write.deleted = operation.operation == DELETE
