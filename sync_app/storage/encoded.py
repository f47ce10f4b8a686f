"""Values as the database keeps them. Those of a record it gives are decoded when asked for, and often nobody does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from sync_app.engine.records import Stored
from sync_app.engine.sameness import same

_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode
_encode_lines = msgspec.json.Encoder(decimal_format="number").encode_lines


def texts_of_values(listed: Sequence[Mapping[str, Any]]) -> list[str]:
    """The values of each of these, as the database keeps them. JSON has no line ends but those between them."""
    return _encode_lines(listed).decode().split("\n")[:-1]


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

    @staticmethod
    def hold(records: Sequence[Any], listed: Sequence[Mapping[str, Any]]) -> list[bool]:
        """Those not asked for their values are compared as they are written, which is a fraction of reading them."""
        written = texts_of_values([_given(values) for values in listed])
        return [
            text == record._text if record._text else same(_given(values), record.data)
            for record, values, text in zip(records, listed, written, strict=True)
        ]


def _given(values: Mapping[str, Any]) -> Mapping[str, Any]:
    if None not in values.values():
        return values
    return {name: value for name, value in values.items() if value is not None}
