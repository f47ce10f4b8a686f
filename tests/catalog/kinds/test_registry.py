from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.catalog.enums import enums_of
from templates_app.catalog.kinds.base import Kind
from templates_app.catalog.kinds.choices import Combo
from templates_app.catalog.kinds.references import Reference
from templates_app.catalog.kinds.registry import KINDS, kind_names, make_kind, option_names
from templates_app.catalog.kinds.text import Text
from templates_app.catalog.problems import Refused
from templates_app.catalog.refusals import CatalogRefused
from templates_app.catalog.sentences import SENTENCES
from tests.catalog.settings import NUMBERS, PARIS

NEEDED: dict[str, dict[str, object]] = {
    "Combo": {"choices": ["Small", "Large"]},
    "Reference": {"target": "Customer"},
    "ReferenceList": {"target": "Customer"},
}

#: What the documented field types name without being values of their own: a line in a form, and what projects compute.
NO_KINDS = {"Separator"} | {name for name in enums_of("4.7")["DataFieldType"] if "Project" in name}


def any_kind(name: str) -> Kind:
    return make_kind(name, options=NEEDED.get(name))


def test_every_documented_field_type_that_holds_a_value_is_a_kind():
    assert set(enums_of("4.7")["DataFieldType"]) - NO_KINDS <= set(kind_names())


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_made_from_its_name(name: str):
    kind = any_kind(name)
    assert kind.name == name
    assert kind == any_kind(name)
    assert hash(kind) == hash(any_kind(name))
    assert (type(kind).__doc__ or "").strip()


def test_options_configure_a_kind():
    assert make_kind("Text", options={"max_length": 10}) == Text(max_length=10)
    assert make_kind("Combo", options={"choices": ["a", "b"]}) == Combo(choices=("a", "b"))
    assert make_kind("Combo", options={"enum": "TaskType", "always_number": True}) == Combo(
        enum="TaskType", always_number=True
    )
    assert make_kind("Reference", options={"target": "Do"}) == Reference(target="Do")
    assert option_names("Combo") == ("enum", "choices", "always_number")
    assert option_names("Check") == ()


@pytest.mark.parametrize(
    ("name", "options", "code"),
    [
        ("Nonsense", {}, "kind_unknown"),
        ("text", {}, "kind_unknown"),
        ("__class__", {}, "kind_unknown"),
        ("Text", {"length": 3}, "kind_option_unknown"),
        ("Check", {"max_length": 3}, "kind_option_unknown"),
        ("Text", {"max_length": "3"}, "kind_option_invalid"),
        ("Text", {"max_length": True}, "kind_option_invalid"),
        ("Text", {"max_length": 0}, "kind_option_invalid"),
        ("Text", {"max_length": 10**9}, "kind_option_invalid"),
        ("Combo", {}, "choices_needed"),
        ("Combo", {"enum": "Nope"}, "enum_unknown"),
        ("Combo", {"enum": 3}, "kind_option_invalid"),
        ("Combo", {"choices": "abc"}, "kind_option_invalid"),
        ("Combo", {"choices": [1, 2]}, "kind_option_invalid"),
        ("Combo", {"enum": "Title", "always_number": "true"}, "kind_option_invalid"),
        ("Reference", {}, "kind_option_missing"),
        ("ReferenceList", {"target": None}, "kind_option_invalid"),
    ],
)
def test_what_no_kind_knows_is_refused(name: str, options: dict[str, object], code: str):
    with pytest.raises(CatalogRefused) as caught:
        make_kind(name, options=options)
    problem = caught.value.problem
    assert (caught.value.code, problem.code) == (code, code)
    assert SENTENCES[code].format(**problem.params)


_ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals()
    | st.text(max_size=20)
    | st.dates()
    | st.times()
    | st.datetimes()
    | st.lists(st.integers() | st.text(max_size=3), max_size=3)
    | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
)


@pytest.mark.parametrize("name", KINDS)
@given(value=_ANYTHING)
def test_every_kind_refuses_or_keeps_and_never_breaks(name: str, value: object):
    kind = any_kind(name)
    try:
        once = kind.clean(value, PARIS)
    except Refused:
        return
    assert kind.clean(once, PARIS) == once
    if once is None:
        return
    assert isinstance(once, str | int | bool | list | dict) or (name == "Json" and isinstance(once, Decimal))
    assert kind.cell(once) is not None
    assert isinstance(kind.text(once), str)
    assert kind.match_form(once) == kind.match_form(kind.clean(once, PARIS))
    assert isinstance(kind.sort_form(once), str)
    assert kind.clean(kind.render(once, NUMBERS), PARIS) == once


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("nothing", [None, "", " ", "\n", []])
def test_every_kind_takes_nothing_as_empty(name: str, nothing: object):
    assert any_kind(name).clean(nothing, PARIS) is None


@pytest.mark.parametrize("name", [name for name in KINDS if name not in ("Json", "ReferenceList")])
@pytest.mark.parametrize("structured", [["x"], {"x": 1}, [1, 2]])
def test_kinds_of_one_value_refuse_lists_and_objects(name: str, structured: object):
    with pytest.raises(ValueError, match="value_shape"):
        any_kind(name).clean(structured, PARIS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Date", datetime(2026, 3, 1, 8)),
        ("Date", date(2026, 3, 1)),
        ("Time", time(8)),
        ("DateTime", date(2026, 3, 1)),
        ("Text", time(8)),
        ("Double", Decimal("1.5")),
    ],
)
def test_values_of_spreadsheets_are_taken(name: str, value: object):
    assert isinstance(any_kind(name).clean(value, PARIS), str)


#: What a source may hold: of any kind, good and bad, with and without what has to be cleaned away.
GIVEN: tuple[object, ...] = (
    *("Ada", " Ada", "Ada ", "", " ", "é", "e\u0301", "a\nb", "a\0", "\ud800", "x" * 300, "12", "12.50", "-0", "1e3"),
    *("a@b.org", "A.B@c.example", "a@b", "a b@c.org", "+33 6 12", "0", "06-", "+", "Small", "small", "true", "#fff"),
    *("2026-02-28", "2026-02-30", "12:30", "https://x.org", "3;4", "é" * 255, "\u00a0x", None, True, 0, 7, -3, 2**63),
    *(Decimal("1.50"), [], [3], {}, date(2026, 2, 3), datetime(2026, 2, 3, 4, 5), time(4, 5)),
)


@pytest.mark.parametrize("name", KINDS)
def test_a_value_that_stands_is_the_one_that_cleaning_gives(name: str):
    kind = any_kind(name)
    for value in GIVEN:
        if kind.as_they_stand([value]):
            cleaned = kind.clean(value, PARIS)
            assert (cleaned, type(cleaned)) == (value, type(value)), value


@pytest.mark.parametrize("name", KINDS)
def test_values_stand_together_only_when_each_of_them_does(name: str):
    kind = any_kind(name)
    standing = [value for value in GIVEN if kind.as_they_stand([value])]
    assert not kind.as_they_stand([])
    for value in GIVEN:
        if value not in standing:
            assert not kind.as_they_stand([*standing, value]), value


@pytest.mark.parametrize("name", ["Text", "Memo", "Numeric", "Email", "Phone"])
def test_the_common_kinds_know_what_stands(name: str):
    good: dict[str, list[object]] = {
        "Numeric": [1, -5, 2**63 - 1],
        "Email": ["a@b.org", "c.d@e.fr"],
        "Phone": ["+33612345678", "06 12"],
    }
    assert any_kind(name).as_they_stand(good.get(name, ["Ada", "Société"]))


@pytest.mark.parametrize("name", KINDS)
def test_many_match_forms_are_those_of_each(name: str):
    kind = any_kind(name)
    canonical: list[object] = []
    for value in GIVEN:
        try:
            cleaned = kind.clean(value, PARIS)
        except Refused:
            continue
        if cleaned is not None:
            canonical.append(cleaned)
    assert kind.match_forms(canonical) == [kind.match_form(value) for value in canonical]
    assert kind.match_forms([]) == []
