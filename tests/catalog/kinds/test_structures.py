from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.catalog.kinds.structures import MAX_DEPTH, Json
from tests.catalog.settings import PARIS, clean, refusal

KIND = Json()


def nested(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ({"b": 1, "a": {"d": [], "c": None}}, {"a": {"c": None, "d": []}, "b": 1}),
        ('{"b": 1, "a": 1.50}', {"a": Decimal("1.5"), "b": 1}),
        ("[1, 2.0, 1e2, -0]", [1, 2, 100, 0]),
        ('[1e-7, -0.0, 1.5, "1.5"]', [Decimal("0.0000001"), 0, Decimal("1.5"), "1.5"]),
        ([True, Decimal("0.10"), "e\u0301", date(2026, 3, 1)], [True, Decimal("0.1"), "é", "2026-03-01"]),
        ({1: "a"}, {"1": "a"}),
        (" plain text ", "plain text"),
        ("12", "12"),
        (12, 12),
        (False, False),
        (0, 0),
        (Decimal("1.50"), Decimal("1.5")),
        (Decimal("1E+3"), 1000),
        (Decimal("12345678901234567890.123456789"), Decimal("12345678901234567890.123456789")),
        (2**63, 2**63),
        (None, None),
        ("", None),
        ("[]", None),
        ("{}", None),
        ([], None),
    ],
)
def test_one_canonical_form(written: object, kept: object):
    found = clean(KIND, written)
    assert found == kept
    assert KIND.text(found) == KIND.text(kept)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("[1, 2", "json_invalid"),
        ("{simulate: false}", "json_invalid"),
        ("[1,]", "json_invalid"),
        ("[NaN]", "number_invalid"),
        ("[-Infinity]", "number_invalid"),
        ('{"a": 1, "a": 2}', "json_key_repeated"),
        ('{"\u00e9": 1, "e\u0301": 2}', "json_key_repeated"),
        ("[1e3000000]", "number_too_large"),
        ("[" + "9" * 5000 + "]", "number_too_large"),
        ([Decimal("NaN")], "number_invalid"),
        ([10**5000], "number_too_large"),
        (["a\x00"], "control_character"),
        ('["\\u0000"]', "control_character"),
        ('["\\ud800"]', "half_character"),
        ({"\ud800": 1}, "half_character"),
        ([1.5], "value_unreadable"),
        ({(1, 2): 1}, "value_shape"),
        ("x" * 100_001, "text_too_long"),
        ("[" + "1," * 300_000 + "1]", "text_too_long"),
        (["x" * 100_000], "text_too_long"),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, str) else type(value).__name__,
)
def test_what_is_no_json_is_refused(written: object, code: str):
    assert refusal(KIND, written).code == code


def test_the_place_of_a_syntax_error_is_named():
    problem = refusal(KIND, '{"a": 1,\n "b" 2}')
    assert (problem.params["line"], problem.params["column"]) == (2, 6)


def test_depth_is_bounded():
    assert clean(KIND, nested(MAX_DEPTH)) == nested(MAX_DEPTH)
    for value in (nested(MAX_DEPTH + 1), "[" * 100_000, '{"a":' * 50_000, nested(900), "[" * 40 + "]" * 40):
        assert refusal(KIND, value).code in ("json_too_deep", "json_invalid")


def test_it_is_shown_on_one_line():
    assert KIND.text({"a": [1, None], "b": "é"}) == '{"a":[1,null],"b":"é"}'
    assert KIND.match_form({"A": "X"}) == '{"a":"x"}'
    assert KIND.render({"a": 1}, PARIS) == {"a": 1}


_LEAVES = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.decimals() | st.text(max_size=5)
_VALUES = st.recursive(_LEAVES, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=3), v, max_size=3))


@given(_VALUES)
def test_it_cleans_to_itself_and_its_text_reads_back(value: object):
    try:
        once = KIND.clean(value, PARIS)
    except ValueError:
        return
    assert KIND.clean(once, PARIS) == once
    if isinstance(once, dict | list):
        assert KIND.clean(KIND.text(once), PARIS) == once
    if once is not None:
        cell = KIND.cell(once)
        assert KIND.clean(KIND.of_cell(cell) if isinstance(cell, str) else cell, PARIS) == once
