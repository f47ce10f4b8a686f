"""What tells a record outside of the store: enough to find it, too little to drag others along."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_app.engine.fingerprint import Fingerprint, fingerprint, leaves
from templates_app.catalog.kinds.contacts import Email
from templates_app.catalog.kinds.text import Text
from templates_app.catalog.types import EntityType, Field, Key

PERSON = EntityType(
    "Person",
    {
        "Code": Field("Code", Text()),
        "Name": Field("Name", Text()),
        "Mail": Field("Mail", Email()),
        "City": Field("City", Text()),
    },
    keys=(Key(("Code",), "Person.Code", unique=True), Key(("Name",), "Person.Name")),
    label=(("Name",),),
)
NAMED = EntityType("Named", {"Name": Field("Name", Text()), "City": Field("City", Text())}, label=(("Name",),))


def of(*states: dict[str, Any], entity: EntityType = PERSON) -> Fingerprint:
    return fingerprint(entity, states)


def test_it_is_made_of_unique_keys_and_addresses_of_all_times() -> None:
    found = of({"Code": "D-1001", "Name": "Roy", "City": "Lyon"}, {"Code": "D-1", "Mail": "a@b.example"}, {})
    assert found.texts == {"D-1001", "D-1", "a@b.example"}


def test_what_has_nothing_better_is_known_by_its_label() -> None:
    assert of({"Name": "Roy", "City": "Lyon"}, entity=NAMED).texts == {"Roy"}
    assert of({"Name": "Roy", "City": "Lyon"}).texts == {"Roy"}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"a": "D-1001"}, True),
        ({"a": " d-1001 "}, True),
        ({"a": {"b": ["x", {"c": "Ｄ-1001"}]}}, True),
        (["D-1001"], True),
        ({"a": "D-10011"}, False),
        ({"D-1001": "a"}, False),
        ({"a": "7"}, False),
        ({"a": 7, "b": "x@y.example"}, True),
        ({"a": Decimal(7), "b": "7"}, False),
        ({"a": None, "b": True}, False),
        ("D-1001", True),
        (None, False),
    ],
)
def test_a_row_is_told_by_a_whole_value(row: object, told: bool) -> None:
    assert of({"Code": "D-1001"}, {"Code": "7", "Mail": "x@y.example"}).is_in(row) is told


def test_short_texts_tell_only_together() -> None:
    found = of({"Code": "7", "Mail": "a@b"})
    assert not found.is_in({"score": 7})
    assert found.is_in({"score": 7, "mail": "A@B"})


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_every_value_inside_is_looked_at(value: Any) -> None:
    texts = list(leaves(value))
    assert all(isinstance(text, str) for text in texts)
    for text in texts:
        assert Fingerprint(frozenset(), frozenset({"zz" * 4})).is_in([value, "zz" * 4])
        assert text in list(leaves([value]))


def test_nothing_is_told_by_an_empty_fingerprint() -> None:
    assert not of({}).is_in({"a": "", "b": " "})
