"""A row is edited as text, and what nobody touched stays exactly what it was."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sync_app.runs.errors import RunRefused
from sync_app.runs.rows.cells import NameUnknown, cells_of, edited

ROW: dict[str, Any] = {
    "name": "Roy",
    "count": 7,
    "price": Decimal("2.50"),
    "on": True,
    "none": None,
    "tags": ["a", {"b": 1}],
    "note": "one\r\ntwo",
}


def texts(row: Any) -> dict[str, str]:
    return {cell.name: cell.text for cell in cells_of(row)}


@pytest.mark.parametrize("row", [ROW, [1, {"a": None}], "text", {}, 5])
def test_a_row_that_is_sent_back_as_it_was_shown_is_the_same(row: Any) -> None:
    sent = {name: text.replace("\r\n", "\n").replace("\n", "\r\n") for name, text in texts(row).items()}
    assert edited(row, texts=sent) == row


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("name", "Petit", "Petit"),
        ("name", "", ""),
        ("count", "8", 8),
        ("count", "eight", "eight"),
        ("count", "true", "true"),
        ("price", "2.75", Decimal("2.75")),
        ("on", "False", False),
        ("on", "perhaps", "perhaps"),
        ("none", "something", "something"),
        ("none", "", None),
        ("tags", "[1]", [1]),
    ],
)
def test_a_changed_cell_keeps_its_kind_where_it_can(name: str, text: str, value: Any) -> None:
    changed = edited(ROW, texts={**texts(ROW), name: text})
    assert changed[name] == value
    assert type(changed[name]) is type(value)
    assert {**changed, name: ROW[name]} == ROW


def test_a_name_the_row_lacks_is_offered_and_added_when_it_is_filled() -> None:
    cell = cells_of({"a": "1"}, wanted=["a", "b", ""])[-1]
    assert (cell.name, cell.there) == ("b", False)
    assert edited({"a": "1"}, texts={"a": "1", "b": ""}, wanted=["b"]) == {"a": "1"}
    assert edited({"a": "1"}, texts={"a": "1", "b": "2"}, wanted=["b"]) == {"a": "1", "b": "2"}


@pytest.mark.parametrize("heading", ["E\nmail", "E\r\nmail", "E\rmail"])
def test_a_heading_of_several_lines_is_found_as_a_browser_sends_it(heading: str) -> None:
    assert edited({heading: "broken", "b": 1}, texts={"E\r\nmail": "fixed", "b": "1"}) == {heading: "fixed", "b": 1}
    assert edited({}, texts={"E\r\nmail": "new"}, wanted=[heading]) == {heading: "new"}


def test_a_heading_that_is_exactly_so_comes_first() -> None:
    row = {"a\nb": "1", "a\r\nb": "2"}
    assert edited(row, texts={"a\nb": "3", "a\r\nb": "4"}) == {"a\nb": "3", "a\r\nb": "4"}


@pytest.mark.parametrize(
    ("row", "sent"),
    [
        ({"a": "1"}, {"b": "2"}),
        ({"a": "1"}, {"b": ""}),
        ({"a\nb": "1", "a\rb": "2"}, {"a\r\nb": "3"}),
        ({"a\nb": "1"}, {"a\nb": "2", "a\r\nb": "3"}),
        ([1], {"": "[1]", "a": "2"}),
    ],
)
def test_a_name_that_is_none_of_the_row_is_refused(row: Any, sent: dict[str, str]) -> None:
    with pytest.raises(NameUnknown):
        edited(row, texts=sent)


@pytest.mark.parametrize(
    ("came", "sent", "kept"), [("a\nb", "a\r\nc", "a\nc"), ("a\r\nb", "a\r\nc", "a\r\nc"), ("a\rb", "a\r\nb", "a\rb")]
)
def test_an_edited_text_keeps_the_line_ends_it_had(came: str, sent: str, kept: str) -> None:
    assert edited({"note": came}, texts={"note": sent}) == {"note": kept}


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_text_of_several_lines_is_shown_in_several(end: str) -> None:
    assert cells_of({"note": f"a{end}b"})[0].long


@pytest.mark.parametrize("text", ["[" * 100_000, "1e99999999999999999999999", "{" * 5_000])
def test_what_no_reader_takes_is_a_text_in_a_number_and_refused_in_json(text: str) -> None:
    assert edited(ROW, texts={**texts(ROW), "count": text})["count"] == text
    with pytest.raises(RunRefused):
        edited(ROW, texts={**texts(ROW), "tags": text})


def test_what_is_nested_must_stay_json() -> None:
    with pytest.raises(RunRefused) as refused:
        edited(ROW, texts={"tags": "[1"})
    assert refused.value.problem.params == {"name": "tags"}
