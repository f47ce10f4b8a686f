"""JSON Lines are read as the list of their lines: same rows, same checks, same limits, errors with their line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.sources.heads import HEAD_BYTES, look_at
from templates_app.sources.limits import Limits
from templates_app.sources.one_row import read_row
from templates_app.sources.open import kind_of
from tests.sources.opening import source_from
from tests.sources.refusals import refusal

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
VALUES = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), TEXTS, st.just([1, {"x": "}\n{"}]))
ROWS = st.lists(st.dictionaries(TEXTS, VALUES, max_size=3), min_size=2, max_size=6)


@given(rows=ROWS, end=st.sampled_from(["\n", "\r\n", "\n\n", " \n \t\r\n"]), last=st.booleans(), mark=st.booleans())
def test_lines_are_read_as_the_list_of_them(rows: list[Any], end: str, last: bool, mark: bool) -> None:
    text = end.join(json.dumps(row, ensure_ascii=False) for row in rows) + (end if last else "")
    source, listed = source_from(text.encode("utf-8-sig" if mark else "utf-8")), source_from(json.dumps(rows).encode())
    assert (source.total, source.format.columns) == (len(rows), listed.format.columns)
    assert list(source.rows()) == list(listed.rows())
    assert [row.number for row in source.rows(after=1)] == [*range(2, len(rows) + 1)]


@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "A.NDJSON", "a.json", ""])
def test_the_ending_and_the_content_tell_lines(name: str) -> None:
    assert kind_of(b'{"a": 1}\n{"a": 2}\n', name=name) == "json"


@pytest.mark.parametrize(
    ("body", "code", "line", "column"),
    [
        ('{"a": 1}\n{"a": \n{"a": 3}\n', "json_cut_off", 2, 7),
        ('{"a": 1}\n{"a": 2},\n{"a": 3}\n', "json_trailing_text", 2, 9),
        ('{"a": 1}\n\n{"a": NaN}\n', "json_not_a_number", 3, 7),
        ('{"a": 1}\n{"a": 1, "a": 2}\n', "duplicate_key", 2, 1),
        ('{"a": 1}\n{"a": 1e99}\n', "number_over_limit", 2, 1),
        ('{"a": 1}\n{"a": "\\u0000"}\n', "nul_character", 2, 1),
        ('{"a": 1}\nend\n', "json_trailing_text", 2, 1),
        ('{"a": 1}\n{"a": 2}\n{"a": 3}\n{"a": 4}', "too_many_rows", 1, 1),
        ('{"a": 1} {"a": 2}', "json_trailing_text", 1, 10),
        ('[\n{"a": 1}\n{"a": 2}\n]', "json_syntax", 3, 1),
    ],
)
def test_what_is_wrong_is_told_with_its_line(body: str, code: str, line: int, column: int) -> None:
    found = refusal(lambda: source_from(body.encode(), limits=Limits(max_rows=3)))
    assert (found.problem.code, found.line, found.column) == (code, line, column)


def test_a_row_that_is_no_object_fails_alone() -> None:
    first, second, third = source_from(b'{"a": 1}\n[2]\n3\n').rows()
    assert (first.problem, second.problem and second.problem.code) == (None, "row_is_list")
    assert third.problem is not None
    assert third.problem.code == "row_not_object"
    assert [row.data for row in source_from(b"[1, 2]\n[3, 4]", columns=("a", "b")).rows()][1] == {"a": 3, "b": 4}


def test_a_path_leads_into_each_line() -> None:
    body = b'{"site": "R", "orders": [{"a": 1}, {"a": 2}]}\n{"site": "B", "orders": [{"a": 3}]}\n'
    rows = list(source_from(body, rows_path="orders").rows())
    assert [(row.data, row.parents) for row in rows] == [
        ({"a": 1}, ({"site": "R"},)),
        ({"a": 2}, ({"site": "R"},)),
        ({"a": 3}, ({"site": "B"},)),
    ]
    assert refusal(lambda: source_from(body, rows_path="order")).problem.code == "rows_not_found"


def test_a_large_body_of_lines_is_looked_at_by_its_beginning_and_one_row_is_found() -> None:
    line = b'{"a": 1, "tags": ["x", "y"], "text": "' + b"z" * 400 + b'"}\n'
    count = 2 * HEAD_BYTES // len(line)

    class Kept:
        size = count * len(line)

        def head(self, length: int) -> bytes:
            return self.whole()[:length]

        def whole(self) -> bytes:
            return line * count

    looked = look_at(Kept(), name="a.jsonl")
    assert (looked.exact, looked.format.columns, len(looked.rows)) == (False, ("a", "tags", "text"), 10)
    assert looked.total == pytest.approx(count, rel=0.05)
    known, limits = looked.format, Limits()
    row = read_row(Kept().whole(), count, known=known, rows_path="", columns=(), limits=limits)
    assert row is not None
    assert row.data["tags"] == ["x", "y"]
    assert source_from(Kept().whole()).total == count
