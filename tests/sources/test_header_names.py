"""The header of a table is found by the names that are read of it, and without them by how a short header looks."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from templates_app.sources.header_names import count_names, row_with_names
from templates_app.sources.rows import Source
from tests.sources.opening import source_from

WORDS = ("Konto", "Name", "Postleitzahl", "Ort", "Straße", "E-Mail", "Betrag")


def wanted(*names: str) -> tuple[tuple[str, ...], ...]:
    return tuple((name,) for name in names)


def opened(text: str, **options: Any) -> Source:
    return source_from(text.encode(), kind="csv", delimiter=";", **options)


@given(
    names=st.lists(st.sampled_from(WORDS), min_size=1, unique=True),
    unread=st.integers(0, 3),
    before=st.lists(st.lists(st.sampled_from(["x", "2026", "", "Stand"]), min_size=1, max_size=12), max_size=4),
    rows=st.integers(0, 3),
    shout=st.booleans(),
)
def test_the_row_with_the_names_is_the_header_whatever_stands_around_it(
    names: list[str], unread: int, before: list[list[str]], rows: int, shout: bool
) -> None:
    header = [*(name.upper() if shout else name for name in names), *[""] * unread]
    lines = [*before, header, *([str(number), *["v"] * len(names)] for number in range(rows))]
    source = opened("\n".join(";".join(line) for line in lines) + "\n", names=wanted(*names))
    assert source.format.header_row == len(before) + 1
    assert source.format.columns[: len(names)] == tuple(header[: len(names)])
    assert source.total == rows
    assert not any(note.startswith("header_doubtful") for note in source.format.detected)


@pytest.mark.parametrize(
    ("rows", "names", "found"),
    [
        ([["Nr", "Kunde", "", "Betrag"], ["Nr", "Name", "PLZ", "Betrag"]], wanted("Nr", "Name", "PLZ"), 2),
        ([["a", "b"], ["a", "b"]], wanted("a", "b"), 1),
        ([["x", "y"], ["a", "b"]], (), 0),
        ([["x", "y"], ["a", "z"]], wanted("a", "b"), 0),
        ([["x", "y"], ["a", "b"]], wanted("a", "b", "c", "d", "e"), 2),
        ([["c", "y"], ["a", "b"]], wanted("a", "b", "c", "d", "e"), 2),
        ([["a", "b"], ["b", "a"]], wanted("a", "b", "c", "d", "e"), 0),
        ([["q"], ["B"]], (("a", "b"),), 2),
        ([["q", "r"], ["1", "b"], ["2", "b"]], wanted("b"), 0),
        ([["q", "r"], ["1", "b"], ["2", "c"]], wanted("b"), 0),
        ([["q", "r"], ["a", "b"]], wanted("b"), 2),
        ([], wanted("a"), 0),
    ],
)
def test_most_of_the_names_tell_a_header_and_a_few_where_nothing_else_does(
    rows: list[list[str]], names: tuple[tuple[str, ...], ...], found: int
) -> None:
    assert row_with_names(rows, names, otherwise=min(len(rows), 1)) == found


def test_a_name_that_fits_two_cells_loosely_stands_in_none() -> None:
    assert count_names(["E-Mail", "e_mail"], wanted("email")) == 0
    assert count_names(["E-Mail", "e_mail"], wanted("e_mail")) == 1


def test_a_title_that_is_the_name_of_a_column_is_not_the_header() -> None:
    rows = [["b"], ["", "x"], ["a", "b", "c"], ["1", "2", "3"]]
    assert row_with_names(rows, wanted("b"), otherwise=3) == 3
    assert row_with_names(rows, wanted("b", "c"), otherwise=3) == 3
    assert opened("b\na;b;c\n1;2;3\n", names=wanted("b")).format.columns == ("a", "b", "c")


@pytest.mark.parametrize(
    ("text", "columns", "total"),
    [
        ("id;name;\nA;B;x\nC;D;y\n", ("id", "name", "column_3"), 2),
        ("id;name;\nA;B;x\n", ("id", "name", "column_3"), 1),
        ("id;;name;\n1;a;b;c\n2;d;e;f\n", ("id", "column_2", "name", "column_4"), 2),
        ("id;;name;\n1;a;b;c\n", ("id", "column_2", "name", "column_4"), 1),
        ("id;name;\nK1;Alpha;x\nK2;Beta;y\n", ("id", "name", "column_3"), 2),
    ],
)
def test_a_first_row_of_words_without_the_last_name_is_the_header(
    text: str, columns: tuple[str, ...], total: int
) -> None:
    source = opened(text)
    assert (source.format.header_row, source.format.columns, source.total) == (1, columns, total)
    assert f"header_unnamed:{len(columns)}" in source.format.detected


@pytest.mark.parametrize(
    "text",
    [
        "Firma;Moser;\nid;name;zip\n1;a;35000\n2;b;35200\n",
        "Stand;31.03.2026;\nid;name;zip\nA;B;C\n",
        "Export;;\nid;name;zip\nA;B;C\n",
        "Firma;Moser\nid;name;zip\nA;B;C\n",
    ],
)
def test_a_title_above_the_header_is_none(text: str) -> None:
    assert opened(text).format.header_row == 2


def test_a_header_under_merged_ones_is_found_in_a_workbook_too() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for row in (["Liste"], [None], ["Nr", "Kunde", None, "Betrag"], ["Nr", "Name", "PLZ", "Betrag"], ["A", "B", 1, 2]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    assert source_from(out.getvalue()).format.header_row == 3
    source = source_from(out.getvalue(), names=wanted("Nr", "Name", "PLZ", "Betrag"))
    assert (source.format.header_row, source.total) == (4, 1)
    assert source_from(out.getvalue(), names=wanted("Nr", "Name", "PLZ"), header_row=3).format.header_row == 3
