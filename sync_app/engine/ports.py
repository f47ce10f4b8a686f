"""What the engine asks of the world: a store to read and write records, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sync_app.engine.records import Data, Found, Stored
from templates_app.catalog.types import EntityType


class RecordReader(Protocol):
    """Reads one brand's records. Deleted records are found too: they keep their identities."""

    def match(self, space: str, values: Collection[str]) -> Mapping[str, Sequence[Stored]]:
        """value -> the records with that identity, whole. A value nobody has is absent."""
        ...

    def find(self, space: str, values: Collection[str]) -> Mapping[str, Sequence[Found]]:
        """value -> the records with that identity, without their values."""
        ...

    def load(self, ids: Collection[int]) -> Mapping[int, Stored]:
        """id -> record. An id of another brand, or none at all, is absent."""
        ...

    def inserts_undone(self, ids: Collection[int]) -> Collection[int]:
        """Those of these deleted records of which the last change was that their insert was undone."""
        ...

    def referrers(self, ids: Collection[int]) -> Mapping[int, Sequence[int]]:
        """target id -> ids of the live records that refer to it."""
        ...


@dataclass(slots=True)
class RecordWrite:
    """The net change of one record in one chunk. `old` None = new; `expected` is the version it must still have.

    What is neither `deleted` nor `was_deleted` stays live, or deleted, as it is.
    """

    id: int
    entity: EntityType
    data: Data
    version: int
    old: Data | None = None
    expected: int = 0
    deleted: bool = False
    was_deleted: bool = False


class RecordWriter(Protocol):
    """Writes one brand's records inside a transaction that holds the brand's lock."""

    def reserve(self, count: int) -> Sequence[int]:
        """Ids for records to be inserted now."""
        ...

    def write(self, writes: Sequence[RecordWrite]) -> None:
        """Insert and update records with their identities and references. Raises `StaleWrite`."""
        ...


class StaleWrite(RuntimeError):
    """A record did not have the version the plan saw, though the lock was held: the transaction must roll back."""
