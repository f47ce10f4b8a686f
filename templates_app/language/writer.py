"""Writes a tree back as XML: two blanks a level, everything as written and in its order, comments and blank lines kept.

Of several blank lines one is kept, and none before an end tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from templates_app.language.nodes import Comment, Element

_INDENT: Final = "  "
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: A literal tab or line end in an attribute is read back as a blank, so both are written as numbers.
_ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)


def write(root: Element) -> str:
    """The template's XML, ending with a line end. `read(write(x))` gives the same tree, places aside.

    Raises ValueError for characters that XML cannot hold; a tree that was read has none.
    """
    return "".join(f"{line}\n" for line in _lines(root, 0))


def _lines(node: Element | Comment, level: int) -> Iterator[str]:
    indent = _INDENT * level
    if node.spaced and level:
        yield ""
    if isinstance(node, Comment):
        yield f"{indent}<!--{_comment(node.text)}-->"
        return
    start = f"{indent}<{node.tag}{''.join(_attribute(name, value) for name, value in node.attributes.items())}"
    if not node.children:
        yield f"{start} />" if node.attributes else f"{start}/>"
        return
    yield f"{start}>"
    for child in node.children:
        yield from _lines(child, level + 1)
    yield f"{indent}</{node.tag}>"


def _attribute(name: str, value: str) -> str:
    return f' {name}="{_allowed(value).translate(_ESCAPES)}"'


def _comment(text: str) -> str:
    """A comment may neither hold two hyphens in a row nor end with one: a blank goes between."""
    safe = re.sub("-(?=-)", "- ", _allowed(text))
    return f"{safe} " if safe.endswith("-") else safe


def _allowed(text: str) -> str:
    if _FORBIDDEN.search(text):
        raise ValueError("a template cannot hold control characters or lone surrogates")
    return text
