"""Value maps are typed as lines, and read back as they were shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.language.nodes import Comment, Element
from templates_app.mapping.pairs import pairs_of, pairs_text
from templates_app.mapping.refusals import EditRefused
from tests.mapping.materials import changed
from tests.mapping.test_edits import refusal

_TEXTS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["", " ", "=", " = ", '"', '"a"', "a=b", "a = b", "\n", "\t", "\\", "é", "a\u2028b"]
)


@given(pairs=st.lists(st.tuples(_TEXTS, _TEXTS), max_size=6))
def test_any_pairs_are_read_back_as_they_were(pairs: list[tuple[str, str]]) -> None:
    assert pairs_of(pairs_text(pairs)) == tuple(pairs)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("M = Mr\nMme = Ms", (("M", "Mr"), ("Mme", "Ms"))),
        ("  M=Mr  \r\n\r\n Mme  =  Ms ", (("M", "Mr"), ("Mme", "Ms"))),
        ("a=b = c", (("a=b", "c"),)),
        ("a = b = c", (("a", "b = c"),)),
        ("a =", (("a", ""),)),
        ('"" = nothing', (("", "nothing"),)),
        ('" a " = "b\\nc"', ((" a ", "b\nc"),)),
        ('say "x" = y', (('say "x"', "y"),)),
        ("", ()),
    ],
)
def test_pairs_are_typed_one_a_line(text: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert pairs_of(text) == expected


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("M = Mr\nMme", "pair_without_sign", 2),
        ('"a" b = c', "pair_without_sign", 1),
        ('"a = b', "pair_quotes", 1),
        ('a = "b" c', "pair_quotes", 1),
        ('a = "b', "pair_quotes", 1),
    ],
)
def test_a_line_that_is_no_pair_is_named(text: str, code: str, line: int) -> None:
    with pytest.raises(EditRefused) as caught:
        pairs_of(text)
    assert (caught.value.problem.code, caught.value.problem.params["line"]) == (code, line)


MAP = """<In>
  <Type Name="Customer" />
  <Property Name="t" Type="Customer" Field="Type"><Map Use="m" /></Property>
  <Property Name="u" Type="Customer" Field="Company"><Trim /></Property>
  <Map Name="m"><!-- men --><Case From="M" To="Mr" /><!-- women --><Case From="Mme" To="Ms" /><Otherwise To="x" /></Map>
</In>"""


def inside(element: Element) -> list[str]:
    return [
        f"#{child.text.strip()}" if isinstance(child, Comment) else " ".join(child.attributes.values())
        for child in element.children
    ]


def test_the_cases_take_one_anothers_places_and_comments_stay() -> None:
    done = changed(MAP, {"verb": "pairs", "path": "3", "text": "M = Mister\nMlle = Miss\nMme = Ms"})
    assert inside(done.root.elements()[3]) == ["#men", "M Mister", "#women", "Mlle Miss", "Mme Ms", "x"]


def test_fewer_cases_leave_the_comments() -> None:
    done = changed(MAP, {"verb": "pairs", "path": "3", "text": "Mme = Ms"})
    assert inside(done.root.elements()[3]) == ["#men", "Mme Ms", "#women", "x"]
    assert inside(changed(done.xml, {"verb": "pairs", "path": "3", "text": ""}).root.elements()[3]) == [
        "#men",
        "#women",
        "x",
    ]


@pytest.mark.parametrize(
    ("otherwise", "value", "expected"),
    [("keep", "", {"Keep": "true"}), ("value", "rest", {"To": "rest"}), ("value", "", {"To": ""}), ("fail", "", None)],
)
def test_what_any_other_value_becomes(otherwise: str, value: str, expected: dict[str, str] | None) -> None:
    change = {"verb": "pairs", "path": "3", "text": "M = Mr", "otherwise": otherwise, "otherwise_value": value}
    found = changed(MAP, change).root.elements()[3].elements("Otherwise")
    assert [element.attributes for element in found] == ([] if expected is None else [expected])


def test_a_row_leads_to_the_map_that_its_step_uses() -> None:
    done = changed(MAP, {"verb": "pairs", "path": "1", "text": "a = b"})
    assert done.path == "3"
    assert [case.attributes for case in done.root.elements()[3].elements("Case")] == [{"From": "a", "To": "b"}]


def test_a_row_without_a_map_step_gets_one() -> None:
    done = changed(MAP, {"verb": "pairs", "path": "3", "text": ""}, {"verb": "pairs", "path": "3", "text": "a = b"})
    assert done.path == "3"
    own = changed(
        MAP.replace('<Map Use="m" />', ""), {"verb": "pairs", "path": "1", "text": "a = b", "otherwise": "keep"}
    )
    assert own.path == "1.0"
    assert [child.tag for child in own.root.elements()[1].elements()[0].elements()] == ["Case", "Otherwise"]


def test_a_case_whose_value_stays_keeps_what_else_it_says() -> None:
    xml = MAP.replace('<Case From="M" To="Mr" />', '<Case From="M" To="Mr" Note="x" />')
    done = changed(xml, {"verb": "pairs", "path": "3", "text": "M = Mister"})
    assert done.root.elements()[3].elements()[0].attributes == {"From": "M", "To": "Mister", "Note": "x"}


def test_two_cases_of_one_value_stay_two() -> None:
    done = changed(MAP, {"verb": "pairs", "path": "3", "text": "M = a\nM = b"})
    assert [case.get("To") for case in done.root.elements()[3].elements("Case")] == ["a", "b"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"path": "0", "text": ""}, "edit_not_for"),
        ({"path": "3", "text": "", "otherwise": "else"}, "change_member_invalid"),
        ({"path": "3", "text": "nothing"}, "pair_without_sign"),
    ],
)
def test_pairs_that_cannot_be_are_refused(change: dict[str, str], code: str) -> None:
    assert refusal(MAP, {"verb": "pairs", **change}) == code
