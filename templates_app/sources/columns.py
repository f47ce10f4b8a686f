"""Headers: which row is one, and what its columns are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from templates_app.catalog.problems import Problem

from .header_doubt import looks_like_names, looks_like_values, plain_words
from .header_names import WantedNames, row_with_names
from .rows import SourceRefused

HEADER_SHARE: Final = 0.7
#: So many names make a header that reaches the last column, whatever their share.
NEARLY_FULL: Final = 2
#: Fewer words than these are a title.
FEWEST_NAMES: Final = 2
LOOKED_AT: Final = 100


@dataclass(frozen=True, slots=True)
class Header:
    """`row` counts from 1 among the rows shown to `find_header`; 0 = none."""

    row: int
    columns: tuple[str, ...]
    notes: tuple[str, ...] = ()


def find_header(rows: Sequence[Sequence[str]]) -> int:
    """The row (from 1) that names the columns: the first as filled as the rows are wide. 0 when there is no row.

    A line before the header (a title, a date, a note) fills fewer cells than the table has columns, and not its last.
    A header may leave one column without a name (that of the row numbers). Where no row is that full it is the first
    with any value.
    """
    spans = [_span(row) for row in rows if filled_width(row)]
    left = min((first for first, _ in spans), default=0)
    widths = Counter(end - left for _, end in spans)
    if not widths:
        return 0
    usual = max(widths, key=lambda width: (widths[width], width))
    for number, row in enumerate(rows, start=1):
        filled = sum(1 for cell in row if cell.strip())
        nearly = filled >= max(NEARLY_FULL, usual - 1) and filled_width(row) - left >= usual
        if nearly or filled >= max(1, usual * HEADER_SHARE):
            return number
    return next(number for number, row in enumerate(rows, start=1) if filled_width(row))


def _span(row: Sequence[str]) -> tuple[int, int]:
    """From which to before which cell the row is filled."""
    return next(position for position, cell in enumerate(row) if cell.strip()), filled_width(row)


def filled_width(row: Sequence[str]) -> int:
    """The position of the last cell that is not blank, from 1; 0 when all are."""
    end = len(row)
    while end and not row[end - 1].strip():
        end -= 1
    return end


@dataclass(frozen=True, slots=True)
class Chosen:
    """The row that names the columns: its number, 0 = there is none, and its cells, or the given columns.

    `doubtful`: nobody said so, and it looks like the rows below it. `width`: how many cells a row without header has.
    """

    number: int
    cells: list[str]
    doubtful: bool = False
    width: int = 0


def choose_header(
    rows: Iterator[tuple[int, list[str]]],
    *,
    columns: tuple[str, ...],
    header_row: int | None,
    names: WantedNames = (),
) -> Chosen:
    """Which row names the columns; where nobody said so, that of the `names` wanted. Raises SourceRefused.

    A table whose first row repeats the columns that were given, or made up, for want of a header has one after all;
    where it was said that there is none, only if more stands beside them, as in a file of failed rows.
    """
    if columns:
        first = next((row for row in rows if row[0] >= (header_row or 0)), None)
        if first and _repeats(first[1], columns) and (header_row != 0 or filled_width(first[1]) > len(columns)):
            return Chosen(*first)
        return Chosen(header_row or 0, [*columns])
    if not header_row:
        sample = list(islice(rows, LOOKED_AT))
        return _without_header(sample) if header_row == 0 else _found_header(sample, names)
    for number, cells in rows:
        if number >= header_row:
            return Chosen(number, cells)
    raise SourceRefused("header_not_found", line=header_row)


def _repeats(cells: list[str], columns: tuple[str, ...]) -> bool:
    return [cell.strip() for cell in cells[: len(columns)]] == [*columns]


def _found_header(sample: Sequence[tuple[int, list[str]]], names: WantedNames) -> Chosen:
    table = [cells for _, cells in sample]
    looks = find_header(table)
    if not looks:
        raise SourceRefused("table_empty")
    if looks == 2 and sample[1][0] == sample[0][0] + 1 and _lacks_last_names(table):
        looks = 1
    named = row_with_names(table, names, otherwise=looks)
    number, cells = sample[(named or looks) - 1]
    return Chosen(number, cells, doubtful=not named and looks_like_values(cells, table[looks:]))


def _lacks_last_names(table: Sequence[list[str]]) -> bool:
    """Whether the first row is a header that names at least half of the columns, not the last, above rows of values.

    A title over a table is told from it by the row below, which then names what follows.
    """
    first, second, *below = table
    words, width = plain_words(first), filled_width(second)
    half = len(words) >= FEWEST_NAMES and 2 * len(words) >= width and bool(first[0].strip())
    return half and filled_width(first) < width <= len(first) and not looks_like_names(second, below)


def _without_header(sample: Sequence[tuple[int, list[str]]]) -> Chosen:
    if not sample:
        raise SourceRefused("table_empty")
    number, cells = sample[0]
    if [cell.strip() for cell in cells[:2]] == made_up(min(len(cells), 2)):
        return Chosen(number, cells)
    widths = Counter(len(cells) for _, cells in sample)
    return Chosen(0, [], width=max(widths, key=lambda width: (widths[width], width)))


def made_up(count: int) -> list[str]:
    """The names of columns that have none: `column_1` and so on."""
    return [f"column_{position}" for position in range(1, count + 1)]


def name_columns(chosen: Chosen, *, widest: int, given: tuple[str, ...] = ()) -> Header:
    """The names of a header row, or the given ones where there is none, or made up ones.

    Outer blanks go, a second `Date` becomes `Date_2`, a nameless column is called by its position. Columns at the end
    that are nameless and empty in all rows go; `widest` is the width of the rows that are to follow.
    """
    row, header = chosen.number, chosen.cells
    if given and tuple(header) == given:
        return Header(row=row, columns=given)
    if not row:
        return Header(row=0, columns=tuple(made_up(min(chosen.width, widest))), notes=("header_absent",))
    cells = [cell.strip() for cell in header[: max(filled_width(header), widest)]]
    notes = [f"header_doubtful:{row}"] if chosen.doubtful else []
    notes += [f"columns_empty:{len(header) - len(cells)}"] if len(header) > len(cells) else []
    taken = set(cells)
    names: list[str] = []
    for position, cell in enumerate(cells, start=1):
        if cell and cell not in names:
            names.append(cell)
            continue
        notes.append(f"header_repeated:{cell}" if cell else f"header_unnamed:{position}")
        names.append(free_name(cell or "column", taken, start=2 if cell else position))
        taken.add(names[-1])
    return Header(row=row, columns=tuple(names), notes=tuple(notes))


def free_name(name: str, taken: set[str], *, start: int) -> str:
    """`name_2`, or with the first later number that is not taken."""
    number = start
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def shape_cells(cells: list[str], columns: tuple[str, ...]) -> tuple[dict[str, str], Problem | None]:
    """One line under its columns. Empty cells beyond the last column are no fault; any other difference is."""
    expected = len(columns)
    if len(cells) != expected:
        while len(cells) > expected and not cells[-1].strip():
            cells.pop()
        if len(cells) != expected:
            return _misshapen(cells, columns)
    return dict(zip(columns, cells, strict=True)), None


def _misshapen(cells: list[str], columns: tuple[str, ...]) -> tuple[dict[str, str], Problem]:
    data = dict(zip(columns, cells, strict=False))
    for position, cell in enumerate(cells[len(columns) :], start=len(columns) + 1):
        data[free_name("column", set(data), start=position)] = cell
    return data, Problem(code="row_shape", params={"expected": len(columns), "found": len(cells)})
