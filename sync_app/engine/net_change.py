"""What one run did to one record, and what of it may be turned round."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sync_app.engine.plan import DELETE, INSERT, INSERT_UNDONE, INSERTED_AGAIN, REVIVED, Operation
from sync_app.engine.records import Data, Stored
from sync_app.engine.sameness import same
from templates_app.catalog.types import EntityType, Key


@dataclass(slots=True)
class NetChange:
    """What one run did to one record, all its operations taken together.

    `before` is what each changed field was first, `after` what it was last (None = empty). `version` is the one the
    run left. `began` and `revision` are the first and the last one it wrote there. `erased`: the record and what it
    held were erased since. `revived`: it had been deleted; `again`: by the undo of its insert. `insert_undone`: the
    last that the run did was to take its insert back.
    """

    entity: EntityType
    record: int
    row: int
    key: str
    before: Data = field(default_factory=dict)
    after: Data = field(default_factory=dict)
    first: str = ""
    revived: bool = False
    again: bool = False
    insert_undone: bool = False
    deleted: bool = False
    erased: bool = False
    version: int = 0
    began: int = 0
    revision: int = 0

    def add(self, operation: Operation, *, version: int, revision: int) -> None:
        """Take the record's next operation in."""
        if not self.first:
            self.first = operation.operation
            self.began = revision
            self.again = operation.code == INSERTED_AGAIN
            self.revived = self.again or operation.code == REVIVED
        for name, value in operation.after.items():
            self.before.setdefault(name, operation.before.get(name))
            self.after[name] = value
        self.deleted = operation.operation == DELETE
        self.insert_undone = operation.code == INSERT_UNDONE
        self.erased = self.erased or operation.code == "erased"
        self.version, self.revision = version, revision

    @property
    def inserted(self) -> bool:
        return self.first == INSERT and not self.revived

    def free(self, now: Stored) -> Data:
        """The values of before that may come back: of the fields that are as the run left them."""
        return {name: value for name, value in self.before.items() if same(now.data.get(name), self.after[name])}

    def referred(self) -> list[int]:
        """What the record referred to before."""
        return [target for name in self.entity.reference_fields for target in listed(self.before.get(name))]


def turn(change: NetChange) -> int:
    """When a record is undone: the deleted ones first, the inserted ones last, so that nothing holds on to them."""
    if change.first == INSERT:
        return 2
    return 0 if change.deleted else 1


def reverted(data: Data, before: Mapping[str, Any]) -> Data:
    """The values with those of before."""
    merged = {**data, **before}
    return {name: value for name, value in merged.items() if value is not None}


def unique_identities(entity: EntityType, data: Data) -> list[tuple[Key, str]]:
    """The identities that no other record may have beside one with these values."""
    pairs = [(key, entity.identity_of(key, data)) for key in entity.keys if key.unique]
    return [(key, value) for key, value in pairs if value is not None]


def listed(value: Any) -> list[int]:
    """The targets in the value of a reference field."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
