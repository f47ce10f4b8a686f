from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.catalog.folding import fold
from templates_app.catalog.kinds.numbers import Double, Numeric
from templates_app.catalog.kinds.text import Text
from templates_app.catalog.types import EntityType, Field, Key, join_parts

TWO = Key(fields=("Last", "Number"), space="Person.Last,Number")
PERSON = EntityType(
    name="Person",
    fields={"Last": Field("Last", Text()), "Number": Field("Number", Numeric()), "Rate": Field("Rate", Double())},
    keys=(TWO, Key(fields=("Last",), space="Person.Last")),
    label=(("Last", "Number"),),
)


@pytest.mark.parametrize("name", ["Last,Number", "Last, Number", " Last ,Number "])
def test_a_key_is_found_by_its_fields(name: str):
    assert PERSON.key_named(name) is TWO


@pytest.mark.parametrize("name", ["Number,Last", "last", "", "Last,", "Nope"])
def test_other_names_are_no_key(name: str):
    assert PERSON.key_named(name) is None


def test_the_identity_folds_and_joins_the_parts():
    assert PERSON.identity_of(TWO, {"Last": "ROY", "Number": 7}) == "3:roy1:7"
    assert PERSON.identity_of(TWO, {"Last": "Roy "[:3], "Number": 7}) == "3:roy1:7"
    assert PERSON.identity_of(TWO, {"Last": "Roy"}) is None
    assert PERSON.identity_of(PERSON.keys[1], {"Last": "E\u0301mile"}) == "émile"


def test_zero_is_a_value():
    assert PERSON.identity_of(TWO, {"Last": "Roy", "Number": 0}) == "3:roy1:0"
    assert PERSON.label_of({"Last": "Roy", "Number": 0}) == "Roy 0"


@pytest.mark.parametrize("parts", [["a", ""], [""], ["", ""]])
def test_an_empty_part_gives_no_identity(parts: list[str]):
    assert join_parts(parts) is None


_PARTS = st.lists(st.text(min_size=1, max_size=4), min_size=2, max_size=3)


@given(_PARTS, _PARTS)
def test_different_parts_never_meet(one: list[str], other: list[str]):
    assert (join_parts(one) == join_parts(other)) == (one == other)


@given(st.text())
def test_folding_twice_is_folding_once(text: str):
    assert fold(fold(text)) == fold(text)
