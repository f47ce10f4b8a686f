"""What may be asked of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from templates_app.sources.reading import Reading

OnError = Literal["skip", "stop", "atomic"]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """`simulate`: plan and report, write no record. `verbose`: keep `Unchanged` row by row in a real run too.

    `on_error`: `skip` leaves bad rows out and goes on; `stop` ends at the first bad row, what precedes stays; `atomic`
    writes all or nothing.
    """

    simulate: bool = False
    verbose: bool = False
    on_error: OnError = "skip"

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> ImportOptions:
        return cls(**{name: kept[name] for name in ("simulate", "verbose", "on_error") if name in kept})


@dataclass(frozen=True, slots=True)
class FileOptions:
    """How to read a file; what is not given is detected. `header_row` counts from 1, 0 = there is none."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int | None = None

    def reading(self, *, kind: str | None) -> Reading:
        """The same together with its kind; what a template says of its source is still to be added."""
        return Reading(kind=kind, **asdict(self))
