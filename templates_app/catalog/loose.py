"""The loose form of a name: what is left of it when only its letters and digits count."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

_LATIN_LIGATURES: Final = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i"})


@lru_cache(maxsize=8192)
def loose_form(name: str) -> str:
    """Letters and digits only: no letter case, Latin accents, width, blanks, punctuation."""
    kept: list[str] = []
    latin = False
    for sign in unicodedata.normalize("NFKD", name).casefold().translate(_LATIN_LIGATURES):
        if unicodedata.category(sign).startswith("M"):
            if not latin:
                kept.append(sign)
        else:
            latin = unicodedata.name(sign, "").startswith("LATIN")
            if sign.isalnum():
                kept.append(sign)
    return unicodedata.normalize("NFC", "".join(kept))
