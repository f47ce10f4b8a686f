"""What differs inside two values is marked, and only that."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_app.admin.differences import Pieces, differing


def shown(pieces: Pieces) -> str:
    return "".join(f"[{piece.text}]" if piece.marked else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("06 12 34 56 78", "06 12 34 56 79", "06 12 34 56 7[8]", "06 12 34 56 7[9]"),
        ("Roy", "Roy-Petit", "Roy", "Roy[-Petit]"),
        ("lea@example.org", "lea@example.com", "lea@example.[org]", "lea@example.[com]"),
        ("12 rue du Port", "14 rue du Port", "1[2] rue du Port", "1[4] rue du Port"),
        ("Roy", "Petit", "", ""),
        ("", "new", "", ""),
        ("same", "same", "", ""),
    ],
)
def test_the_differing_part_is_marked(old: str, new: str, before: str, after: str) -> None:
    one, other = differing(old, new)
    assert (shown(one), shown(other)) == (before, after)


def test_long_texts_are_compared_word_by_word() -> None:
    text = "word " * 100
    one, other = differing(f"{text}ends here", f"{text}ends there")
    assert (shown(one)[-6:], shown(other)[-7:]) == ("[here]", "[there]")


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_sign_is_lost_or_added(old: str, new: str) -> None:
    one, other = differing(old, new)
    assert ("".join(piece.text for piece in one) or old) == old
    assert ("".join(piece.text for piece in other) or new) == new
