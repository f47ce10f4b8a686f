"""Addresses of elements: "4.1" is the second child element of the fifth child element of the root; "" is the root.

Comments do not count. An address holds for one state of the tree: an edit that adds, moves or removes changes those
behind it.
"""

from __future__ import annotations

from collections.abc import Iterator

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


def path_at(root: Element, line: int, column: int = 0) -> str:
    """The address of the last element that begins at or before this place: where a finding leads.

    Without `column` (0), the first element of the line. Before the first element: the root.
    """
    best = ""
    for path, element in walk(root):
        if (element.line, element.column) > (line, column or element.column):
            break
        best = path
        if not column and element.line == line:
            break
    return best


def row_of(path: str) -> str:
    """The address of the child of the root that an address lies in: the row of the mapping view; "" for the root."""
    return path.partition(".")[0]
