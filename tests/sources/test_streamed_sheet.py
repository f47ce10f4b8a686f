"""A sheet is written while its rows come, and a spreadsheet reads it as any other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from templates_app.sources.writers import streamed_sheet
from templates_app.sources.writers.streamed_sheet import stream_sheet


class Full(Exception):
    """No more rows."""


def written(*rows: list[Any], name: str = "Data") -> bytes:
    return b"".join(stream_sheet(rows, columns=["one", "two"], name=name, full=Full))


def read(content: bytes) -> list[tuple[Any, ...]]:
    sheet = load_workbook(BytesIO(content)).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("text", "text"),
        ("=1+1", "=1+1"),
        ("<b>&\"'", "<b>&\"'"),
        ("  blanks  ", "  blanks  "),
        ("two\nlines", "two\nlines"),
        ("a\x00b\x1f", "a\ufffdb\ufffd"),
        ("é€😀", "é€😀"),
        (5, 5),
        (Decimal("2.50"), 2.5),
        (True, True),
        (None, None),
        ("", None),
        (10**18, "1000000000000000000"),
    ],
)
def test_a_cell_holds_what_was_written(value: Any, cell: Any) -> None:
    assert read(written([value, "end"]))[1] == (cell, "end")


def test_a_text_that_looks_like_a_formula_is_a_text() -> None:
    sheet = load_workbook(BytesIO(written(["=1+1", "#N/A"]))).active
    assert sheet is not None
    assert [cell.data_type for cell in sheet[2]] == ["s", "s"]


def test_pieces_come_while_rows_are_still_to_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed_sheet, "ROWS_AT_ONCE", 2)
    taken: list[int] = []

    def rows() -> Iterator[list[Any]]:
        for number in range(10):
            taken.append(number)
            yield [number, "x"]

    pieces = stream_sheet(rows(), columns=["one", "two"], name="Data", full=Full)
    assert next(pieces)
    assert taken == [0, 1]
    assert len(list(pieces)) >= 4


def test_the_sheet_has_a_name_a_sheet_may_have() -> None:
    book = load_workbook(BytesIO(written(name='a/b:"c"&<d>')))
    assert book.sheetnames == ['a-b-"c"&<d>']


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streamed_sheet, "SHEET_ROWS", 3)
    with pytest.raises(Full):
        written(["a", 1], ["b", 2], ["c", 3])
