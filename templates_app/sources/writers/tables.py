"""Tables written row by row: a delimited text, or the sheet of a workbook."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, Protocol

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from templates_app.catalog.problems import Problem
from templates_app.sources.csv_delimiter import DELIMITERS
from templates_app.sources.guards import FORMULA_SIGNS, GUARD, MARKS, guarded

from .cells import MAX_CELL_TEXT, ItemRefused, sheet_value, text_of

NOT_IN_SHEET_NAMES: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
SUSPECT: Final = frozenset((*FORMULA_SIGNS, MARKS, GUARD))
# What the writer would take for a formula or an error value.
TAKEN_FOR_OTHERS: Final = frozenset("=#")
SHEET_NAME_LENGTH: Final = 31
SHEET_ROWS: Final = 1_048_576
LINE_END: Final = "\r\n"
#: Never calculated by us, and an error to every program that does calculate it.
NO_VALUE: Final = "=NA()"


@dataclass(frozen=True, slots=True)
class Unread:
    """A cell of a workbook that held no value: the `error` that it showed, or nothing, as no formula was calculated."""

    error: str = ""


def unread(faults: Mapping[str, Problem]) -> dict[str, Unread]:
    """The cells of a row that held no value: they hold none where they are written either, and are refused again."""
    return {name: Unread(str(fault.params.get("value", ""))) for name, fault in faults.items()}


class Table(Protocol):
    """Rows go in one by one; `close` writes what is left, `discard` lets go of it. The file itself stays open."""

    def write(self, cells: Sequence[Any]) -> None: ...

    def discard(self) -> None: ...

    def close(self) -> None: ...


class CsvTable:
    """Lines end with CR LF; a cell is quoted where it must be. `guard` keeps spreadsheets from running cells.

    A cell alone in its line is quoted where it holds what could be taken for a delimiter: nothing there names the true.
    """

    def __init__(self, out: BinaryIO, *, delimiter: str, guard: bool) -> None:
        # The mark tells spreadsheets, and our own reader, that this is UTF-8.
        out.write(codecs.BOM_UTF8)
        self._out = out
        self._writer = csv.writer(_Encoded(out), delimiter=delimiter, lineterminator=LINE_END)
        self._alone = csv.writer(_Encoded(out), delimiter=delimiter, lineterminator=LINE_END, quoting=csv.QUOTE_ALL)
        self._guard = guard

    def write(self, cells: Sequence[Any]) -> None:
        texts = [cell if type(cell) is str else text_of(cell) for cell in cells]
        if self._guard:
            texts = [guarded(text) if text[:1] in SUSPECT else text for text in texts]
        alone = len(texts) == 1 and any(sign in texts[0] for sign in DELIMITERS)
        (self._alone if alone else self._writer).writerow(texts)

    def discard(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        self._out.flush()


class PlainTable:
    """Cells cut by a delimiter of several signs, without quotation marks; every row has an end sign of its own.

    Cells that a spreadsheet would run are guarded.
    """

    def __init__(self, out: BinaryIO, *, delimiter: str) -> None:
        self._out = out
        self._delimiter = delimiter
        self._end = "&" * (len(delimiter) - 1) + delimiter[-1] + LINE_END
        out.write(codecs.BOM_UTF8)

    def write(self, cells: Sequence[Any]) -> None:
        texts = [guarded(text_of(cell).replace(self._delimiter, " ")) for cell in cells]
        self._out.write((self._delimiter.join(texts) + self._end).encode("utf-8", "replace"))

    def discard(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        self._out.flush()


class XlsxTable:
    """One sheet. A text is a text whatever it begins with: nothing becomes a formula.

    `cut`: of a text that no cell can hold the beginning is written; else such a text is refused.
    """

    def __init__(self, out: BinaryIO, *, sheet: str, columns: Sequence[str], cut: bool = False) -> None:
        self._out = out
        self._columns = columns
        self._cut = cut
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet(sheet_name(sheet))
        self._rows = 0

    def write(self, cells: Sequence[Any]) -> None:
        self._rows += 1
        if self._rows > SHEET_ROWS:
            raise ItemRefused("sheet_full", limit=SHEET_ROWS)
        self._sheet.append([self._cell(cell, position) for position, cell in enumerate(cells)])

    def discard(self) -> None:
        # The workbook holds an open temporary file until it has been saved somewhere.
        self._book.save(io.BytesIO())

    def close(self) -> None:
        self._book.save(self._out)

    def _cell(self, value: Any, position: int) -> Any:
        if isinstance(value, Unread):
            return self._unread(value)
        column = self._columns[position] if position < len(self._columns) else ""
        held = sheet_value(_begun(value) if self._cut else value, row=self._rows, column=column)
        if type(held) is not str or held[:1] not in TAKEN_FOR_OTHERS:
            return held
        cell = WriteOnlyCell(self._sheet, value=held)
        cell.data_type = "s"
        return cell

    def _unread(self, value: Unread) -> Any:
        """As one that holds no value here either. The formula itself would count with the cells of other rows here."""
        cell = WriteOnlyCell(self._sheet, value=value.error or NO_VALUE)
        cell.data_type = "e" if value.error else "f"
        return cell


def _begun(value: Any) -> Any:
    """As much of a value as a cell can hold."""
    text = text_of(value) if isinstance(value, str | list | tuple | dict) else ""
    return text[:MAX_CELL_TEXT] if len(text) > MAX_CELL_TEXT else value


class _Encoded:
    """What the csv module needs of a file; the file itself takes bytes."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, text: str) -> int:
        return self._out.write(text.encode("utf-8", "replace"))


@contextmanager
def filling(table: Table) -> Iterator[Table]:
    """Closes the table once it is full, and discards it when filling it fails."""
    try:
        yield table
    except BaseException:
        table.discard()
        raise
    table.close()


def sheet_name(wanted: str) -> str:
    return NOT_IN_SHEET_NAMES.sub("-", wanted).strip("' ")[:SHEET_NAME_LENGTH] or "Data"
