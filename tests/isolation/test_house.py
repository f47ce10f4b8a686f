"""The houses have a row of everything, and their word is in all that has room for words."""

from __future__ import annotations

from typing import Final

import pytest

from tests.isolation.house import House, every_model, rows_of

pytestmark = pytest.mark.django_db
#: Rows of figures, keys and bytes that nobody reads: their words are those of what they belong to.
WORDLESS: Final = frozenset(
    {"GroupAccess", "AccessToken", "KeyUse", "BrandClock", "Revision", "Reference", "RunPayload", "RunLease"}
    | {"SyncEvent", "UploadPart"}
)


def test_there_is_a_row_of_every_model_in_both_and_its_word_wherever_words_are(ours: House, theirs: House) -> None:
    for model in every_model():
        rows = rows_of(model)
        assert len(rows) >= 2, f"tests/isolation/house.py furnishes no {model.__name__}"
        for house in (ours, theirs):
            assert model.__name__ in WORDLESS or house.word in str(rows), f"{model.__name__} of {house.brand}"
