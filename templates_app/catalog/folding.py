"""Folding: the one normal form used for look-ups, sorting and search."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """NFKC, case-folded, blanks collapsed, outer blanks gone. ASCII takes the short way: it is its own NFKC."""
    if text.isascii():
        words = text.lower().split()
        return words[0] if len(words) == 1 else " ".join(words)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())
