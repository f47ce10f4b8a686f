"""How any value is spelled for people: a text as it stands, everything else as JSON writes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal


def spelled(value: object, *, length: int) -> str:
    """The beginning of the value, a little more than `length` characters at most: what is longer is not looked at."""
    if isinstance(value, str):
        return value[: length + 1]
    text = ""
    for piece in _pieces(value, length):
        text += piece
        if len(text) > length:
            break
    return text


def _pieces(value: object, length: int) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _listed("{}", ((f"{_scalar(str(name), length)}: ", item) for name, item in value.items()), length)
    elif isinstance(value, list | tuple):
        yield from _listed("[]", (("", item) for item in value), length)
    else:
        yield _scalar(value, length)


def _listed(brackets: str, members: Iterator[tuple[str, object]], length: int) -> Iterator[str]:
    before = brackets[0]
    for name, item in members:
        yield before + name
        yield from _pieces(item, length)
        before = ", "
    yield brackets if before == brackets[0] else brackets[1]


def _scalar(value: object, length: int) -> str:
    """What JSON has no form for as it writes itself."""
    if isinstance(value, str):
        return json.dumps(value[: length + 1], ensure_ascii=False)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    # Python refuses to write out a whole number of more than 4,300 digits.
    return str(Decimal(value) if isinstance(value, int) else value)
