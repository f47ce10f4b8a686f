"""A JSON body that is one object: its members, each looked at as closely as a row of an import."""

from __future__ import annotations

from typing import Any, Final

from .json_scan import Checker, Fault
from .json_spans import OBJECT, demand, members, whole
from .json_text import read_text
from .limits import DEFAULT_LIMITS, Limits
from .place import pointer_to

INSIDE: Final = 1


def read_object(body: bytes | memoryview, *, limits: Limits = DEFAULT_LIMITS) -> dict[str, Any]:
    """name -> value; numbers with decimals are Decimal. Raises SourceRefused with the place, for anything unfit."""
    text = read_text(body, limits=limits)
    root = whole(text)
    demand(text, root, frozenset({OBJECT}), code="body_not_object", limits=limits)
    checker = Checker(limits=limits, careful=text.careful, spaced=text.spaced)
    values: dict[str, Any] = {}
    for name, span in members(text, root, limits=limits).items():
        try:
            values[name] = checker.decode(bytes(text.view[span.start : span.end]), depth=INSIDE)
        except Fault as fault:
            text.refuse(fault.code, span.start, pointer=span.pointer + pointer_to(fault.parts), **fault.params)
    return values
