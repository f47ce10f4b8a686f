from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.language.patterns import compile_pattern, with_wide_blanks


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"a\sb", "a\u00a0b", True),
        (r"a[\s-]b", "a\u202fb", True),
        (r"a[^\s]b", "a\u00a0b", False),
        (r"a\Sb", "a\u00a0b", False),
        (r"a\Sb", "axb", True),
        (r"a\\sb", r"a\sb", True),
        (r"[]\s]x", "\u00a0x", True),
        (r"[^]\s]x", "\u00a0x", False),
        (r"[[:digit:]\s]x", "\u00a0x", True),
        (r"\Qa\sb\E", r"a\sb", True),
        (r"\Qa\sb", r"a\sb", True),
        (r"[\S]", "\u00a0", True),
        (r"\[\s\]", "[\u00a0]", True),
    ],
)
def test_white_space_includes_the_no_break_spaces(pattern: str, text: str, found: bool) -> None:
    assert (compile_pattern(pattern).search(text) is not None) is found


@given(st.text(alphabet="ab[]^\\Q E()-:d.", max_size=12))
def test_a_pattern_without_blanks_stays_as_it_is(pattern: str) -> None:
    assert with_wide_blanks(pattern) == pattern


@pytest.mark.parametrize("pattern", ["(", "(?<=a)b", "a{1001}", "[z-a]"])
def test_the_reason_of_a_refusal_is_told(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"[a-z]{3}"):
        compile_pattern(pattern)


def test_letter_case_counts_unless_it_shall_not() -> None:
    assert compile_pattern("été").search("ÉTÉ") is None
    assert compile_pattern("été", ignore_case=True).search("ÉTÉ") is not None
