"""What is folded together is folded as if it stood alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.catalog.folding import fold, fold_all

TEXTS = st.lists(
    st.text(st.sampled_from("aB é\u0301ßﬁ\n\t\u00a0İςΣ\u2028\u1e9e가\u1112\u1161"), max_size=6), max_size=6
)


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""],
        ["Ada"],
        ["Ada", "BEN  King", " Cleo "],
        ["Ada", "", "Ben"],
        ["Straße", "ÉLAN vital", "ﬁn"],
        ["a\nb", "c"],
        ["Ada", "\u0301e"],
        ["ΟΔΟΣ", "Σ"],
    ],
)
def test_many_texts_fold_as_each_of_them_does(texts: list[str]):
    assert fold_all(texts) == [fold(text) for text in texts]


@given(TEXTS)
def test_whatever_signs_stand_at_their_ends(texts: list[str]):
    assert fold_all(texts) == [fold(text) for text in texts]


@given(st.lists(st.text(), max_size=5))
def test_whatever_they_hold(texts: list[str]):
    assert fold_all(texts) == [fold(text) for text in texts]
