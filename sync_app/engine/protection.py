"""Fields that a person changed last, and that this run must not overwrite."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final, Protocol

from sync_app.engine.plan import Operation
from sync_app.engine.records import Data, Stored
from templates_app.catalog.problems import Problem

KEPT: Final = "kept_by_hand"


class HandChanges(Protocol):
    """Knows whose each value is."""

    def by_hand(self, records: Collection[int]) -> Mapping[int, frozenset[str]]:
        """record -> those of its protected fields that a person changed last. A record without any is absent."""
        ...


class Protection:
    """Asked once a chunk for the records it may change; then keeps what is theirs in each."""

    def __init__(self, reader: HandChanges) -> None:
        self._reader = reader
        self._kept: Mapping[int, frozenset[str]] = {}

    def prepare(self, records: Iterable[int]) -> None:
        """From now on these records are spoken of."""
        wanted = [record for record in records if record > 0]
        self._kept = self._reader.by_hand(wanted) if wanted else {}

    def spared(self, existing: Stored, data: Data | None) -> tuple[Data | None, tuple[str, ...]]:
        """(the values without the changes that must not be, None when nothing differs any more; the fields kept)."""
        mine = self._kept.get(existing.id, frozenset())
        if data is None or not mine:
            return data, ()
        kept = tuple(sorted(name for name in mine if data.get(name) != existing.data.get(name)))
        spared = {name: value for name, value in data.items() if name not in kept}
        spared |= {name: existing.data[name] for name in kept if name in existing.data}
        return None if spared == existing.data else spared, kept


def noted(operation: Operation, kept: tuple[str, ...]) -> Operation:
    """The operation, which says what was kept."""
    if kept:
        operation.code = KEPT
        operation.problems = (Problem(KEPT, {"fields": ", ".join(kept)}, field=kept[0]),)
    return operation
