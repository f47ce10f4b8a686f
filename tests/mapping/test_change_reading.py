"""A change is read from data, or refused with a reason; and written as the same data."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.mapping.edits.change_reading import MOST_CHANGES, VERBS, change_from, mapping_of
from templates_app.mapping.edits.changes import Add, AddRows, Many, Move, Node, Remove, SetAttributes
from templates_app.mapping.refusals import EditRefused

CHANGES: tuple[dict[str, Any], ...] = (
    {"verb": "add_rows", "text": "a -> b", "type": "Customer", "before": "3"},
    {
        "verb": "add",
        "parent": "4",
        "node": {
            "tag": "Map",
            "attributes": {},
            "children": [{"tag": "Case", "attributes": {"From": "a"}, "children": []}],
        },
        "after": "4.0",
    },
    {"verb": "set", "path": "1", "attributes": {"OnEmpty": "Keep", "Key": None}},
    {"verb": "names", "path": "1", "names": ["a", "b"]},
    {"verb": "target", "path": "1", "target": "Customer.Email"},
    {"verb": "key", "path": "1", "on": True},
    {"verb": "match", "path": "0", "fields": ["Email"]},
    {"verb": "test", "path": "0.0", "test": "AtLeast", "value": "1", "upper": "2"},
    {"verb": "pairs", "path": "1", "text": "a = b", "otherwise": "value", "otherwise_value": "x"},
    {"verb": "rename", "path": "0", "name": "x"},
    {"verb": "entity", "path": "0", "name": "Do"},
    {"verb": "couple", "path": "1", "name": "b", "separator": "-"},
    {"verb": "uncouple", "path": "1"},
    {"verb": "move", "path": "1", "by": -1},
    {"verb": "move", "path": "1", "before": "0"},
    {"verb": "remove", "path": "1", "uses": True},
    {"verb": "duplicate", "path": "1"},
    {"verb": "retag", "path": "1", "tag": "Property"},
    {"verb": "many", "changes": [{"verb": "remove", "path": "1"}]},
)


@pytest.mark.parametrize("mapping", CHANGES, ids=lambda mapping: mapping["verb"])
def test_a_change_is_written_as_the_data_it_was_read_from(mapping: dict[str, Any]) -> None:
    written = mapping_of(change_from(mapping))
    assert json.loads(json.dumps(written)) == mapping
    assert change_from(written) == change_from(mapping)


def test_every_verb_is_tried() -> None:
    assert {mapping["verb"] for mapping in CHANGES} == set(VERBS)


def test_what_may_be_left_out_has_a_default() -> None:
    assert change_from({"verb": "add_rows", "text": "a"}) == AddRows("a")
    assert change_from({"verb": "move", "path": "1"}) == Move("1")
    assert change_from({"verb": "add", "parent": "", "node": {"tag": "Map"}}) == Add("", Node("Map"))
    assert change_from({"verb": "many", "changes": []}) == Many(())
    assert change_from({"verb": "set", "path": "1", "attributes": {}}) == SetAttributes("1", {})


def code_of(mapping: object) -> str:
    with pytest.raises(EditRefused) as caught:
        change_from(mapping)
    return caught.value.problem.code


@pytest.mark.parametrize("mapping", [None, 1, "remove", [], [{"verb": "remove"}], {}, {"verb": 1}, {"path": "1"}])
def test_what_is_no_change_is_refused(mapping: object) -> None:
    assert code_of(mapping) == "change_not_object"


@pytest.mark.parametrize("verb", ["", "Remove", "delete", "__class__", "many "])
def test_an_unknown_verb_is_refused(verb: str) -> None:
    assert code_of({"verb": verb}) == "change_verb_unknown"


@pytest.mark.parametrize("mapping", CHANGES, ids=lambda mapping: mapping["verb"])
def test_a_member_too_many_is_refused(mapping: dict[str, Any]) -> None:
    assert code_of({**mapping, "colour": "red"}) in ("change_member_unknown", "change_member_missing")


@pytest.mark.parametrize(
    "mapping",
    [
        {"verb": "remove"},
        {"verb": "set", "path": "1"},
        {"verb": "key", "path": "1"},
        {"verb": "add", "parent": ""},
        {"verb": "many"},
        {"verb": "many", "changes": "all"},
    ],
)
def test_a_member_too_few_is_refused(mapping: dict[str, Any]) -> None:
    assert code_of(mapping) == "change_member_missing"


@pytest.mark.parametrize(
    "mapping",
    [
        {"verb": "remove", "path": 1},
        {"verb": "remove", "path": "1", "uses": "true"},
        {"verb": "key", "path": "1", "on": 1},
        {"verb": "move", "path": "1", "by": "1"},
        {"verb": "move", "path": "1", "by": True},
        {"verb": "move", "path": "1", "by": 10**12},
        {"verb": "names", "path": "1", "names": "a"},
        {"verb": "names", "path": "1", "names": [None]},
        {"verb": "set", "path": "1", "attributes": ["a"]},
        {"verb": "set", "path": "1", "attributes": {"a": 1}},
        {"verb": "add", "parent": "", "node": "Map"},
        {"verb": "add", "parent": "", "node": {}},
        {"verb": "add", "parent": "", "node": {"tag": "Map", "attributes": {"Name": None}}},
        {"verb": "add", "parent": "", "node": {"tag": "Map", "children": "Case"}},
        {"verb": "add", "parent": "", "node": {"tag": "Map", "text": "x"}},
        {"verb": "test", "path": "1", "test": "Equals", "value": None},
        {"verb": "many", "changes": [{"verb": "many", "changes": []}]},
    ],
)
def test_a_member_of_another_sort_is_refused(mapping: dict[str, Any]) -> None:
    assert code_of(mapping) == "change_member_invalid"


def test_nodes_are_not_nested_without_end() -> None:
    node: dict[str, Any] = {"tag": "Map"}
    for _ in range(5):
        node = {"tag": "Map", "children": [node]}
    assert code_of({"verb": "add", "parent": "", "node": node}) == "change_member_invalid"


def test_many_changes_are_not_too_many() -> None:
    one = {"verb": "remove", "path": "1"}
    most = change_from({"verb": "many", "changes": [one] * MOST_CHANGES})
    assert most == Many((Remove("1"),) * MOST_CHANGES)
    assert code_of({"verb": "many", "changes": [one] * (MOST_CHANGES + 1)}) == "change_too_many"


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    verb=st.sampled_from(VERBS), members=st.dictionaries(st.sampled_from(["path", "text", "node", "changes"]), _JSON)
)
def test_whatever_comes_is_a_change_or_refused(verb: str, members: dict[str, Any]) -> None:
    try:
        change = change_from({"verb": verb, **members})
    except EditRefused:
        return
    assert mapping_of(change)["verb"] == verb
