"""The notes of a format (`detected`) as problems, so that every door shows them with their sentence."""

from __future__ import annotations

from typing import Final

from templates_app.catalog.problems import Problem

from .rows import SourceFormat

# The signs that a reader would not see.
SPOKEN: Final = {"\t": "tab", ";": "semicolon (;)", ",": "comma (,)", "|": "bar (|)"}


def notes_of(format: SourceFormat) -> tuple[Problem, ...]:
    """What was detected, in the order in which it was. `params["value"]` is what fills the sentence."""
    return tuple(map(_note, format.detected))


def _note(note: str) -> Problem:
    code, _, value = note.partition(":")
    return Problem(code=code, params={"value": SPOKEN.get(value, value)})
