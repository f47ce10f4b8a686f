"""Structured values: whole JSON documents in one field."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Final

import msgspec

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.decimals import decimal_text, number_text, whole_text
from templates_app.catalog.kinds.plain import kept_text, plain_text
from templates_app.catalog.problems import Refused

MAX_DEPTH: Final = 32
#: How JSON begins that is neither an object nor a list.
_SCALARS: Final = ('"', "t", "f", "n", "-", *"0123456789")

_encode = msgspec.json.Encoder(decimal_format="number", order="sorted").encode


@dataclass(frozen=True, slots=True)
class Json(Kind):
    """A JSON value. Canonical: sorted keys, whole numbers as int, others as Decimal, text as NFC.

    Text that begins with `{` or `[` is read as JSON, other text is a text. In a cell of a table all text that is JSON
    is read as JSON (`5`, `true`, `"5"`), so a text like those stands there in quotes. At most 32 levels and
    `max_length` characters once written.
    """

    name: ClassVar[str] = "Json"
    max_length: int = 100_000

    def clean(self, value: object, setting: Setting) -> Any:
        if isinstance(value, str):
            value = self._read(value.strip())
        if value is None or value in ("", [], {}):
            return None
        canonical = _canonical(value, 1)
        length = len(self.text(canonical))
        if length > self.max_length:
            raise Refused("text_too_long", value=self.text(canonical), max=self.max_length, length=length)
        return canonical

    def of_cell(self, text: str) -> object:
        if not text.lstrip().startswith(_SCALARS):
            return text
        try:
            return self._parsed(text.strip())
        except (json.JSONDecodeError, Refused):
            return text

    def cell(self, value: Any) -> Any:
        return self.text(value) if isinstance(value, str) and self.of_cell(value) is not value else value

    def text(self, value: Any) -> str:
        """One line of JSON, without blanks between the parts."""
        return _encode(value).decode()

    def _read(self, text: str) -> object:
        if not text.startswith(("{", "[")):
            return text
        if len(text) > 4 * self.max_length:
            raise Refused("text_too_long", value=text, max=self.max_length, length=len(text))
        try:
            return self._parsed(text)
        except RecursionError:
            raise Refused("json_too_deep", max=MAX_DEPTH) from None
        except json.JSONDecodeError as error:
            raise Refused("json_invalid", value=text, line=error.lineno, column=error.colno) from None

    def _parsed(self, text: str) -> object:
        return json.loads(
            text,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_no_number,
            object_pairs_hook=_members,
        )


def _canonical(value: object, depth: int) -> Any:
    if isinstance(value, list | tuple | dict) and depth > MAX_DEPTH:
        raise Refused("json_too_deep", max=MAX_DEPTH)
    if isinstance(value, dict):
        return _canonical_members(value, depth)
    if isinstance(value, list | tuple):
        return [_canonical(item, depth + 1) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(whole_text(value))
    if isinstance(value, Decimal):
        return _exact(decimal_text(value))
    return kept_text(plain_text(value))


def _canonical_members(value: dict[Any, Any], depth: int) -> dict[str, Any]:
    members = [(kept_text(plain_text(name)), _canonical(item, depth + 1)) for name, item in value.items()]
    return dict(sorted(_members(members).items()))


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for name, item in pairs:
        if name in members:
            raise Refused("json_key_repeated", value=name)
        members[name] = item
    return members


def _number(text: str) -> int | Decimal:
    return _exact(number_text(text))


def _exact(canonical: str) -> int | Decimal:
    """However a number was written, it is one value: whole ones are int."""
    return Decimal(canonical) if "." in canonical else int(canonical)


def _no_number(word: str) -> Any:
    raise Refused("number_invalid", value=word)
