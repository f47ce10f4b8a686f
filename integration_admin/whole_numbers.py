"""Whole numbers as they stand in an address or a form."""

from __future__ import annotations

from typing import Final

#: What the key of a row or a revision may be; what a version of one may be.
HIGHEST_KEY: Final = 10**18 - 1
HIGHEST_VERSION: Final = 10**9 - 1


def whole_number(text: str, *, highest: int = HIGHEST_KEY) -> int | None:
    """From 0 to `highest`, in digits of ASCII and nothing else; None for every other text, however long."""
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(highest)):
        return None
    number = int(text)
    return number if number <= highest else None
