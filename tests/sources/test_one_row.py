"""One row of a body read by itself is the row that reading all of them gives."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.sources import csv_source, json_source
from templates_app.sources.limits import Limits
from templates_app.sources.one_row import line_start, read_row
from templates_app.sources.rows import Row
from tests.sources.opening import source_from

LIMITS = Limits()
TABLE = '\N{BYTE ORDER MARK}code;name\n1;Ann\n\n2;"two\nlines; and a sign"\n3;\'=x\n4;Émile\n5;too;many\n'


def one(body: bytes, number: int, **told: Any) -> Row | None:
    """The row by itself, with what reading the whole found."""
    known = source_from(body, **told).format
    rows_path, columns = told.get("rows_path", ""), told.get("columns", ())
    return read_row(body, number, known=known, rows_path=rows_path, columns=columns, limits=LIMITS)


def assert_same(body: bytes, **told: Any) -> None:
    rows = {row.number: row for row in source_from(body, **told).rows()}
    for number, row in rows.items():
        assert one(body, number, **told) == row
    for number in (0, max(rows, default=0) + 1):
        assert one(body, number, **told) is None


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_a_row_of_a_table(ends: str, encoding: str) -> None:
    text = TABLE if encoding == "utf-8" else TABLE.removeprefix("\N{BYTE ORDER MARK}")
    assert_same(text.replace("\n", ends).encode(encoding), kind="csv")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a+|b&|\n1+|2&|\n3+|4&|\n", {}),
        ("only\nA\nB\n", {}),
        ("sep=,\nx,y\n1,2\n", {}),
        ("1;2\n3;4\n", {"columns": ("x", "y"), "header_row": 0}),
        ("a title\n\nx;y\n1;2\n3;4\n", {"header_row": 3}),
        ("x;y\n'=1;2\n'+3;'-4\n", {"delimiter": ";"}),
    ],
)
def test_a_row_of_an_unusual_table(text: str, told: dict[str, Any]) -> None:
    assert_same(text.encode(), kind="csv", **told)


@pytest.mark.parametrize(
    ("value", "rows_path"),
    [
        ([{"a": 1}, {"a": 1.5, "b": ["x", {"c": None}]}, 7, [1]], ""),
        (
            {"meta": 1, "groups": [{"of": "A", "rows": [{"a": 1}, {"a": 2}]}, {"of": "B", "rows": [{"a": 3}]}]},
            "groups/rows",
        ),
        ([], ""),
    ],
)
def test_a_row_of_a_json_body(value: Any, rows_path: str) -> None:
    assert_same(json.dumps(value).encode(), kind="json", rows_path=rows_path)


def test_nothing_else_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    table = source_from(TABLE.encode(), kind="csv").format
    rows = b'[{"a": 1}, {"a": 2}]'
    listed = source_from(rows, kind="json").format

    def refused(*_args: Any, **_more: Any) -> None:
        pytest.fail("the whole body was read")

    monkeypatch.setattr(csv_source.CsvSource, "_survey", refused)
    monkeypatch.setattr(json_source.JsonSource, "_scan", refused)
    found = read_row(TABLE.encode(), 4, known=table, rows_path="", columns=(), limits=LIMITS)
    assert found is not None
    assert found.data == {"code": "2", "name": "two\nlines; and a sign"}
    second = read_row(rows, 2, known=listed, rows_path="", columns=(), limits=LIMITS)
    assert second is not None
    assert second.data == {"a": 2}


@pytest.mark.parametrize(("line", "start"), [(1, 0), (2, 2), (3, 5), (4, 6), (5, None)])
def test_lines_are_counted_whatever_ends_them(line: int, start: int | None) -> None:
    assert line_start(b"a\rb\r\n\nc", line) == start
    assert line_start(b"a\nb\n", 3) == 4
    assert line_start(b"a\nb", 3) is None


@given(st.lists(st.lists(st.text(max_size=6), min_size=2, max_size=2), max_size=8))
def test_any_row_of_any_table(rows: list[list[str]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerows([["code", "name"], *rows])
    try:
        body = out.getvalue().encode()
        found = source_from(body, kind="csv", delimiter=";", encoding="utf-8", header_row=1)
    except ValueError:
        return
    for row in found.rows():
        assert read_row(body, row.number, known=found.format, rows_path="", columns=(), limits=LIMITS) == row
