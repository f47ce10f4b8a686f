"""JSON Lines: a body of one object a line, read as the list of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

import msgspec

from .json_text import ANY_VALUE, JsonText
from .limits import Limits
from .place import windows

LINE: Final = re.compile(rb"[^ \t\r\n][^\n]*")
LINES: Final = msgspec.json.Decoder(msgspec.Raw)
OPENS: Final = frozenset((b"{", b"["))


def is_lines(view: memoryview) -> bool:
    """Whether the first line is an object or a list by itself and another begins on a line below it."""
    starts = [(found.start(), found.end()) for found in islice(LINE.finditer(view), 2)]
    if len(starts) < 2 or any(bytes(view[start : start + 1]) not in OPENS for start, _ in starts):
        return False
    start, end = starts[0]
    try:
        ANY_VALUE.decode(view[start:end])
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def line_items(text: JsonText, *, limits: Limits) -> list[msgspec.Raw]:
    """The values of the lines. Blank lines are passed over. Refuses a line that is no JSON, and too many lines."""
    view = text.view
    if sum(window.count(b"\n") for window in windows(view)) >= limits.max_rows:
        _count_lines(text, limits=limits)
    try:
        return LINES.decode_lines(view)
    except (msgspec.DecodeError, RecursionError):
        _refuse_line(text, limits=limits)
        raise


def _count_lines(text: JsonText, *, limits: Limits) -> None:
    if sum(1 for _ in _lines(text)) > limits.max_rows:
        text.refuse("too_many_rows", 0, limit=limits.max_rows)


def _refuse_line(text: JsonText, *, limits: Limits) -> None:
    """The decoder of many lines does not say which was wrong: the first that is none by itself."""
    for start, end in _lines(text):
        try:
            ANY_VALUE.decode(text.view[start:end])
        except (msgspec.DecodeError, RecursionError) as error:
            text.until(end).refuse_syntax(error, start=start, limits=limits)


def _lines(text: JsonText) -> Iterator[tuple[int, int]]:
    return (found.span() for found in LINE.finditer(text.view))
