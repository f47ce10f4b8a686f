"""Counting what a run did, so that the numbers add up (the invariants of a report)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sync_app.engine.plan import DELETE, ERROR, INSERT, SKIP, UNCHANGED, UPDATE, Operation, PlannedRow

COUNTED: Final = {
    INSERT: "inserted",
    UPDATE: "updated",
    UNCHANGED: "unchanged",
    DELETE: "deleted",
    SKIP: "skipped",
    ERROR: "failed",
}


@dataclass(slots=True)
class Tally:
    """Rows and, per entity type, operations by outcome. `unprocessed` rows were never planned."""

    rows: int = 0
    rows_ok: int = 0
    rows_failed: int = 0
    operations: dict[str, Counter[str]] = field(default_factory=dict)
    codes: Counter[str] = field(default_factory=Counter)

    def add(self, planned: Iterable[PlannedRow]) -> None:
        """Count these rows. A waiting row is not counted yet; an operation of row 0 belongs to no row."""
        for row in planned:
            if row.waiting:
                continue
            if row.failed:
                self.rows_failed += 1
            elif not row.extra:
                self.rows_ok += 1
            for operation in row.operations:
                self._operation(operation)

    def _operation(self, operation: Operation) -> None:
        name = operation.entity.name
        counter = self.operations.get(name)
        if counter is None:
            counter = self.operations[name] = Counter()
        counter[operation.operation] += 1
        if operation.code:
            self.codes[operation.code] += 1

    @property
    def unprocessed(self) -> int:
        return self.rows - self.rows_ok - self.rows_failed

    def by_type(self) -> dict[str, dict[str, int]]:
        """type -> outcome word -> count, with `operations` as their sum."""
        return {
            name: {
                "operations": counter.total(),
                **{word: counter[operation] for operation, word in COUNTED.items()},
            }
            for name, counter in sorted(self.operations.items())
        }

    def counts(self) -> dict[str, int]:
        """The totals of a report."""
        total: Counter[str] = Counter()
        for counter in self.operations.values():
            total.update(counter)
        return {
            "rows": self.rows,
            "rowsOk": self.rows_ok,
            "rowsFailed": self.rows_failed,
            "unprocessed": self.unprocessed,
            **{word: total[operation] for operation, word in COUNTED.items()},
        }

    def to_json(self) -> dict[str, Any]:
        """For the lease's progress: what a resumed run counts on from."""
        return {
            "rows": self.rows,
            "ok": self.rows_ok,
            "failed": self.rows_failed,
            "operations": {name: dict(counter) for name, counter in self.operations.items()},
            "codes": dict(self.codes),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Tally:
        """The reverse of `to_json`; an empty mapping gives an empty tally."""
        return cls(
            rows=kept.get("rows", 0),
            rows_ok=kept.get("ok", 0),
            rows_failed=kept.get("failed", 0),
            operations={name: Counter(counter) for name, counter in kept.get("operations", {}).items()},
            codes=Counter(kept.get("codes", {})),
        )
