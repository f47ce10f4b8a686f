"""A record whose values are decoded late is the same record."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sync_app.engine.records import Stored, which_hold
from sync_app.storage.encoded import Encoded

VALUES: dict[str, Any] = {"Name": "Élan", "Score": "2.5", "Size": 7, "Tags": ["a", "b"], "Open": True}


def encoded(values: dict[str, Any], *, spaced: bool = False) -> Encoded:
    text = msgspec.json.encode(values).decode()
    return Encoded(5, "Person", text.replace(":", ": ") if spaced else text, 3, 0)


def test_it_has_its_values_however_often_it_is_asked() -> None:
    record = encoded(VALUES)
    assert record.data == VALUES
    assert record.data is record.data
    assert (record.id, record.type, record.version, record.deleted, record.label) == (5, "Person", 3, False, "")
    with pytest.raises(AttributeError, match="colour"):
        _ = record.colour


@pytest.mark.parametrize("decoded", [False, True])
@pytest.mark.parametrize("spaced", [False, True])
@pytest.mark.parametrize(
    ("values", "holds"),
    [
        (VALUES, True),
        (VALUES | {"City": None}, True),
        (VALUES | {"City": "Paris"}, False),
        (VALUES | {"Name": None}, False),
        (VALUES | {"Size": 8}, False),
        (VALUES | {"Tags": ["b", "a"]}, False),
        ({"Name": "Élan"}, False),
        ({}, False),
    ],
)
def test_it_knows_what_it_holds(values: dict[str, Any], holds: bool, spaced: bool, decoded: bool) -> None:
    record = encoded(VALUES, spaced=spaced)
    if decoded:
        assert record.data == VALUES
    # Another way of writing the same JSON may hide that the values are the same, never that they differ.
    assert which_hold([record, record], [values, VALUES]) == [holds and (decoded or not spaced), decoded or not spaced]
    assert record.data == VALUES


def test_a_record_in_memory_says_the_same() -> None:
    record = Stored(5, "Person", VALUES, 3)
    listed = [dict(VALUES), VALUES | {"City": None}, VALUES | {"Size": 8}]
    assert which_hold([record] * 3, listed) == [True, False, False]
    assert which_hold([record, encoded(VALUES), record], listed) == [True, True, False]
    assert which_hold([], []) == []
