"""Exported items as a file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, BinaryIO, Final

import msgspec

from templates_app.sources.rows import SourceRefused

from .cells import JSON
from .tables import CsvTable, Table, XlsxTable, filling

DEFAULT_DELIMITER: Final = ";"
BATCH: Final = 500


def write_items(
    items: Iterable[Mapping[str, Any]],
    *,
    kind: str,
    columns: Sequence[str],
    out: BinaryIO,
    rows_name: str = "",
    delimiter: str = DEFAULT_DELIMITER,
    guard: bool = True,
) -> int:
    """Writes the items one by one and gives their number; memory does not grow with them.

    `rows_name` is the member of a JSON object, or the sheet, that the items stand under. Tables have the given columns;
    without any, those of the first item. `guard` puts an apostrophe before CSV cells that a spreadsheet would run as a
    formula: for people; switch it off where another system reads the file. JSON is exact. Raises ItemRefused for an
    item that a sheet cannot hold, SourceRefused for an unknown kind.
    """
    if kind == "json":
        return _write_json(items, out=out, rows_name=rows_name)
    first, items = _first_of(items)
    names = list(columns) or list(first)
    if kind == "csv":
        return _write_table(items, names, CsvTable(out, delimiter=delimiter, guard=guard))
    if kind == "xlsx":
        return _write_table(items, names, XlsxTable(out, sheet=rows_name, columns=names))
    raise SourceRefused("file_kind_unknown", kind=kind[:60])


def _first_of(items: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], Iterator[Mapping[str, Any]]]:
    remaining = iter(items)
    for first in remaining:
        return first, chain((first,), remaining)
    return {}, iter(())


def _write_table(items: Iterable[Mapping[str, Any]], names: list[str], table: Table) -> int:
    written = 0
    with filling(table):
        table.write(names)
        for item in items:
            table.write([item.get(name) for name in names])
            written += 1
    return written


def _write_json(items: Iterable[Mapping[str, Any]], *, out: BinaryIO, rows_name: str) -> int:
    out.write(b"{" + msgspec.json.encode(rows_name) + b":[" if rows_name else b"[")
    written = 0
    batch: list[bytes] = []
    for item in items:
        batch.append(b",\n" if written else b"\n")
        batch.append(JSON.encode(item))
        written += 1
        if len(batch) >= BATCH:
            out.write(b"".join(batch))
            batch.clear()
    out.write(b"".join(batch) + (b"\n]}" if rows_name else b"\n]"))
    return written
