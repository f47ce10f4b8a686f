from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.language.each import compile_each, item_label
from templates_app.language.links import shared_depth
from templates_app.language.names import Names, Scope
from tests.language.mapping_catalog import drafts, mapped

ROW = {
    "lots": [{"n": 1, "lignes": ["a", "b"]}, {"n": 2, "lignes": []}, {"n": 3, "lignes": "c"}],
    "un": {"lots": [{"n": 9}]},
    "a/b": ["slashed"],
    "Des Lots": [1],
    "none": None,
    "text": "alone",
}


def items(each: str, data: Any = ROW) -> list[tuple[str, Any]]:
    return [(item_label(index), scope.data) for index, scope in compile_each(each).items(Scope(data), Names())]


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        ("lots/lignes", [("1.1", "a"), ("1.2", "b"), ("3", "c")]),
        ("lots[n=3]/lignes", [("3", "c")]),
        ("lots/0/lignes", [("1", "a"), ("2", "b")]),
        ("lots/-1/n", [("1", 3)]),
        ("lots[n=3]/0/lignes", [("1", "c")]),
        ("lots[n=2]/-1/n", [("1", 2)]),
        ("lots[n=9]/0/lignes", []),
        ("./lots/./lignes", [("1.1", "a"), ("1.2", "b"), ("3", "c")]),
        ("lots/7/n", []),
        ("un/lots", [("1", {"n": 9})]),
        ("a/b", [("1", "slashed")]),
        ("des_lots", [("1", 1)]),
        ("none", []),
        ("nowhere", []),
        ("text", [("1", "alone")]),
        ("text/deeper", []),
    ],
)
def test_a_list_gives_its_items_with_their_places(each: str, expected: list[tuple[str, Any]]) -> None:
    assert items(each) == expected


def test_an_item_knows_what_it_stands_in() -> None:
    ((_, scope),) = compile_each("un/lots").items(Scope(ROW, ("around",)), Names())
    assert scope.parents == (ROW["un"], ROW, "around")


def test_nothing_in_a_row_that_is_no_object_is_a_list() -> None:
    assert items("lots", "text") == []


@pytest.mark.parametrize("each", ["", "../x", "a[b", "*, b", "**", "a//b", ".", "./.", "[n=1]"])
def test_what_is_neither_path_nor_groups_is_refused(each: str) -> None:
    with pytest.raises(ValueError, match="Each"):
        compile_each(each)


@pytest.mark.parametrize(
    ("one", "other", "depth"),
    [
        ((), ("lots",), 0),
        (("lots",), ("lots",), 1),
        (("lots", "lignes"), ("lots",), 1),
        (("lots", "lignes"), ("lots", "autres"), 1),
        (("lots",), ("autres",), 0),
    ],
)
def test_lists_share_what_they_have_in_common(one: tuple[str, ...], other: tuple[str, ...], depth: int) -> None:
    assert shared_depth(one, other) == shared_depth(other, one) == depth


@given(st.lists(st.lists(st.integers(min_value=1, max_value=9), max_size=4), max_size=4))
def test_every_item_of_a_list_in_a_list_comes_once_and_in_order(lists: list[list[int]]) -> None:
    found = items("rows/cells", {"rows": [{"cells": cells} for cells in lists]})
    assert [value for _, value in found] == [value for cells in lists for value in cells]
    assert len({label for label, _ in found}) == len(found)


SIBLINGS = """<In><Type Name="Customer" ShouldInsert="true" Match="Company" Each="lots/firms"/>
  <Type Name="Do" ShouldInsert="true" Match="_ID" Each="lots/days"/>
  <Property Name="." Type="Customer" Field="Company"/><Property Name="." Type="Do" Field="_ID"/>
  <Link Type="Do" Field="Customers" To="Customer"/></In>"""


def test_items_of_lists_side_by_side_meet_in_the_item_around_them() -> None:
    row = {"lots": [{"firms": ["A", "B"], "days": ["1"]}, {"firms": ["C"], "days": ["2", "3"]}]}
    result = drafts(SIBLINGS, row)
    firms = [draft.key for draft in result if draft.plan.alias == "Customer"]
    linked = {
        draft.key: [firms[link.draft] for link in draft.values["Customers"]]
        for draft in result
        if draft.plan.alias == "Do"
    }
    assert linked == {"1": ["a", "b"], "2": ["c"], "3": ["c"]}


def test_an_ambiguous_list_fails_the_row() -> None:
    text = """<In><Type Name="Skill" ShouldInsert="true" Each="my list"/>
      <Property Name="." Type="Skill" Field="Name"/></In>"""
    problems = mapped(text, {"MyList": ["a"], "my-list": ["b"]}).problems
    assert [(problem.code, problem.type) for problem in problems] == [("name_ambiguous", "Skill")]


def test_an_ambiguous_condition_fails_the_row_and_maps_nothing() -> None:
    row = {"My State": "a", "my-state": "b", "n": "x"}
    inside = """<In><Type Name="Skill" ShouldInsert="true"><When Name="mystate" Present="true"/></Type>
      <Property Name="n" Type="Skill" Field="Name"/></In>"""
    around = """<In><When Name="mystate" Present="true"/><Type Name="Skill" ShouldInsert="true"/>
      <Property Name="n" Type="Skill" Field="Name"/></In>"""
    for text in (inside, around):
        result = mapped(text, row)
        assert [problem.code for problem in result.problems] == ["name_ambiguous"]
        assert not result.drafts
        assert result.skipped is None


def test_a_row_left_out_for_an_object_shows_no_text_of_it() -> None:
    text = '<In><When Name="state" Equals="x"/><Type Name="Skill" ShouldInsert="true"/></In>'
    skipped = mapped(text, {"state": {"a": 1}}).skipped
    assert skipped is not None
    assert (skipped.code, skipped.value) == ("left_out_by_when", "…")


def test_columns_of_a_group_may_be_coupled() -> None:
    text = """<In><Type Name="Do" ShouldInsert="true" Match="_ID" Each="*, *_2"/>
      <Property Type="Do" Field="_ID">
        <Source Name="../site"/><Source Name="no"/><Join With="-" OnEmpty="Empty"/>
      </Property></In>"""
    assert [draft.key for draft in drafts(text, {"site": "P", "no": "1", "no_2": "2"})] == ["p-1", "p-2"]
    assert [draft.key for draft in drafts(text, {"site": "P", "no": "1", "no_2": ""})] == ["p-1"]


def test_a_source_that_is_a_list_joins_its_members_to_the_others() -> None:
    text = """<In><Type Name="Do" ShouldInsert="true" Match="_ID"/>
      <Property Type="Do" Field="_ID"><Source Name="a"/><Source Name="b"/><Join With="-"/></Property>
      <Property Type="Do" Field="Label"><Source Name="b"/><Join With="+"/></Property></In>"""
    (draft,) = drafts(text, {"a": "x", "b": ["y", None, "z"]})
    assert (draft.key, draft.values["Label"]) == ("x-y-z", "y+z")
