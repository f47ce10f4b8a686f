"""Where in a body something stands: line, column, pointer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

WINDOW: Final = 1 << 20
#: The bytes of UTF-8 that begin no character.
CONTINUING: Final = bytes(range(0x80, 0xC0))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a part of a body begins in the whole. Line and column count from 1."""

    line: int
    column: int
    pointer: str


def windows(view: memoryview, *, overlap: int = 0) -> Iterator[bytes]:
    """The bytes in pieces of a megabyte; each piece but the first begins with the last `overlap` bytes before it."""
    for start in range(0, len(view), WINDOW):
        yield bytes(view[max(0, start - overlap) : start + WINDOW])


def line_and_column(view: memoryview, offset: int) -> tuple[int, int]:
    """Line and column (in characters) of a byte offset, both from 1."""
    line = column = 1
    for window in windows(view[:offset]):
        breaks = window.count(b"\n")
        if breaks:
            line, column = line + breaks, 1
        column += _characters(window[window.rfind(b"\n") + 1 :])
    return line, column


def _characters(text: bytes) -> int:
    """Characters of UTF-8, counted without decoding: a character may be cut by the end of a window."""
    return len(text.translate(None, CONTINUING))


def pointer_to(parts: tuple[str | int, ...]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
