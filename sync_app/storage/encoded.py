"""A record as the database gives it: its values are decoded when they are asked for, and often nobody does."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from sync_app.engine.records import Stored
from sync_app.engine.sameness import same

_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode
_encode = msgspec.json.Encoder(decimal_format="number").encode


class Encoded(Stored):
    """`data` is not set until it is asked for; then `_text` has done its service."""

    __slots__ = ("_text",)

    def __init__(self, record: int, entity_type: str, text: str, version: int, deleted: object) -> None:
        self.id = record
        self.type = entity_type
        self.version = version
        self.deleted = bool(deleted)
        self.label = ""
        self._text = text

    def __getattr__(self, name: str) -> Any:
        if name != "data":
            raise AttributeError(name)
        self.data, self._text = _decode(self._text), ""
        return self.data

    def holds(self, values: Mapping[str, Any]) -> bool:
        if None in values.values():
            values = {name: value for name, value in values.items() if value is not None}
        return _encode(values).decode() == self._text if self._text else same(values, self.data)
