"""A plan is data: operations, grouped by the rows that want them. Simulating is making one and not applying it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from sync_app.engine.records import Data
from sync_app.engine.sameness import differing
from templates_app.catalog.problems import Problem
from templates_app.catalog.types import EntityType
from templates_app.sources.rows import Row

INSERT: Final = "Insert"
UPDATE: Final = "Update"
DELETE: Final = "Delete"
UNCHANGED: Final = "Unchanged"
SKIP: Final = "Skip"
ERROR: Final = "Error"

OUTCOMES: Final = (INSERT, UPDATE, DELETE, UNCHANGED, SKIP, ERROR)
WRITES: Final = frozenset((INSERT, UPDATE, DELETE))
#: Codes of a Delete that takes an insert back, and of an Insert of a record that was deleted: as one that comes back
#: with what it had, or as one whose own insert was taken back, so that it is made again of what the row says.
INSERT_UNDONE: Final = "insert_undone"
REVIVED: Final = "revived"
INSERTED_AGAIN: Final = "inserted_again"
#: What is planned beside the rows: each such operation stands or falls alone.
MIRRORED: Final = frozenset(("mirror_marked", "mirror_deleted", "mirror_not_sure"))
BESIDE_ROWS: Final = MIRRORED | {"reference_set_later", "reference_not_set"}


@dataclass(slots=True)
class Operation:
    """One wanted change of one record, or the reason why there is none.

    `before` and `after` hold the changed fields only (None in `after` = emptied). `old` and `data` are the whole
    values before and after; they are for the applier and are not journalled. `version` is the one seen, 0 = the key
    matched nothing. `record` is negative while the record is only planned. `revived`: the record was deleted.
    """

    entity: EntityType
    operation: str
    row: int = 0
    item: str = ""
    key: str = ""
    record: int = 0
    version: int = 0
    before: Data = field(default_factory=dict)
    after: Data = field(default_factory=dict)
    old: Data | None = None
    data: Data | None = None
    code: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def writes(self) -> bool:
        return self.operation in WRITES

    @property
    def changed(self) -> tuple[str, ...]:
        return tuple(self.after) if self.operation != DELETE else ()


@dataclass(slots=True)
class PlannedRow:
    """What one source row comes to. A failed row writes nothing. `waiting`: it is planned again after the last row.

    `extra`: operations beside a row that was counted before (a reference set after the last row).
    """

    row: Row
    operations: list[Operation]
    failed: bool = False
    waiting: bool = False
    extra: bool = False


def changes(old: Data, new: Data) -> tuple[dict[str, Any], dict[str, Any]]:
    """(before, after) of the fields that differ, in order of name; a field absent on one side is None there."""
    names = differing(new, old)
    names += [name for name in old if name not in new]
    names.sort()
    return {name: old.get(name) for name in names}, {name: new.get(name) for name in names}


def set_aside(operation: Operation, *, planned: bool = False) -> Operation:
    """In a failed row what could stand is not written: `Skip row_failed`. What failed stays as it is.

    `planned`: its record is one that an earlier row of this run inserts.
    """
    if operation.operation == ERROR:
        return operation
    return Operation(
        entity=operation.entity,
        operation=SKIP,
        row=operation.row,
        item=operation.item,
        key=operation.key,
        record=operation.record if planned else max(operation.record, 0),
        version=operation.version,
        code="row_failed",
    )
