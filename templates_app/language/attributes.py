"""How an attribute of the language may be written. The grammar and the steps describe themselves with these."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """The form of an attribute's text, one paragraph each.

    TEXT: any text. NAME: a name that may not be empty. FLAG: exactly `true` or `false`. CHOICE: one of `choices`.
    ALTERNATIVES: texts separated by `|`. MEMBERS: names separated by `,`. NUMBER: a whole number, ASCII digits with an
    optional minus. POSITION: a whole number other than 0 (positions count from 1, from the end with a minus).
    PATTERN: a regular expression that runs in linear time. LETTERS: date letters of the vendor, alternatives with `|`.
    """

    TEXT = "text"
    NAME = "name"
    FLAG = "flag"
    CHOICE = "choice"
    ALTERNATIVES = "alternatives"
    MEMBERS = "members"
    NUMBER = "number"
    POSITION = "position"
    PATTERN = "pattern"
    LETTERS = "letters"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: its form, whether it must be there, its default for the manual, and a sentence for people."""

    name: str
    form: Form = Form.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""
    sentence: str = ""
