from __future__ import annotations

import tracemalloc
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.catalog.kinds.numbers import Double, Numeric
from tests.catalog.settings import PARIS, clean, refusal

WHOLE, DECIMAL = Numeric(), Double()
#: Bytes. 10**3000000 alone takes 1,250,000 as a whole number, and three million as a text.
LESS_THAN_WRITTEN_OUT = 500_000


@pytest.mark.parametrize(
    ("given_value", "kept"),
    [
        (0, 0),
        (7, 7),
        ("7", 7),
        (" 7 ", 7),
        ("+7", 7),
        ("-7", -7),
        ("007", 7),
        ("-0", 0),
        ("7.000", 7),
        (".0000", 0),
        ("1e3", 1000),
        (Decimal("12.00"), 12),
        (Decimal("1E+2"), 100),
        (2**53 + 1, 9007199254740993),
        ("9007199254740993", 9007199254740993),
        (2**63 - 1, 2**63 - 1),
        (-(2**63), -(2**63)),
        ("-9223372036854775808", -(2**63)),
        ("", None),
        ("  ", None),
        (None, None),
    ],
)
def test_whole_numbers_are_kept_exactly(given_value: object, kept: int | None):
    assert clean(WHOLE, given_value) == kept


@pytest.mark.parametrize(
    ("given_value", "kept"),
    [
        ("12.50", "12.5"),
        (".0000", "0"),
        (".5", "0.5"),
        ("5.", "5"),
        ("-0", "0"),
        ("-0.000", "0"),
        ("+1.10", "1.1"),
        ("007.5", "7.5"),
        ("100", "100"),
        ("1e-7", "0.0000001"),
        ("1.5E3", "1500"),
        ("1e30", "1" + "0" * 30),
        ("0." + "1" * 40, "0." + "1" * 40),
        (12, "12"),
        (Decimal("0E-10"), "0"),
        (Decimal("12.500"), "12.5"),
        (Decimal("1E-30"), "0." + "0" * 29 + "1"),
        (Decimal("0.1") + Decimal("0.2"), "0.3"),
        ("", None),
    ],
)
def test_decimal_numbers_have_one_text(given_value: object, kept: str | None):
    assert clean(DECIMAL, given_value) == kept


@pytest.mark.parametrize("kind", [WHOLE, DECIMAL])
@pytest.mark.parametrize(
    "text",
    [
        "١٢٣",
        "１２",
        "1_000",
        "1_0e5",
        "nan",
        " nan ",
        "NaN",
        "Infinity",
        "-inf",
        "1,5",
        "1 000",
        "0x10",
        "1e",
        "e5",
        ".",
        "-",
        "--1",
        "1.2.3",
        "12a",
        "²",
        "1e5.0",
        "½",
    ],
)
def test_only_ascii_digits_make_a_number(kind: Numeric | Double, text: str):
    assert refusal(kind, text).code == "number_invalid"


@pytest.mark.parametrize("kind", [WHOLE, DECIMAL])
@pytest.mark.parametrize("value", [True, False, Decimal("NaN"), Decimal("Infinity"), Decimal("-sNaN")])
def test_a_bool_is_no_number_and_neither_is_nan(kind: Numeric | Double, value: object):
    assert refusal(kind, value).code == "number_invalid"


@pytest.mark.parametrize("kind", [WHOLE, DECIMAL])
@pytest.mark.parametrize("value", [[1], {"a": 1}])
def test_a_list_is_no_number(kind: Numeric | Double, value: object):
    assert refusal(kind, value).code == "value_shape"


@pytest.mark.parametrize("kind", [WHOLE, DECIMAL])
@pytest.mark.parametrize(
    "monster",
    [
        "1e3000000",
        "1e-3000000",
        "1e31",
        "1e" + "9" * 100,
        "1e" + "9" * 5000,
        "9" * 4301,
        "9" * 41,
        "1" * 40 + "e30",
        Decimal("1E+3000000"),
        Decimal("1E-3000000"),
        Decimal("9" * 41),
    ],
)
def test_huge_numbers_are_refused_before_they_are_converted(kind: Numeric | Double, monster: object):
    tracemalloc.start()
    problem = refusal(kind, monster)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert problem.code == "number_too_large"
    assert peak < LESS_THAN_WRITTEN_OUT


@pytest.mark.parametrize("value", ["12.5", Decimal("0.1"), "1e-1"])
def test_a_fraction_is_no_whole_number(value: object):
    assert refusal(WHOLE, value).code == "number_not_whole"


@pytest.mark.parametrize(
    "value", [2**63, -(2**63) - 1, "9223372036854775808", "1e19", pytest.param(10**5000, id="5001 digits")]
)
def test_whole_numbers_have_64_bits(value: object):
    assert refusal(WHOLE, value).code == "number_out_of_range"


def test_the_wire_shows_a_number_that_is_exactly_the_kept_one():
    assert WHOLE.render(12, PARIS) == 12
    whole, fraction = DECIMAL.render("12", PARIS), DECIMAL.render("0.1", PARIS)
    assert (whole, type(whole)) == (12, int)
    assert (fraction, type(fraction)) == (Decimal("0.1"), Decimal)


def test_match_forms_of_equal_numbers_are_equal():
    assert WHOLE.match_form(7) == "7"
    assert DECIMAL.match_form(str(clean(DECIMAL, "7.50"))) == DECIMAL.match_form(str(clean(DECIMAL, Decimal("7.5"))))
    assert WHOLE.numeric
    assert DECIMAL.numeric


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1), st.integers(min_value=-(2**63), max_value=2**63 - 1))
def test_whole_numbers_sort_as_numbers(one: int, other: int):
    assert (WHOLE.sort_form(one) < WHOLE.sort_form(other)) == (one < other)
    assert WHOLE.clean(WHOLE.text(one), PARIS) == one


_DECIMALS = st.decimals(min_value=-(10**15), max_value=10**15, places=6, allow_nan=False, allow_infinity=False)


@given(_DECIMALS, _DECIMALS)
def test_decimal_numbers_sort_as_numbers_and_keep_their_value(one: Decimal, other: Decimal):
    first, second = str(clean(DECIMAL, one)), str(clean(DECIMAL, other))
    assert Decimal(first) == one
    assert (DECIMAL.sort_form(first) < DECIMAL.sort_form(second)) == (one < other)
    assert clean(DECIMAL, str(one)) == first


@given(st.text(alphabet="0123456789+-.eE ", max_size=12))
def test_whatever_is_read_as_a_number_has_its_value(text: str):
    try:
        kept = DECIMAL.clean(text, PARIS)
    except ValueError:
        return
    if kept is None:
        assert not text.strip()
    else:
        assert Decimal(kept) == Decimal(text.strip())
        assert clean(DECIMAL, kept) == kept
