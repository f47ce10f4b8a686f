"""JSON in the database whose numbers keep every digit: what is no whole number is a Decimal, on the way in and out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec
from django.db import models

_encode: Final = msgspec.json.Encoder(decimal_format="number").encode


class _Encoder(json.JSONEncoder):
    def encode(self, o: Any) -> str:
        return _encode(o).decode()


class _Decoder(json.JSONDecoder):
    def __init__(self) -> None:
        super().__init__(parse_float=Decimal)


class ExactJSONField(models.JSONField):
    """A JSONField for values without floats. The column is that of any JSONField, and so are its migrations."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "encoder": _Encoder, "decoder": _Decoder})

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, _, arguments, options = super().deconstruct()
        del options["encoder"], options["decoder"]
        return name, "django.db.models.JSONField", arguments, options
