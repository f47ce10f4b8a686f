"""A workbook's sheet as numbered rows: typed cells, formulas as the values they had when the file was saved."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from templates_app.catalog.problems import Problem

from .columns import choose_header, free_name, name_columns
from .header_names import WantedNames
from .limits import Limits
from .nearest import nearest
from .rows import NO_FAULTS, Row, SourceFormat, SourceRefused
from .xlsx_faults import unread_cells
from .xlsx_zip import check_workbook

MIDNIGHT: Final = time()
#: Whole numbers below have no more digits than a sheet shows.
ALL_SHOWN: Final = 10**15
#: So many sheets with data are named where one has to be chosen.
SHEETS_TOLD: Final = 20
#: So many merged cells are named.
MERGED_TOLD: Final = 3


class XlsxSource:
    """`Row.number` is the row of the sheet, from 1. Rows without any value are left out. An empty cell is None."""

    def __init__(
        self,
        view: memoryview,
        *,
        sheet: str,
        columns: tuple[str, ...],
        header_row: int | None,
        names: WantedNames,
        limits: Limits,
    ) -> None:
        file = io.BytesIO(view)
        check_workbook(view, file, limits=limits)
        self._limits = limits
        self._sheet = _choose_sheet(_open(file), sheet)
        unread = unread_cells(file, self._sheet.name)
        self._faults, self._codes = unread.faults, unread.codes
        named = ((number, [*map(_name, cells)]) for number, cells in self._filled_rows(after=0))
        chosen = choose_header(named, columns=columns, header_row=header_row, names=names)
        self._header_row = chosen.number
        self.total, widest = self._survey()
        header = name_columns(chosen, widest=widest, given=columns)
        self._columns = header.columns
        if len(self._columns) > limits.max_fields:
            raise SourceRefused("too_many_fields", line=header.row, limit=limits.max_fields)
        notes = list(header.notes)
        if header_row is None and header.row > 1:
            notes.append(f"header_detected:{header.row}")
        if tall := unread.tall(after=header.row):
            notes.append(f"cells_merged:{', '.join([*tall[:MERGED_TOLD], *('…' for _ in tall[MERGED_TOLD:][:1])])}")
        self.format = SourceFormat(
            kind="xlsx",
            sheet=self._sheet.name,
            header_row=header.row,
            columns=header.columns,
            detected=(*notes, *(() if sheet else (f"sheet_detected:{self._sheet.name}",))),
        )

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        columns, longest = self._columns, self._limits.max_text
        for number, read in self._filled_rows(after=max(after, self._header_row)):
            codes = self._codes.get(number)
            cells = read if codes is None else [codes.get(column, cell) for column, cell in enumerate(read, start=1)]
            data = dict(zip(columns, map(_typed, cells), strict=False))
            problem = None
            if any(type(cell) is str and len(cell) > longest for cell in cells):
                problem = Problem(code="text_over_limit", params={"limit": longest})
            elif any(cell != "" for cell in cells[len(columns) :]):
                problem = Problem(code="row_shape", params={"expected": len(columns), "found": _width(cells)})
                for position, cell in enumerate(cells[len(columns) :], start=len(columns) + 1):
                    data[free_name("column", set(data), start=position)] = _typed(cell)
            yield Row(number=number, data=data, problem=problem, faults=self._faults_of(number, data), cells=True)

    def _faults_of(self, number: int, data: dict[str, Any]) -> Mapping[str, Problem]:
        """The faults of a row by the names of their columns; what stands there is what the sheet shows."""
        if number not in self._faults:
            return NO_FAULTS
        names = [*data, *self._columns[len(data) :]]
        faults = {names[column - 1]: fault for column, fault in self._faults[number].items() if column <= len(names)}
        data.update({name: fault.params.get("value") for name, fault in faults.items()})
        return faults

    def _filled_rows(self, *, after: int) -> Iterator[tuple[int, list[Any]]]:
        """Each from column A on. The reader begins at the first row, but at the first column in use.

        It knows no faults: what is after its last row is a row all the same where there is one.
        """
        before: list[Any] = [""] * (self._sheet.start or (0, 0))[1]
        number = 0
        for number, cells in enumerate(self._sheet.iter_rows(), start=1):
            if number > after and (number in self._faults or any(cell != "" for cell in cells)):
                yield number, before + cells
        yield from ((beyond, before) for beyond in sorted(self._faults) if beyond > max(number, after))

    def _survey(self) -> tuple[int, int]:
        """How many rows there are, and how many columns the widest fills."""
        total = widest = 0
        for _, cells in self._filled_rows(after=self._header_row):
            total += 1
            widest = max(widest, _width(cells))
        if total > self._limits.max_rows:
            raise SourceRefused("too_many_rows", limit=self._limits.max_rows)
        return total, widest


def _open(file: io.BytesIO) -> CalamineWorkbook:
    file.seek(0)
    try:
        return CalamineWorkbook.from_filelike(file)
    except (CalamineError, OSError, ValueError):
        raise SourceRefused("workbook_broken") from None


def _choose_sheet(workbook: CalamineWorkbook, wanted: str) -> CalamineSheet:
    """The named sheet, else the only one with data. Letter case and outer blanks of the name do not count."""
    names = [about.name for about in workbook.sheets_metadata if about.typ == SheetTypeEnum.WorkSheet]
    if wanted:
        folded = {name.strip().casefold(): name for name in names}
        name = wanted if wanted in names else folded.get(wanted.strip().casefold(), "")
        if not name:
            if not names:
                raise SourceRefused("table_empty")
            raise SourceRefused("sheet_not_found", name=wanted[:60], nearest=nearest(wanted, names))
        return _sheet(workbook, name)
    first, filled = None, []
    for sheet in (_sheet(workbook, name) for name in names):
        if sheet.height and sheet.width:
            # One alone is kept: a small workbook may call one large sheet by a thousand names.
            first = first or sheet
            filled.append(sheet.name)
        if len(filled) > SHEETS_TOLD:
            break
    if first is None:
        raise SourceRefused("table_empty")
    if len(filled) > 1:
        raise SourceRefused("rows_needed", names=", ".join(filled)[:500])
    return first


def _sheet(workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_name(name)
    except (CalamineError, OSError, ValueError):
        raise SourceRefused("workbook_broken") from None


def _typed(cell: Any) -> Any:
    """A number as sheets show it, a day without its midnight, a span as `26:30:00`, nothing for an empty cell."""
    if type(cell) is str:
        return cell or None
    if type(cell) is float:
        return _number(cell)
    if isinstance(cell, timedelta):
        return _span(cell)
    if isinstance(cell, datetime) and cell.time() == MIDNIGHT:
        return cell.date()
    return cell


def _number(cell: float) -> int | Decimal | str:
    """The number a sheet means: of the binary fraction it keeps, the 15 digits that it shows."""
    if not math.isfinite(cell):
        return str(cell)
    if cell.is_integer():
        return int(cell) if abs(cell) < ALL_SHOWN else int(Decimal(f"{cell:.15g}"))
    return Decimal(f"{cell:.15g}")


def _span(cell: timedelta) -> str:
    minutes, seconds = divmod(abs(round(cell.total_seconds())), 60)
    sign = "-" if cell < timedelta() else ""
    return f"{sign}{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"


def _name(cell: Any) -> str:
    """A header cell, or a cell looked at while the header is sought, as text."""
    value = _typed(cell)
    if value is None:
        return ""
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def _width(cells: list[Any]) -> int:
    return max((position for position, cell in enumerate(cells, start=1) if cell != ""), default=0)


def read_xlsx(
    view: memoryview,
    *,
    sheet: str = "",
    columns: tuple[str, ...] = (),
    header_row: int | None = None,
    names: WantedNames = (),
    limits: Limits,
) -> XlsxSource:
    """Raises SourceRefused. `sheet` is needed when more than one sheet has data; `header_row` as for CSV."""
    return XlsxSource(view, sheet=sheet, columns=columns, header_row=header_row, names=names, limits=limits)
