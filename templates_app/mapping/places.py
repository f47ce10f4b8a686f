"""Addresses of elements: "4.1" is the second child element of the fifth child element of the root; "" is the root.

Comments do not count. An address holds for one state of the tree: an edit that adds, moves or removes changes those
behind it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from templates_app.language.nodes import Element


def element_at(root: Element, path: str) -> Element | None:
    """The element at this address, or None where there is none, or the text is no address."""
    found = root
    for part in path.split(".") if path else []:
        children = found.elements()
        if not (part.isascii() and part.isdigit() and len(part) <= 6 and int(part) < len(children)):
            return None
        found = children[int(part)]
    return found


def walk(root: Element) -> Iterator[tuple[str, Element]]:
    """Every element with its address, in the order of the text, the root first."""
    waiting = [("", root)]
    while waiting:
        path, element = waiting.pop()
        yield path, element
        waiting += reversed([(child_path(path, index), child) for index, child in enumerate(element.elements())])


def child_path(parent: str, index: int) -> str:
    return f"{parent}.{index}" if parent else str(index)


def parent_path(path: str) -> str:
    """The address of the parent; of the root, and of its children, the root's."""
    return path.rpartition(".")[0]


def path_of(root: Element, element: Element) -> str | None:
    """The address of this very element (not of one that looks alike), or None when it is not in the tree."""
    return next((path for path, found in walk(root) if found is element), None)


def paths_at(root: Element, places: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    """For each (line, column) the address of the last element that begins at or before it: where a finding leads.

    Without column (0), the first element of the line. Before the first element: the root.
    """
    known = list(walk(root))
    begins = [(element.line, element.column) for _, element in known]
    return tuple(known[_index(begins, line, column)][0] for line, column in places)


def _index(begins: list[tuple[int, int]], line: int, column: int) -> int:
    """Elements begin in the order of the text."""
    first = bisect_left(begins, (line, 0))
    if not column and first < len(begins) and begins[first][0] == line:
        return first
    return max(bisect_right(begins, (line, column)) - 1, 0)


def row_of(path: str) -> str:
    """The address of the child of the root that an address lies in: the row of the mapping view; "" for the root."""
    return path.partition(".")[0]
