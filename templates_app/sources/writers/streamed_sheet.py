"""A workbook of one sheet, piece by piece: its zip is written while its rows come, and nothing waits for the end."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

from .cells import sheet_value
from .tables import SHEET_ROWS, sheet_name

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CONTENT: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
ROWS_AT_ONCE: Final = 500
LEVEL: Final = 3


class _Pipe(io.RawIOBase):
    """Takes what the zip writes, and gives it away. It cannot seek, so the zip writes each size after its content."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self._pieces.append(bytes(content))
        return len(content)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def stream_sheet(
    rows: Iterable[Sequence[Any]], *, columns: Sequence[str], name: str, full: Callable[[], Exception]
) -> Iterator[bytes]:
    """The file in pieces. Every text is a text, whatever it begins with. Raises `full()` beyond the rows of a sheet."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as book:
        for path, text in _frame(name):
            book.writestr(path, HEAD + text)
        with book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{_row(columns, 1, columns)}'.encode())
            lines: list[str] = []
            for number, row in enumerate(rows, start=2):
                if number > SHEET_ROWS:
                    raise full()
                lines.append(_row(row, number, columns))
                if len(lines) >= ROWS_AT_ONCE:
                    sheet.write("".join(lines).encode())
                    lines.clear()
                    yield pipe.taken()
            sheet.write(f"{''.join(lines)}</sheetData></worksheet>".encode())
    yield pipe.taken()


def _frame(name: str) -> list[tuple[str, str]]:
    """The parts of a workbook that say where its sheet is."""
    parts = "".join(
        f'<Override PartName="{path}" ContentType="{CONTENT}.{kind}+xml"/>'
        for path, kind in (("/xl/workbook.xml", "sheet.main"), ("/xl/worksheets/sheet1.xml", "worksheet"))
    )
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    types = f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{rels}{parts}</Types>'
    sheets = f'<sheets><sheet name={quoteattr(sheet_name(name))} sheetId="1" r:id="rId1"/></sheets>'
    return [
        ("[Content_Types].xml", types),
        ("_rels/.rels", _relation("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{sheets}</workbook>'),
        ("xl/_rels/workbook.xml.rels", _relation("worksheet", "worksheets/sheet1.xml")),
    ]


def _relation(kind: str, target: str) -> str:
    relation = f'<Relationship Id="rId1" Type="{OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{RELATIONS}">{relation}</Relationships>'


def _row(values: Sequence[Any], number: int, columns: Sequence[str]) -> str:
    cells = (_cell(value, number, columns[place]) for place, value in enumerate(values))
    return f'<row r="{number}">{"".join(cells)}</row>'


def _cell(value: Any, row: int, column: str) -> str:
    """Cells need no address of their own as long as none is left out."""
    held = sheet_value(value, row=row, column=column)
    if held is None or held == "":
        return "<c/>"
    if isinstance(held, bool):
        return f'<c t="b"><v>{int(held)}</v></c>'
    if isinstance(held, int | float | Decimal):
        return f"<c><v>{held}</v></c>"
    text = (
        held if isinstance(held, str) else held.isoformat(sep=" ") if isinstance(held, datetime) else held.isoformat()
    )
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
