"""One row of a body that was read before. What came before it is not parsed again, and nothing else is checked."""

from __future__ import annotations

import codecs
import re
from itertools import islice
from typing import Final

from templates_app.catalog.problems import Problem

from .columns import shape_cells
from .csv_text import NO_DELIMITER, lines_of, quoted_records
from .guards import GUARDED, unguarded
from .json_source import JsonSource
from .limits import Limits
from .open import open_source
from .reading import Reading
from .rows import Row, Source, SourceFormat

#: In these a line end is the byte of its sign, and no byte of another sign looks like it.
PLAIN_ENDS: Final = frozenset(("utf-8", "utf-8-sig", "ascii", "cp1252", "iso8859-1", "iso8859-15"))
BROKEN_ENDS: Final = re.compile(rb"\r\n|\r|\n")


def read_row(
    body: bytes, number: int, *, known: SourceFormat, rows_path: str, columns: tuple[str, ...], limits: Limits
) -> Row | None:
    """The row of this number, as `open_source` gave it when it found the format `known`; None where there is none.

    `rows_path` and `columns` are those of the template. Raises SourceRefused.
    """
    if _has_lines(known):
        return _of_table(body, number, known=known, limits=limits)
    if known.kind == "json":
        source = JsonSource(body, rows_path=rows_path, columns=columns, limits=limits, checked=True)
        return _numbered(source, number)
    reading = Reading(
        kind=known.kind,
        rows_path=rows_path,
        columns=columns,
        encoding=known.encoding,
        delimiter=known.delimiter,
        sheet=known.sheet,
        header_row=known.header_row,
    )
    return _numbered(open_source(body, reading=reading, limits=limits), number)


def line_start(body: bytes, line: int) -> int | None:
    """Where this line begins, counted from 1 as tables are read; None behind the last one."""
    if body.count(b"\r") != body.count(b"\r\n"):
        ends = (found.end() for found in islice(BROKEN_ENDS.finditer(body), max(line - 2, 0), None))
        return 0 if line == 1 else next(ends, None)
    start = 0
    for _ in range(line - 1):
        start = body.find(b"\n", start) + 1
        if not start:
            return None
    return start


def _numbered(source: Source, number: int) -> Row | None:
    found = next(iter(source.rows(after=number - 1)), None)
    return found if found is not None and found.number == number else None


def _has_lines(known: SourceFormat) -> bool:
    return known.kind == "csv" and len(known.delimiter) <= 1 and codecs.lookup(known.encoding).name in PLAIN_ENDS


def _of_table(body: bytes, number: int, *, known: SourceFormat, limits: Limits) -> Row | None:
    """The number of a row is the line where it begins."""
    start = line_start(body, number)
    if start is None or number <= known.header_row:
        return None
    lines = iter(lines_of(memoryview(body)[start:], known.encoding))
    records = quoted_records(lines, delimiter=known.delimiter or NO_DELIMITER, limits=limits)
    begins, cells = next(records, (0, []))
    if begins != 1 or not any(cell.strip() for cell in cells):
        return None
    data, problem = shape_cells(unguarded(cells) if GUARDED in known.detected else cells, known.columns)
    if max(map(len, cells), default=0) > limits.max_text:
        problem = Problem(code="text_over_limit", params={"limit": limits.max_text})
    return Row(number=number, data=data, problem=problem, cells=True)
