"""The members of an object and the items of a list, with the offsets they stand at, without decoding what they hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from .json_lines import line_items
from .json_text import ANY_VALUE, JsonText
from .limits import Limits
from .place import pointer_to

KEY: Final = re.compile(rb'[ \t\r\n]*("[^"\\]*(?:\\.[^"\\]*)*")[ \t\r\n]*:[ \t\r\n]*', re.DOTALL)
BETWEEN: Final = re.compile(rb"[ \t\r\n]*,?[ \t\r\n]*")
BLANK: Final = re.compile(rb"[ \t\r\n]*")
MEMBERS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
ITEMS: Final = msgspec.json.Decoder(list[msgspec.Raw])
TEXT: Final = msgspec.json.Decoder(str)
LIST: Final = b"["
OBJECT: Final = b"{"
CONTAINERS: Final = frozenset({LIST, OBJECT})
ROWS_SPLIT_UNCOUNTED: Final = 2


@dataclass(frozen=True, slots=True)
class Span:
    """A value of the body: from byte `start` to before `end`. `parts` is the way to it, for pointers."""

    start: int
    end: int
    parts: tuple[str | int, ...] = ()

    @property
    def pointer(self) -> str:
        return pointer_to(self.parts)


class _Item:
    """Stands for any item while they are only counted."""


_ITEM: Final = _Item()


class _TooManyItems(Exception):
    """Ends the counting; never leaves this file."""


def whole(text: JsonText) -> Span:
    """The body without the blanks around it."""
    start = _skip(BLANK, text.view, 0)
    return Span(start=start, end=len(text.view))


def demand(text: JsonText, span: Span, kinds: frozenset[bytes], *, code: str, limits: Limits) -> None:
    """Refuses with `code` unless the value at `span` begins as one of `kinds`; text that is no JSON says so instead."""
    if first_byte(text, span) in kinds:
        return
    try:
        ANY_VALUE.decode(text.view[span.start : span.end])
    except (msgspec.DecodeError, RecursionError) as error:
        text.refuse_syntax(error, start=span.start, limits=limits)
    text.refuse(code, span.start, pointer=span.pointer)


def first_byte(text: JsonText, span: Span) -> bytes:
    if is_all_lines(text, span):
        return LIST
    return bytes(text.view[span.start : span.start + 1])


def is_all_lines(text: JsonText, span: Span) -> bool:
    """Whether it is the body itself, of one value a line: a list that has no brackets."""
    return text.lines and not span.parts


def members(text: JsonText, span: Span, *, limits: Limits) -> dict[str, Span]:
    """The members of the object at `span`. Refuses syntax errors anywhere inside, and names that occur twice."""
    try:
        raws = MEMBERS.decode(text.view[span.start : span.end])
    except (msgspec.DecodeError, RecursionError) as error:
        text.refuse_syntax(error, start=span.start, limits=limits)
    if len(raws) > limits.max_fields:
        text.refuse("too_many_fields", span.start, pointer=span.pointer, limit=limits.max_fields)
    found: dict[str, Span] = {}
    position = span.start + 1
    for name, raw in raws.items():
        found[name] = _expected_member(text, position, name, raw, inside=span)
        position = _skip(BETWEEN, text.view, found[name].end)
    _refuse_further_member(text, position, inside=span)
    return found


def _expected_member(text: JsonText, position: int, name: str, raw: msgspec.Raw, *, inside: Span) -> Span:
    """The member that should stand at `position`. The decoder keeps the last of two equal names, which shows here."""
    _refuse_further_member(text, position, inside=inside, expected=name)
    key = KEY.match(text.view, position)
    value = memoryview(raw)
    start = key.end() if key else position
    if text.view[start : start + len(value)] != value:
        text.refuse("duplicate_key", position, pointer=inside.pointer + pointer_to((name,)), name=name)
    return Span(start=start, end=start + len(value), parts=(*inside.parts, name))


def _refuse_further_member(text: JsonText, position: int, *, inside: Span, expected: str | None = None) -> None:
    """Whatever else than the expected name stands here was named before."""
    key = KEY.match(text.view, position)
    name = TEXT.decode(key[1]) if key else None
    if name is not None and name != expected:
        text.refuse("duplicate_key", position, pointer=inside.pointer + pointer_to((name,)), name=name)


def items(text: JsonText, span: Span, *, limits: Limits) -> list[msgspec.Raw]:
    """The items of the list at `span`, each a view of the body. Refuses syntax errors inside and too many items."""
    if is_all_lines(text, span):
        return line_items(text, limits=limits)
    try:
        # A view costs 64 bytes: where the commas say that there may be far too many, they are counted first.
        if text.commas >= ROWS_SPLIT_UNCOUNTED * limits.max_rows:
            _count_items(text.view[span.start : span.end], limit=limits.max_rows)
        raws = ITEMS.decode(text.view[span.start : span.end])
    except _TooManyItems:
        text.refuse("too_many_rows", span.start, pointer=span.pointer, limit=limits.max_rows)
    except (msgspec.DecodeError, RecursionError) as error:
        text.refuse_syntax(error, start=span.start, limits=limits)
    if len(raws) > limits.max_rows:
        text.refuse("too_many_rows", span.start, pointer=span.pointer, limit=limits.max_rows)
    return raws


def _count_items(view: memoryview, *, limit: int) -> None:
    seen = 0

    def count(kind: type, value: Any) -> _Item:
        nonlocal seen
        seen += 1
        if seen > limit:
            raise _TooManyItems
        return _ITEM

    msgspec.json.Decoder(list[_Item], dec_hook=count).decode(view)


def item_spans(text: JsonText, span: Span, raws: list[msgspec.Raw]) -> list[Span]:
    """Where the items of the list at `span` stand. Costs a step an item: for errors, and for lists on a path."""
    found: list[Span] = []
    position = _skip(BLANK, text.view, span.start if is_all_lines(text, span) else span.start + 1)
    for index, raw in enumerate(raws):
        end = position + len(memoryview(raw))
        found.append(Span(start=position, end=end, parts=(*span.parts, index)))
        position = _skip(BETWEEN, text.view, end)
    return found


def _skip(pattern: re.Pattern[bytes], view: memoryview, position: int) -> int:
    found = pattern.match(view, position)
    return found.end() if found else position
