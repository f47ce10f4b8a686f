"""What every source gives: numbered rows, what was detected, and errors that name their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol

from templates_app.catalog.problems import Problem

NO_FAULTS: Final[Mapping[str, Problem]] = MappingProxyType({})


class Row(NamedTuple):
    """One row of a source. `number` counts from 1 in a JSON list, and is the line or sheet row in CSV and XLSX.

    `data` is a dict of source name -> value (a whole cell is text; JSON values as parsed, decimals as `Decimal`,
    spreadsheet dates as date or datetime), or, for JSON, whatever stands in the list. `parents` are the objects the
    list stands in, innermost first: `../x` climbs them. `problem` is set when the row itself cannot be read
    (`row_shape`, `row_not_object`): it fails, the others go on; `data` then holds what could be read. `faults` are
    single values that cannot be read, by name: the row fails where the template reads one of them. `cells`: it is a row
    of a table, whose texts stand for whatever their fields read in them.
    """

    number: int
    data: Any
    parents: tuple[Any, ...] = ()
    problem: Problem | None = None
    faults: Mapping[str, Problem] = NO_FAULTS
    cells: bool = False


@dataclass(frozen=True, slots=True)
class SourceFormat:
    """What was given or detected; kept on the run and reported. `header_row` counts from 1; 0 = there is none.

    `path` is where the rows of a JSON body stand, as resolved: names, and positions where a list was entered by
    position. `detected` are notes, each `code` or `code:value`; `notes.notes_of` gives them as problems with sentences.
    """

    kind: str
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 0
    columns: tuple[str, ...] = ()
    detected: tuple[str, ...] = ()
    path: tuple[str, ...] = ()


class Source(Protocol):
    """A parsed body. `rows()` may be called again and gives the same rows; it never holds all of them at once."""

    @property
    def format(self) -> SourceFormat: ...

    @property
    def total(self) -> int: ...

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        """The rows whose `number` is greater than `after`, in order."""
        ...


class SourceRefused(ValueError):
    """The body as a whole cannot be read. Nothing was written. `code`, `params`, and the place (line, column, path)."""

    def __init__(self, code: str, *, line: int = 0, column: int = 0, pointer: str = "", **params: str | int) -> None:
        super().__init__(code)
        self.problem = Problem(code=code, params=params)
        self.line = line
        self.column = column
        self.pointer = pointer
