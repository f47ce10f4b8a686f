"""A delimited text file as numbered rows. Read once to see that it can be read, then again whenever rows are wanted."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from templates_app.catalog.problems import Problem

from .columns import Header, choose_header, filled_width, name_columns, shape_cells
from .csv_delimiter import DELIMITERS, SAMPLE_RECORDS, cuts, detect_delimiter
from .csv_text import NO_DELIMITER, Record, check_text, find_terminator, lines_of, plain_records, quoted_records
from .encodings import detect_encoding, known_encoding, marked_encoding
from .guards import GUARDED, all_guarded, is_failed_file, may_hold_guards, unguarded
from .header_names import WantedNames
from .limits import Limits
from .rows import Row, SourceFormat, SourceRefused

SAMPLE_LINES: Final = 4 * SAMPLE_RECORDS
ONLY_DELIMITERS: Final = "".join(DELIMITERS) + " \u00a0"
SEPARATOR_LINE: Final = "sep="


class CsvSource:
    """`Row.number` is the line where the record begins, from 1. `total` counts the rows, blank lines left out."""

    def __init__(
        self,
        view: memoryview,
        *,
        columns: tuple[str, ...],
        encoding: str,
        delimiter: str,
        header_row: int | None,
        names: WantedNames,
        limits: Limits,
    ) -> None:
        self._view = view
        self._limits = limits
        given_encoding = known_encoding(encoding) if encoding else ""
        self._encoding = marked_encoding(view) or given_encoding or detect_encoding(view)
        check_text(view, self._encoding)
        sample = list(islice(self._lines(), SAMPLE_LINES))
        self._delimiter = delimiter or _named_delimiter(sample) or detect_delimiter(sample)
        self._terminator = find_terminator(sample, self._delimiter)
        chosen = choose_header(self._records(), columns=columns, header_row=header_row, names=names)
        if chosen.number and not any(cell.strip(ONLY_DELIMITERS) for cell in chosen.cells):
            raise SourceRefused("table_empty")
        self._first_line = chosen.number
        self.total, widest = self._survey()
        # Our own files begin with this mark, and so do those a spreadsheet made of them; an editor may have dropped it.
        marked = bytes(view[:3]) == codecs.BOM_UTF8
        self._guarded = may_hold_guards(view) and (
            is_failed_file(chosen.cells) or (marked and all_guarded(record for _, record in self._records()))
        )
        if self._guarded:
            chosen = replace(chosen, cells=unguarded(chosen.cells))
        header = name_columns(chosen, widest=widest, given=columns)
        self._columns = header.columns
        if len(self._columns) > limits.max_fields:
            raise SourceRefused("too_many_fields", line=header.row, limit=limits.max_fields)
        self.format = self._format(header, given=(bool(encoding), bool(delimiter), header_row is not None))

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        columns, longest = self._columns, self._limits.max_text
        for number, cells in self._records():
            if number <= self._first_line or number <= after:
                continue
            data, problem = shape_cells(unguarded(cells) if self._guarded else cells, columns)
            if max(map(len, cells), default=0) > longest:
                problem = Problem(code="text_over_limit", params={"limit": longest})
            yield Row(number=number, data=data, problem=problem, cells=True)

    def _lines(self) -> Iterator[str]:
        return iter(lines_of(self._view, self._encoding))

    def _records(self) -> Iterator[Record]:
        if len(self._delimiter) > 1:
            found = plain_records(self._lines(), delimiter=self._delimiter, terminator=self._terminator)
        else:
            found = quoted_records(self._lines(), delimiter=self._delimiter or NO_DELIMITER, limits=self._limits)
        return (record for record in found if not _is_blank(record) and not _is_separator_line(record))

    def _survey(self) -> tuple[int, int]:
        """How many rows there are, and how many columns the widest fills."""
        total = widest = 0
        for number, cells in self._records():
            if number > self._first_line:
                total += 1
                if len(cells) > widest:
                    widest = max(widest, filled_width(cells))
        if total > self._limits.max_rows:
            raise SourceRefused("too_many_rows", limit=self._limits.max_rows)
        return total, widest

    def _format(self, header: Header, *, given: tuple[bool, bool, bool]) -> SourceFormat:
        encoding_given, delimiter_given, header_given = given
        notes = list(header.notes)
        if not encoding_given and not self._encoding.startswith("utf-8"):
            notes.insert(0, f"encoding_detected:{self._encoding}")
        if not delimiter_given and self._delimiter:
            notes.append(f"delimiter_detected:{self._delimiter}")
        if not header_given and header.row > 1:
            notes.append(f"header_detected:{header.row}")
        if self._guarded:
            notes.append(GUARDED)
        return SourceFormat(
            kind="csv",
            encoding=self._encoding,
            delimiter=self._delimiter,
            header_row=header.row,
            columns=header.columns,
            detected=tuple(notes),
        )


def _is_blank(record: Record) -> bool:
    return not any(cell.strip() for cell in record[1])


def _is_separator_line(record: Record) -> bool:
    """Excel's own first line, `sep=;`, is no data."""
    number, cells = record
    return number == 1 and cells[0].lower().startswith(SEPARATOR_LINE) and not any(cells[1:]) and len(cells[0]) <= 5


def _named_delimiter(lines: list[str]) -> str:
    first = lines[0].rstrip("\r\n").lower() if lines else ""
    named = first[len(SEPARATOR_LINE) :] if first.startswith(SEPARATOR_LINE) and len(first) == 5 else ""
    return named if cuts(named) else ""


def read_csv(
    view: memoryview,
    *,
    columns: tuple[str, ...] = (),
    encoding: str = "",
    delimiter: str = "",
    header_row: int | None = None,
    names: WantedNames = (),
    limits: Limits,
) -> CsvSource:
    """Raises SourceRefused. `header_row` 0 = no header line (made up names without `columns`); None = find it."""
    return CsvSource(
        view,
        columns=columns,
        encoding=encoding,
        delimiter=delimiter,
        header_row=header_row,
        names=names,
        limits=limits,
    )
