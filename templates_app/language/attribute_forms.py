"""Whether the text of an attribute has the form that the grammar asks for. One function a form."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from templates_app.catalog.problems import Problem, shown
from templates_app.language.attributes import Attribute, Form
from templates_app.language.letters import date_formats
from templates_app.language.nearest import nearest
from templates_app.language.nodes import Element
from templates_app.language.patterns import compile_pattern

_WHOLE_NUMBER: Final = re.compile(r"-?[0-9]{1,9}", re.ASCII)
PATTERN_LENGTH: Final = 1000
FORMAT_LENGTH: Final = 200


def form_problem(element: Element, attribute: Attribute, value: str) -> Problem | None:
    """Why this text may not stand in this attribute, or None. Params: what the sentence needs beside the place."""
    if attribute.form is Form.PATTERN and element.get("Regex") == "false":
        return None
    check = _CHECKS.get(attribute.form)
    return check(attribute, value) if check else None


def _name(_attribute: Attribute, value: str) -> Problem | None:
    return None if value else Problem("name_empty")


def _flag(_attribute: Attribute, value: str) -> Problem | None:
    return None if value in ("true", "false") else Problem("flag_invalid")


def _choice(attribute: Attribute, value: str) -> Problem | None:
    if value in attribute.choices:
        return None
    params = {"choices": ", ".join(attribute.choices)}
    like = nearest(value, attribute.choices)
    return Problem("choice_invalid", {**params, "nearest": like} if like else params)


def _members(_attribute: Attribute, value: str) -> Problem | None:
    return None if all(part.strip() for part in value.split(",")) else Problem("member_empty")


def _number(_attribute: Attribute, value: str) -> Problem | None:
    return None if _WHOLE_NUMBER.fullmatch(value) else Problem("whole_number_invalid")


def _position(attribute: Attribute, value: str) -> Problem | None:
    problem = _number(attribute, value)
    if problem is None and int(value) == 0:
        return Problem("position_zero")
    return problem


def _letters(_attribute: Attribute, value: str) -> Problem | None:
    if len(value) > FORMAT_LENGTH:
        return Problem("format_too_long", {"limit": FORMAT_LENGTH})
    try:
        date_formats(value)
    except ValueError as error:
        return Problem("format_invalid", {"reason": shown(error)})
    return None


def _pattern(_attribute: Attribute, value: str) -> Problem | None:
    if not value:
        return Problem("pattern_empty")
    if len(value) > PATTERN_LENGTH:
        return Problem("pattern_too_long", {"limit": PATTERN_LENGTH})
    try:
        compile_pattern(value)
    except ValueError as error:
        return Problem("pattern_invalid", {"reason": shown(error)})
    return None


_CHECKS: Final[Mapping[Form, Callable[[Attribute, str], Problem | None]]] = {
    Form.NAME: _name,
    Form.FLAG: _flag,
    Form.CHOICE: _choice,
    Form.MEMBERS: _members,
    Form.NUMBER: _number,
    Form.POSITION: _position,
    Form.PATTERN: _pattern,
    Form.LETTERS: _letters,
}
