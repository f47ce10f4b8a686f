"""Paths into nested values: members, positions, conditions, and the climb to the object around a list."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from templates_app.language.values import MISSING, text_of

MAX_PARTS: Final = 16
MAX_CONDITIONS: Final = 8

_PART: Final = re.compile(r"([^/\[\]]*)((?:\[[^\[\]=]+=[^\[\]]*\])*)(?:/|$)")
_CONDITION: Final = re.compile(r"\[([^\[\]=]+)=([^\[\]]*)\]")
_POSITION: Final = re.compile(r"-?[0-9]{1,9}", re.ASCII)

#: Gives the member of an object under a name, or MISSING.
Member = Callable[[dict[str, Any], str], Any]


@dataclass(frozen=True, slots=True)
class Part:
    """One part between slashes. An empty `member` stays where it is; `position` is set when it may count items."""

    member: str
    position: int | None = None
    conditions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """`climbs` times `../`, then `rest` as it was written and as `parts`. A plain path is one member and no more."""

    climbs: int
    rest: str
    parts: tuple[Part, ...]

    @property
    def is_plain(self) -> bool:
        return not self.climbs and len(self.parts) == 1 and self.parts[0].member == self.rest


@lru_cache(maxsize=8192)
def parse_path(name: str) -> Path | None:
    """The path that a name can be read as; None when it is none, or longer than a path may be."""
    rest, climbs = name, 0
    while rest == ".." or rest.startswith("../"):
        rest, climbs = rest[3:], climbs + 1
    parts = _parts(rest)
    if (
        parts is None
        or not (parts or climbs)
        or climbs + len(parts) > MAX_PARTS
        or sum(len(p.conditions) for p in parts) > MAX_CONDITIONS
    ):
        return None
    return Path(climbs=climbs, rest=rest, parts=parts)


def exact_member(data: dict[str, Any], name: str) -> Any:
    """The member of exactly this name."""
    return data.get(name, MISSING)


def walk(parts: tuple[Part, ...], value: Any, member: Member) -> Any:
    """The value at the end of the path. MISSING: an object on the way has no such member. None: nothing there."""
    for part in parts:
        value = _chosen(part, _entered(part, value, member), member)
        if value is None or value is MISSING:
            return value
    return value


def holds(conditions: tuple[tuple[str, str], ...], item: Any, member: Member) -> bool:
    """Whether every `[a=b]` holds for an item: its `a` is, or lists, the text `b`."""
    return all(_equals(_named(name, item, member), text) for name, text in conditions)


def _parts(text: str) -> tuple[Part, ...] | None:
    parts: list[Part] = []
    position = 0
    while position < len(text):
        match = _PART.match(text, position)
        if match is None or not match[0].strip("/") or match[1] == "..":
            return None
        part = _part(match[1], match[2])
        if parts and not part.member:
            parts[-1] = replace(parts[-1], conditions=parts[-1].conditions + part.conditions)
        else:
            parts.append(part)
        position = match.end()
    return None if text.endswith("/") else tuple(parts)


def _part(member: str, conditions: str) -> Part:
    return Part(
        member="" if member == "." else member,
        position=int(member) if _POSITION.fullmatch(member) else None,
        conditions=tuple((found[1], found[2]) for found in _CONDITION.finditer(conditions)),
    )


def _entered(part: Part, value: Any, member: Member) -> Any:
    """The member, or item, that a part names in a value, before its conditions."""
    if not part.member:
        return value
    if isinstance(value, dict):
        return member(value, part.member)
    if not isinstance(value, list):
        return MISSING
    if part.position is not None:
        return value[part.position] if -len(value) <= part.position < len(value) else None
    return _collected(part, value, member)


def _collected(part: Part, items: list[Any], member: Member) -> Any:
    """The member of every item. MISSING when there are items and none has it."""
    found: list[Any] = []
    missing = 0
    for item in items:
        value = _entered(part, item, member)
        missing += value is MISSING
        found += value if isinstance(value, list) else [None if value is MISSING else value]
    return MISSING if items and missing == len(items) else found


def _chosen(part: Part, value: Any, member: Member) -> Any:
    if not part.conditions or value is None or value is MISSING:
        return value
    items = value if isinstance(value, list) else [value]
    return next((item for item in items if holds(part.conditions, item, member)), None)


def _named(name: str, item: Any, member: Member) -> Any:
    if isinstance(item, dict) and name in item:
        return item[name]
    path = parse_path(name)
    return MISSING if path is None or path.climbs else walk(path.parts, item, member)


def _equals(value: Any, text: str) -> bool:
    if value is MISSING or isinstance(value, dict):
        return False
    if isinstance(value, list):
        return any(_equals(item, text) for item in value)
    return text_of(value) == text
