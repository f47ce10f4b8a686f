"""Answers in JSON: whole, or item by item with no more of them in memory than are being written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec
from django.utils.functional import Promise

PIECE: Final = 64 * 1024


def _unknown(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


ENCODER: Final = msgspec.json.Encoder(decimal_format="number", enc_hook=_unknown)


def encode(value: object) -> bytes:
    """JSON in UTF-8; decimals are written as numbers, exactly as they are."""
    return ENCODER.encode(value)


def envelope(head: Mapping[str, Any], *, name: str, items: Iterable[object]) -> Iterator[bytes]:
    """The object `head` with one more, last member `name`: the list of `items`, written in pieces of about 64 kB."""
    opening = encode(dict(head))[:-1]
    held = bytearray(opening + (b"," if head else b"") + encode(name) + b":[")
    for position, item in enumerate(items):
        if position:
            held += b","
        held += encode(item)
        if len(held) >= PIECE:
            yield bytes(held)
            held.clear()
    yield bytes(held + b"]}")
