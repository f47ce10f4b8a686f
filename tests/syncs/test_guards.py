"""What is unusual enough for a person to be asked."""

from __future__ import annotations

from typing import Any

import pytest

from sync_app.engine.shape import ShapeChange, joined, shape_changes, shape_of
from sync_app.syncs.turns.guards import Facts, Guards, Planned, judge, read_guards
from templates_app.sources.rows import Row

PLANNED = {"Customer": Planned(inserted=5, updated=20, deleted=3, live=100), "Person": Planned(deleted=1, live=10)}


def codes(guards: dict[str, Any], *, mirrors: str = "", **facts: Any) -> list[str]:
    known = Facts(**{"types": PLANNED, "rows": 100, "rows_before": 100, **facts})
    return [found.problem.code for found in judge(guards=Guards.from_json(guards), facts=known, mirrors=mirrors)]


@pytest.mark.parametrize(
    ("guards", "expected"),
    [
        ({}, []),
        ({"inserts": {"most": 5}}, []),
        ({"inserts": {"most": 4}}, ["guard_inserts"]),
        ({"updates": {"most": 19}}, ["guard_updates"]),
        ({"updates": {"percent": 18}}, ["guard_updates_percent"]),
        ({"updates": {"percent": 19}}, []),
        ({"deletes": {"most": 4, "percent": 4}}, []),
        ({"deletes": {"most": 4, "percent": 3.5}}, ["guard_deletes_percent"]),
        ({"deletes": {"most": 3}}, ["guard_deletes"]),
        ({"types": {"Customer": {"deletes": {"most": 3}}}}, []),
        ({"types": {"Person": {"deletes": {"percent": 9}}}}, ["guard_deletes_percent"]),
        ({"inserts": {"most": 0}, "deletes": {"most": 0}}, ["guard_deletes", "guard_inserts"]),
    ],
)
def test_more_operations_than_allowed_trip(guards: dict[str, Any], expected: list[str]) -> None:
    assert codes(guards) == expected


def test_a_share_of_no_records_allows_none() -> None:
    assert codes({"inserts": {"percent": 50}}, types={"Customer": Planned(inserted=1)}) == ["guard_inserts_percent"]


@pytest.mark.parametrize(
    ("guards", "rows", "expected"),
    [
        ({"empty": True}, 0, ["guard_empty"]),
        ({"empty": True}, 1, []),
        ({"shrink": 50}, 50, []),
        ({"shrink": 50}, 49, ["guard_shrunk"]),
        ({"shrink": 50}, 0, ["guard_shrunk"]),
        ({"shrink": 50, "empty": True}, 0, ["guard_empty"]),
    ],
)
def test_an_empty_or_shrunken_source_trips(guards: dict[str, Any], rows: int, expected: list[str]) -> None:
    assert codes(guards, rows=rows) == expected


def test_a_first_run_is_exempt_but_for_what_a_mirror_takes_away() -> None:
    guards = {"inserts": {"most": 0}, "deletes": {"most": 0}, "empty": True}
    assert codes(guards, rows_before=None) == []
    assert codes(guards, rows_before=None, mirrors="Customer") == ["guard_deletes"]


@pytest.mark.parametrize(
    ("guards", "expected"),
    [
        ({}, ["mirror_needs_guard"]),
        ({"types": {"Person": {"deletes": {"most": 5}}}}, ["mirror_needs_guard"]),
        ({"types": {"Customer": {"deletes": {"most": 5}}}}, []),
        ({"deletes": {"most": 5}}, []),
    ],
)
def test_what_a_mirror_takes_without_a_limit_asks_a_person(guards: dict[str, Any], expected: list[str]) -> None:
    assert codes(guards, mirrors="Customer") == expected
    assert codes(guards, mirrors="Customer", types={"Customer": Planned(live=100)}) == [], "nothing would go"


def test_what_a_mirror_marks_counts_as_going_and_not_as_changing() -> None:
    types = {"Customer": Planned(updated=7, missing=5, live=100)}
    assert codes({"updates": {"most": 2}, "deletes": {"most": 4}}, types=types) == ["guard_deletes"]


def test_columns_trip_as_asked() -> None:
    shape = [ShapeChange("shape_new", "a", "", "text"), ShapeChange("shape_gone", "b", "text")]
    assert codes({"columns": ["gone"]}, shape=shape) == ["shape_gone"]
    assert codes({"columns": ["new", "gone", "retyped"]}, shape=shape) == ["shape_new", "shape_gone"]
    assert codes({"columns": ["new"]}, shape=shape, rows=0) == []


@pytest.mark.parametrize(
    "given",
    [
        {"inserts": {"most": -1}},
        {"inserts": {"most": True}},
        {"inserts": {"percent": 101}},
        {"inserts": {"percent": "5"}},
        {"inserts": 5},
        {"deletes": {"mst": 5}},
        {"shrink": "half"},
        {"empty": "yes"},
        {"columns": ["other"]},
        {"columns": "new"},
        {"everything": True},
    ],
)
def test_a_guard_that_says_nothing_clear_is_refused(given: dict[str, Any]) -> None:
    assert read_guards(given)[1]


# --- the shape of a source


def shape(*rows: Any, columns: tuple[str, ...] = ()) -> dict[str, str]:
    return shape_of([Row(number, data) for number, data in enumerate(rows, 1)], columns=columns)


def test_the_shape_names_columns_and_sorts_of_values() -> None:
    assert shape({"a": "x", "b": 1, "c": True, "d": [1], "e": None, "f": {"g": "1"}}) == {
        "a": "text",
        "b": "number",
        "c": "boolean",
        "d": "list",
        "e": "empty",
        "f/g": "number",
    }


def test_a_column_that_not_every_row_has_is_optional_and_may_go() -> None:
    old = shape({"a": 1}, {"a": 2, "b": "x"})
    assert old == {"a": "number", "b": "text?"}
    assert shape_changes(old, shape({"a": 3})) == []
    assert [change.code for change in shape_changes(old, shape({"b": "x"}))] == ["shape_gone"]


@pytest.mark.parametrize(
    ("was", "becomes", "retyped"),
    [
        (1, "x", True),
        ("x", 1, False),
        ("x", [1], True),
        (1, True, True),
        (None, 1, False),
        (1, None, False),
        ("12", "x", True),
    ],
)
def test_values_of_another_sort_are_told(was: Any, becomes: Any, *, retyped: bool) -> None:
    found = shape_changes(shape({"a": was}), shape({"a": becomes}))
    assert [change.code for change in found] == (["shape_retyped"] if retyped else [])


def test_a_header_counts_whatever_the_rows_hold() -> None:
    assert shape(columns=("a", "b")) == {"a": "empty", "b": "empty"}
    assert shape({"a": "1"}, columns=("a", "b")) == {"a": "number", "b": "empty"}


def test_what_was_accepted_is_known_from_then_on() -> None:
    known = joined({"a": "number", "b": "text"}, {"a": "empty", "c": "list"})
    assert known == {"a": "number", "b": "text?", "c": "list"}
    assert shape_changes(known, {"a": "text", "c": "list"}) == [ShapeChange("shape_retyped", "a", "number", "text")]
