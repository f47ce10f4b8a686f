"""Flat objects in a list, which most bodies hold: what has to be asked of each of them, asked of all at once."""

from __future__ import annotations

from .json_rows import Group
from .json_spans import is_all_lines
from .json_text import JsonText
from .limits import Limits
from .place import windows


def looks_flat(text: JsonText, group: Group, *, limits: Limits) -> bool:
    """Whether the rows seem to be objects without objects or lists inside. `separators` then proves it."""
    if not group.is_list or text.careful or text.spaced or len(group.span.parts) + 2 > limits.max_depth:
        return False
    braces = brackets = 0
    for window in windows(text.view[group.span.start : group.span.end]):
        braces += window.count(b"{")
        brackets += window.count(b"[")
    return braces == len(group.raws) and brackets == (0 if is_all_lines(text, group.span) else 1)


def separators(text: JsonText, group: Group) -> int:
    """At least as many as the rows have names, at all levels, each as often as it occurs.

    As many as the rows' own names together: no row has an object inside, and no name occurs twice.
    """
    view = text.view[group.span.start : group.span.end]
    return sum(window.count(b'":') for window in windows(view, overlap=1))
