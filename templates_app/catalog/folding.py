"""Folding: the one normal form used for look-ups, sorting and search."""

from __future__ import annotations

import unicodedata


def fold(text: str) -> str:
    """NFKC, case-folded, blanks collapsed, outer blanks gone. ASCII takes the short way: it is its own NFKC."""
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())
