"""Rows written back into the objects and lists they stood in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, BinaryIO, Final

from .cells import JSON

EVERY_ITEM: Final = "[]"


class NestedRows:
    """Writes rows at `path`, as `SourceFormat.path` spells it: the same path finds them there again.

    Each row comes with its parents, innermost first, each without the member that leads on. Rows of the same parents
    that follow each other share them.
    """

    def __init__(self, out: BinaryIO, *, path: tuple[str, ...]) -> None:
        self._out = out
        self._before, self._levels = _levels(path)
        self._open: list[Any] = []
        self._started = False
        self._first = True
        out.write(_opening(self._before))

    def write(self, row: dict[str, Any], *, parents: Sequence[Any]) -> None:
        outer = [parent if isinstance(parent, dict) else {} for parent in reversed(parents)]
        outer = [*outer, *({} for _ in self._levels)][: len(self._levels)]
        same = 0
        while self._started and same < len(outer) and self._open[same] == outer[same]:
            same += 1
        if not self._started:
            self._open_from(0, outer)
        elif same < len(outer):
            self._turn_to(outer, same)
        self._out.write((b"\n" if self._first else b",\n") + JSON.encode(row))
        self._first = False

    def close(self) -> None:
        if not self._started:
            self._open_from(0, [{} for _ in self._levels])
        self._close_down_to(0)
        self._out.write(_closing(self._before))

    def _turn_to(self, outer: list[Any], same: int) -> None:
        """Closes the parents that are not those of the next row and opens its own.

        Only an item of a list can be followed by another; the first form of an object that stands alone is kept.
        """
        while same >= 0 and not self._is_item(same):
            same -= 1
        if same < 0:
            return
        self._close_down_to(same)
        self._out.write(b",\n")
        self._open_from(same, outer)

    def _is_item(self, depth: int) -> bool:
        lists = self._levels[depth - 1][1] if depth else self._before
        return lists[-1:] == (EVERY_ITEM,)

    def _open_from(self, first: int, outer: list[Any]) -> None:
        for depth in range(first, len(outer)):
            self._out.write(self._object(depth, outer[depth]))
        self._out.write(b"[")
        self._open, self._started, self._first = outer, True, True

    def _object(self, depth: int, parent: dict[str, Any]) -> bytes:
        name, lists = self._levels[depth]
        members = JSON.encode({key: value for key, value in parent.items() if key != name})[:-1]
        comma = b"," if len(members) > 1 else b""
        return members + comma + JSON.encode(name) + b":" + _opening(lists)

    def _close_down_to(self, depth: int) -> None:
        self._out.write(b"\n]")
        for _, lists in reversed(self._levels[depth:]):
            self._out.write(_closing(lists) + b"}")


def _levels(path: tuple[str, ...]) -> tuple[tuple[str, ...], list[tuple[str, tuple[str, ...]]]]:
    """The lists around the outermost object, then each object's member on the way and the lists inside that."""
    before: list[str] = []
    levels: list[tuple[str, tuple[str, ...]]] = []
    for part in path:
        if not _is_list(part):
            levels.append((part, ()))
        elif levels:
            name, lists = levels[-1]
            levels[-1] = (name, (*lists, part))
        else:
            before.append(part)
    return tuple(before), levels


def _is_list(part: str) -> bool:
    return part == EVERY_ITEM or (part.startswith("[") and part.endswith("]") and part[1:-1].isdigit())


def _opening(lists: tuple[str, ...]) -> bytes:
    """`[2]` is the third item: two nulls stand before it."""
    return b"".join(b"[" + b"null," * (int(part[1:-1]) if part != EVERY_ITEM else 0) for part in lists)


def _closing(lists: tuple[str, ...]) -> bytes:
    return b"]" * len(lists)
