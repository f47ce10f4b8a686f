"""A source row as JSON text, and back: decimals keep their digits, dates become ISO text, members keep their order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

_encoder = msgspec.json.Encoder(decimal_format="number", enc_hook=str)
_decoder = msgspec.json.Decoder(float_hook=Decimal)


def row_text(data: object) -> str:
    """The row as it came."""
    return _encoder.encode(data).decode()


def plain_lines(text: str) -> str:
    """With one kind of line end: browsers send those of a form in a way of their own."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def row_data(text: str) -> Any:
    """The reverse of `row_text`."""
    return _decoder.decode(text)
