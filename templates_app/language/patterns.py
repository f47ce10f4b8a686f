"""Regular expressions of templates: linear time (RE2), and white space that includes the no-break spaces."""

from __future__ import annotations

from typing import Any, Final, Protocol

import re2

_BLANKS: Final = r"\s\x{00A0}\x{202F}"


class Pattern(Protocol):
    """What the language uses of a compiled pattern."""

    groups: int
    groupindex: dict[str, int]

    def search(self, text: str) -> Any: ...

    def finditer(self, text: str) -> Any: ...


def compile_pattern(pattern: str, *, ignore_case: bool = False) -> Pattern:
    """The pattern, compiled. ValueError with RE2's reason when it cannot run in linear time or is malformed."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not ignore_case
    try:
        compiled: Pattern = re2.compile(with_wide_blanks(pattern), options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        raise ValueError(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)) from None
    return compiled


def with_wide_blanks(pattern: str) -> str:
    r"""`\s` and `\S` rewritten so that the no-break spaces count as white space, outside and inside of classes."""
    parts: list[str] = []
    position = 0
    in_class = False
    while position < len(pattern):
        token, in_class = _token_at(pattern, position, in_class)
        position += len(token)
        parts.append(_widened(token, in_class))
    return "".join(parts)


def _token_at(pattern: str, position: int, in_class: bool) -> tuple[str, bool]:
    """The token that begins here, and whether what follows stands in a class."""
    rest = pattern[position:]
    if rest.startswith("\\Q") and not in_class:
        end = rest.find("\\E", 2)
        return (rest if end < 0 else rest[: end + 2]), False
    if rest[0] == "\\":
        return rest[:2], in_class
    if in_class:
        if rest.startswith("[:") and ":]" in rest:
            return rest[: rest.index(":]") + 2], True
        return rest[0], rest[0] != "]"
    if rest[0] == "[":
        opening = next(start for start in ("[^]", "[]", "[^", "[") if rest.startswith(start))
        return opening, True
    return rest[0], False


def _widened(piece: str, in_class: bool) -> str:
    if piece == r"\s":
        return _BLANKS if in_class else f"[{_BLANKS}]"
    if piece == r"\S" and not in_class:
        return f"[^{_BLANKS}]"
    return piece
