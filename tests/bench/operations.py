"""What is measured, in the order in which each finds the state that the one before left, and the goals set for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OPERATIONS: Final = {
    "simulate": "simulation of a fresh import",
    "apply": "apply of that simulation",
    "fresh": "fresh import",
    "unchanged": "import again, nothing changed",
    "one_percent": "import again, 1 % changed",
    "all_changed": "import again, all changed",
    "undo": "undo of that import",
    "export": "export of everything to JSON",
}
SUBJECTS: Final = ("product", "floor", "ie_fast", "ie_diff", "ie_default")
#: Operations the peer does not have.
ALONE: Final = frozenset({"apply", "undo"})


@dataclass(frozen=True, slots=True)
class Goal:
    """`operation` of the product against `other`: at most `limit` times its time, or at least `limit` times its speed.

    `other` is a subject, or another operation of the product.
    """

    operation: str
    other: str
    limit: float
    faster: bool

    @property
    def sentence(self) -> str:
        wanted = (
            f"at least {self.limit:g} times as fast as" if self.faster else f"within {self.limit:g} times the time of"
        )
        return f"{self.operation}: {wanted} {self.other}"


GOALS: Final = (
    Goal("fresh", "floor", 2.5, faster=False),
    Goal("fresh", "ie_diff", 12, faster=True),
    Goal("unchanged", "ie_diff", 20, faster=True),
    Goal("all_changed", "ie_diff", 60, faster=True),
    Goal("simulate", "fresh", 1.0, faster=False),
    Goal("export", "floor", 2.0, faster=False),
)
#: A page of a list beside the empty view, and at most so many milliseconds where no index gives the order.
TIMES_EMPTY: Final = 3
SCAN_MILLISECONDS: Final = 1000
REPORT_MILLISECONDS: Final = 300
QUERIES_A_CHUNK: Final = 12
IMPORT_PEAK_MB: Final = 300
#: SQLite fills its page cache of 32 MB, whatever else an export holds.
EXPORT_GROWTH_MB: Final = 32
