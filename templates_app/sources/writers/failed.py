"""The file of the rows that failed: as they came, with what was wrong, to be repaired and imported again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

from templates_app.catalog.problems import Problem
from templates_app.sources.guards import ADDED
from templates_app.sources.rows import SourceFormat

from .nested import NestedRows
from .tables import CsvTable, PlainTable, Table, XlsxTable, filling, unread

ONE_COLUMN_DELIMITER: Final = ";"


@dataclass(frozen=True, slots=True)
class FailedItem:
    """One row as its source gave it (`data`, `parents`, `faults`), its number there, and why it failed."""

    number: int
    data: Any
    code: str
    message: str
    parents: tuple[Any, ...] = ()
    faults: Mapping[str, Problem] = field(default_factory=dict)


def write_failed(rows: Iterable[FailedItem], *, format: SourceFormat, out: BinaryIO, own: bool = False) -> int:
    """Writes the rows in the kind of their source and gives their number.

    Same columns, order and values, in the same place (row of the header, sheet, path), then `row`, `code`, `message`:
    the same template reads it, and ignores these three. Where the source's last columns are those three, as in such a
    file, they are replaced, unless they are its `own`: then, and where the source has one of the names elsewhere, ours
    is numbered. A line with too few cells stays so, with ours at its end: it is refused until it was repaired, whereas
    one that was filled up would empty fields. Cells that a spreadsheet would run have a guard, which reading takes away
    again, as from every such file. Text is UTF-8 with a mark, which beats the encoding given for the original.
    """
    if format.kind == "json":
        return _write_nested(rows, format, out, own=own)
    kept = format.columns if own else _without_added(format.columns)
    names = [*kept, *_added_names(kept)]
    written = 0
    with filling(_table(format, names, out)) as table:
        # The header stands in the row where it stood, so that options given for the original hold for this file.
        for _ in range(format.header_row - 1):
            table.write(())
        table.write(names)
        for row in rows:
            data = {**row.data, **unread(row.faults)} if isinstance(row.data, Mapping) else {}
            table.write([*_cells(data, kept, format), row.number, row.code, row.message, *_beyond(data, format)])
            written += 1
    return written


def _table(format: SourceFormat, names: list[str], out: BinaryIO) -> Table:
    if format.kind == "xlsx":
        return XlsxTable(out, sheet=format.sheet, columns=names, cut=True)
    if len(format.delimiter) > 1:
        return PlainTable(out, delimiter=format.delimiter)
    return CsvTable(out, delimiter=format.delimiter or ONE_COLUMN_DELIMITER, guard=True)


def _cells(data: Mapping[str, Any], kept: tuple[str, ...], format: SourceFormat) -> list[Any]:
    """The row under its columns; of a line with too few cells those it has, without what such a file had added."""
    if format.kind != "csv" or len(data) >= len(set(format.columns)):
        return [*map(data.get, kept)]
    cells = list(data.values())
    added = kept != format.columns and len(cells) > len(ADDED) and cells[-len(ADDED)].isdigit()
    return cells[: -len(ADDED)] if added else cells


def _beyond(data: Mapping[str, Any], format: SourceFormat) -> list[Any]:
    """What stood beyond the columns stays beyond them, so that nothing of it is lost."""
    known = set(format.columns)
    return [value for name, value in data.items() if name not in known]


def _without_added(columns: tuple[str, ...]) -> tuple[str, ...]:
    return columns[: -len(ADDED)] if columns[-len(ADDED) :] == ADDED else columns


def _added_names(taken: Iterable[str]) -> list[str]:
    found = set(taken)
    names: list[str] = []
    for name in ADDED:
        number = 1
        while (name if number == 1 else f"{name}_{number}") in found:
            number += 1
        names.append(name if number == 1 else f"{name}_{number}")
    return names


def _write_nested(rows: Iterable[FailedItem], format: SourceFormat, out: BinaryIO, *, own: bool) -> int:
    nested = NestedRows(out, path=format.path)
    written = 0
    for row in rows:
        data = dict(row.data) if isinstance(row.data, Mapping) else {"value": row.data}
        if not own and tuple(data)[-len(ADDED) :] == ADDED:
            data = {name: value for name, value in data.items() if name not in ADDED}
        added = zip(_added_names(data), (row.number, row.code, row.message), strict=True)
        nested.write({**data, **dict(added)}, parents=row.parents)
        written += 1
    nested.close()
    return written
