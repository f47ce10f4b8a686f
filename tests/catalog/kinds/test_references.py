from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.catalog.kinds.references import Reference, ReferenceList
from tests.catalog.settings import PARIS, clean, refusal

ONE, MANY = Reference(target="Customer"), ReferenceList(target="Customer")


@pytest.mark.parametrize(
    ("written", "kept"), [(756, 756), ("756", 756), (" 756 ", 756), (Decimal("756.0"), 756), (None, None), ("", None)]
)
def test_a_reference_is_the_id_of_a_record(written: object, kept: int | None):
    assert clean(ONE, written) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ([3, 1, 2], [3, 1, 2]),
        ([3, 1, 3, "1"], [3, 1]),
        ((3,), [3]),
        (3, [3]),
        ("3", [3]),
        ([None, 3, ""], [3]),
        ([], None),
        ([None], None),
        (None, None),
    ],
)
def test_a_list_keeps_its_order_and_each_record_once(written: object, kept: list[int] | None):
    assert clean(MANY, written) == kept


@pytest.mark.parametrize("written", [0, -1, "-1", "1.5", "abc", "١", True, 2**63, "9" * 20, "1;2", "1_0"])
def test_what_is_no_id_is_refused(written: object):
    assert refusal(ONE, written).code == "reference_invalid"
    assert refusal(MANY, [1, written]).code == "reference_invalid"


@pytest.mark.parametrize("written", [{"key": 1}, [[1]]])
def test_an_object_is_no_id(written: object):
    assert refusal(MANY, [written]).code == "value_shape"
    assert refusal(ONE, written).code == "value_shape"


def test_they_say_what_they_are():
    assert (ONE.refers, ONE.many, MANY.refers, MANY.many) == (True, False, True, True)
    assert (ONE.text(7), MANY.text([7, 8])) == ("7", "7;8")
    assert (ONE.render(7, PARIS), MANY.render([7, 8], PARIS)) == (7, [7, 8])
    assert MANY.match_form([7, 8]) == "7;8"


@given(st.integers(min_value=1, max_value=2**63 - 1), st.integers(min_value=1, max_value=2**63 - 1))
def test_ids_sort_as_numbers(one: int, other: int):
    assert (ONE.sort_form(one) < ONE.sort_form(other)) == (one < other)
    assert ONE.match_form(one) == ONE.text(one) == str(clean(ONE, str(one)))


@given(st.lists(st.integers(min_value=1, max_value=99)))
def test_a_list_cleans_to_itself(ids: list[int]):
    once = MANY.clean(ids, PARIS)
    assert once == (list(dict.fromkeys(ids)) or None)
    assert MANY.clean(once, PARIS) == once
