"""The first rows of a file that is too large to be kept whole, as a smaller file of the same kind."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from .heads import beginning_of
from .limits import Limits
from .open import kind_of, open_source
from .reading import Reading
from .rows import Source, SourceRefused
from .writers.tables import XlsxTable, filling, unread
from .xlsx_head import SHEET_BYTES, workbook_head

#: A workbook is written again with fewer rows so often before it is given up.
_TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class Cut:
    """`content` holds the first `rows` rows (0: of each sheet some) and is read by `reading`."""

    content: bytes
    reading: Reading
    rows: int


@dataclass(frozen=True, slots=True)
class _Whole:
    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)

    def head(self, length: int) -> bytes:
        return self.content[:length]

    def whole(self) -> bytes:
        return self.content


def first_part(body: bytes, *, size: int, name: str, reading: Reading, limits: Limits) -> Cut:
    """The first rows of a body in at most `size` bytes, of each sheet where several hold rows and none was named.

    Raises SourceRefused: `body_too_large` when none fit.
    """
    chosen = replace(reading, kind=reading.kind or kind_of(body, name=name))
    if chosen.kind == "xlsx":
        try:
            return _of_workbook(body, size, name, chosen, limits)
        except SourceRefused as refused:
            if refused.problem.code != "rows_needed":
                raise
            return _of_sheets(body, size, chosen)
    begun = beginning_of(body[:size], _Whole(body), name=name, reading=chosen, limits=limits)
    if begun is None or len(begun.content) > size + len(b"]}" * limits.max_depth):
        raise SourceRefused("body_too_large", limit=size)
    return Cut(begun.content, begun.reading, begun.source.total)


def _of_workbook(body: bytes, size: int, name: str, reading: Reading, limits: Limits) -> Cut:
    source = open_source(body, name=name, reading=reading, limits=limits)
    rows = max(1, int(source.total * size / len(body)))
    for _ in range(_TRIES):
        content = _written(source, rows)
        if len(content) <= size:
            return Cut(content, replace(reading, sheet=source.format.sheet), rows)
        rows = rows * 2 // 3
        if not rows:
            break
    raise SourceRefused("body_too_large", limit=size)


def _of_sheets(body: bytes, size: int, reading: Reading) -> Cut:
    """The first rows of every sheet: nobody said yet which one is meant. `rows` is not known then, and 0."""
    sheet_bytes = SHEET_BYTES
    for _ in range(_TRIES):
        head = workbook_head(body, sheet_bytes=sheet_bytes, packed=True)
        if head is not None and len(head.content) <= size:
            return Cut(head.content, reading, 0)
        sheet_bytes //= 2
    raise SourceRefused("body_too_large", limit=size)


def _written(source: Source, rows: int) -> bytes:
    """One sheet with the header where it stood. A cell keeps its value, or that it has none, not how it looked."""
    found, out = source.format, io.BytesIO()
    with filling(XlsxTable(out, sheet=found.sheet, columns=list(found.columns), cut=True)) as table:
        for _ in range(found.header_row - 1):
            table.write(())
        if found.header_row:
            table.write(found.columns)
        for row in islice(source.rows(), rows):
            cells = {**row.data, **unread(row.faults)}
            table.write([cells.get(name) for name in found.columns])
    return out.getvalue()
