"""What `==` takes for one is told apart where the kinds of values tell it apart, and nothing else is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sync_app.engine.sameness import differing, same


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("a", "a", True),
        ("a", "b", False),
        (1, True, False),
        (False, 0, False),
        (True, True, True),
        (5, Decimal("5.0"), True),
        ({"a": [0]}, {"a": [False]}, False),
        ({"a": 1, "b": {"c": True}}, {"b": {"c": True}, "a": 1}, True),
        ({"a": {"b": 1}}, {"a": {"b": True}}, False),
        ([3, 5], [3, 5], True),
        ([3, 5], [5, 3], False),
        ({}, {"a": None}, False),
        (None, False, False),
    ],
)
def test_two_values_are_the_same_only_if_each_part_is(one: Any, other: Any, expected: bool) -> None:
    assert same(one, other) is same(other, one) is expected
    assert differing({"field": other}, {"field": one}) == ([] if expected else ["field"])


def test_what_is_not_there_is_none() -> None:
    assert differing({"a": None, "b": 0}, {}) == ["b"]
