"""A problem: why a value, a draft or a row was refused. A value, collected, never a sentence glued from parts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from templates_app.catalog.spelling import spelled

SHOWN_VALUE_LENGTH: Final = 200

Params = Mapping[str, str | int]


_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def shown(value: object) -> str:
    """The offending value as a report may show it: text, or as JSON writes it, cut to 200 characters.

    Control characters and lone surrogates become escapes: the report of a value that cannot be stored is stored.
    """
    text = spelled(value, length=SHOWN_VALUE_LENGTH)
    if len(text) > SHOWN_VALUE_LENGTH:
        text = text[: SHOWN_VALUE_LENGTH - 1] + "…"
    return text if text.isprintable() else _UNFIT.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04x}"


@dataclass(frozen=True, slots=True)
class Problem:
    """A stable code, what fills its sentence, and the place.

    `name` is the source name, `type` the alias of the Type, `field` the catalog field, `value` the offending value as
    shown. The sentence of a code stands in the `SENTENCES` table of the package that raises it; the doors translate it
    and fill in `params`.
    """

    code: str
    params: Params = field(default_factory=dict)
    name: str = ""
    type: str = ""
    field: str = ""
    value: str = ""

    def at(self, *, name: str = "", type: str = "", field: str = "") -> Problem:
        """The same problem with its place filled in where it has none: the innermost place wins."""
        return replace(self, name=self.name or name, type=self.type or type, field=self.field or field)


class Refused(ValueError):
    """A kind or a step refuses a value. Carries the problem; whoever knows the place adds it."""

    def __init__(self, code: str, *, value: object = "", **params: str | int) -> None:
        super().__init__(code)
        self.problem = Problem(code=code, params=params, value=shown(value))


def gettext_noop(text: str) -> str:
    """Marks a sentence for translation. The pure packages may not import Django; makemessages knows this name."""
    return text
