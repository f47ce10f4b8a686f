"""Names that callers send."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration_admin.accounts.names import RESERVED_BRANDS, brand_key, folded_username, is_plain_text


@pytest.mark.parametrize(
    ("sent", "key"), [("acme", "acme"), ("ACME", "acme"), ("a1", "a1"), ("my-brand", "my-brand"), ("x" * 40, "x" * 40)]
)
def test_a_brand_key_is_read_in_any_case(sent: str, key: str) -> None:
    assert brand_key(sent) == key


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "a",
        "x" * 41,
        "ac me",
        "acme ",
        "acme.",
        "ac_me",
        "acmé",
        "ａｃｍｅ",
        "lea\u212aam",
        "lea\u017fam",
        "acme\0",
        "acme\n",
    ],
)
def test_what_only_looks_like_a_brand_key_is_none(sent: str) -> None:
    assert brand_key(sent) is None


@pytest.mark.parametrize("word", sorted(RESERVED_BRANDS))
def test_words_the_site_needs_are_no_brand(word: str) -> None:
    assert brand_key(word) is None
    assert brand_key(word.upper()) is None


@given(st.text())
def test_a_brand_key_is_ascii_whatever_is_sent(text: str) -> None:
    key = brand_key(text)
    assert key is None or (key.isascii() and key == brand_key(key))


@pytest.mark.parametrize("one", ["Ann", "ANN", " ann ", "ａｎｎ"])
def test_user_names_are_compared_folded(one: str) -> None:
    assert folded_username(one) == "ann"


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded_username(folded_username(text)) == folded_username(text)


@pytest.mark.parametrize(
    ("text", "plain"), [("é日", True), ("", True), ("a\0", False), ("\ud800", False), ("\x1b[1m", False)]
)
def test_control_characters_are_not_plain(text: str, plain: bool) -> None:
    assert is_plain_text(text) is plain
