"""Finds the rows in a JSON body: `In Rows`, or the list that is plainly meant."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec

from .json_spans import CONTAINERS, LIST, OBJECT, Span, demand, first_byte, item_spans, items, members, whole
from .json_text import ANY_VALUE, JsonText
from .limits import Limits
from .nearest import nearest

NOTHING: Final = b"n"


@dataclass(frozen=True, slots=True)
class Parent:
    """An object that the rows stand in; `child` is the member that leads to them and is not part of what is given."""

    span: Span
    child: str


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that stand together: the items of one list, or one object. `parents`: innermost first.

    `way` leads here: names, `[2]` for an item chosen by position, `[]` for a list of which every item was entered.
    """

    span: Span
    raws: list[msgspec.Raw]
    parents: tuple[Parent, ...]
    way: tuple[str, ...]
    is_list: bool


def find_rows(text: JsonText, path: str, *, limits: Limits) -> list[Group]:
    """Where the rows are. `path` empty: the rule for the absent `In Rows`. Raises SourceRefused."""
    root = whole(text)
    demand(text, root, CONTAINERS, code="no_rows_in_value", limits=limits)
    finder = _Finder(text=text, limits=limits)
    groups = list(finder.walk(root, _parts(path), _Way()) if path else finder.plain(root))
    if path and not finder.ended:
        if not finder.seen:
            text.refuse("rows_missing", root.start, path=path)
        text.refuse("rows_not_found", root.start, path=path, nearest=nearest(path, finder.seen))
    if sum(len(group.raws) for group in groups) > limits.max_rows:
        text.refuse("too_many_rows", root.start, limit=limits.max_rows)
    return groups


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in path.split("/"))


@dataclass(frozen=True, slots=True)
class _Way:
    """How the search came here: the parts of the path as they proved to be, and the objects passed, innermost first."""

    parts: tuple[str, ...] = ()
    parents: tuple[Parent, ...] = ()

    def into(self, name: str, span: Span) -> _Way:
        return _Way(parts=(*self.parts, name), parents=(Parent(span=span, child=name), *self.parents))

    def to_item(self, part: str) -> _Way:
        return _Way(parts=(*self.parts, part), parents=self.parents)


class _Finder:
    """One search. `ended` tells that the path led somewhere, `seen` which names stood at the first fork that failed."""

    def __init__(self, *, text: JsonText, limits: Limits) -> None:
        self.ended = False
        self.seen: tuple[str, ...] = ()
        self._text = text
        self._limits = limits

    def plain(self, root: Span) -> Iterator[Group]:
        if first_byte(self._text, root) == OBJECT:
            inside = members(self._text, root, limits=self._limits)
            if len(inside) == 1:
                name, only = next(iter(inside.items()))
                if first_byte(self._text, only) == LIST:
                    yield from self._end(only, _Way().into(name, root))
                    return
        yield from self._end(root, _Way())

    def walk(self, at: Span, rest: tuple[str, ...], way: _Way) -> Iterator[Group]:
        kind = first_byte(self._text, at)
        if not rest:
            yield from self._end(at, way)
        elif kind == OBJECT:
            yield from self._walk_object(at, rest, way)
        elif kind == LIST:
            yield from self._walk_list(at, rest, way)
        else:
            self._end_of_value(at, kind)

    def _walk_object(self, at: Span, rest: tuple[str, ...], way: _Way) -> Iterator[Group]:
        inside = members(self._text, at, limits=self._limits)
        name, used = _choose(inside, rest)
        if not name:
            self.seen = self.seen or tuple(inside)
            return
        yield from self.walk(inside[name], rest[used:], way.into(name, at))

    def _walk_list(self, at: Span, rest: tuple[str, ...], way: _Way) -> Iterator[Group]:
        raws = items(self._text, at, limits=self._limits)
        spans = item_spans(self._text, at, raws)
        position = _position(rest[0], len(spans))
        if position is not None:
            self.ended = self.ended or position == len(spans)
            if position < len(spans):
                yield from self.walk(spans[position], rest[1:], way.to_item(f"[{position}]"))
            return
        self.ended = self.ended or not spans
        for span in spans:
            yield from self.walk(span, rest, way.to_item("[]"))

    def _end(self, at: Span, way: _Way) -> Iterator[Group]:
        self.ended = True
        kind = first_byte(self._text, at)
        if kind == LIST:
            raws = items(self._text, at, limits=self._limits)
            yield Group(span=at, raws=raws, parents=way.parents, way=way.parts, is_list=True)
        elif kind == OBJECT:
            raw = ANY_VALUE.decode(self._text.view[at.start : at.end])
            yield Group(span=at, raws=[raw], parents=way.parents, way=way.parts, is_list=False)
        else:
            self._end_of_value(at, kind)

    def _end_of_value(self, at: Span, kind: bytes) -> None:
        """Null means no rows; any other value can hold none."""
        self.ended = True
        if kind != NOTHING:
            self._text.refuse("rows_not_a_list", at.start, pointer=at.pointer)


def _choose(inside: dict[str, Span], rest: tuple[str, ...]) -> tuple[str, int]:
    """The member that the path names, and how many parts of it that took: as it stands, then by letters and digits."""
    for length in (len(rest), 1):
        if "/".join(rest[:length]) in inside:
            return "/".join(rest[:length]), length
    for length in (len(rest), 1):
        wanted = _loose("/".join(rest[:length]))
        fitting = [name for name in inside if wanted and _loose(name) == wanted]
        if len(fitting) == 1:
            return fitting[0], length
    return "", 0


def _loose(name: str) -> str:
    spelled = unicodedata.normalize("NFKD", name).casefold()
    return "".join(sign for sign in spelled if sign.isalnum())


def _position(part: str, length: int) -> int | None:
    """`0` is the first item, `-1` the last. None: the part is no position. An item that is not there: `length`."""
    digits = part.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(length)) + 1:
        return None
    position = int(part) if not part.startswith("-") else length - int(digits)
    return position if 0 <= position < length else length
