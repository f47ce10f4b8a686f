"""The apostrophe before a text that a spreadsheet would run: put there on the way out, taken away on the way in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

# Groups are of three digits, in India of two but the last.
NUMBER: Final = re.compile(
    r"""[-+]?
    (?: [0-9]+ (?: [.,] [0-9]* )?
      | [.,] [0-9]+
      | [0-9]{1,3} (?P<sign>[.,'’ \u00a0\u2009\u202f]) (?: [0-9]{2,3} (?P=sign) )* [0-9]{3}
        (?: (?!(?P=sign)) [.,] [0-9]* )?
    )
    (?: [eE] [-+]? [0-9]+ )?
    """,
    re.VERBOSE,
)
#: Stands for nothing in many tables, and is a text to every spreadsheet.
DASH: Final = "-"
# Signs a spreadsheet takes for the beginning of a formula, their full-width forms too.
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARKS: Final = "\ufeff"
GUARD: Final = "'"
#: The note of a file whose guards were taken away.
GUARDED: Final = "guards_removed"

#: The columns that the file of the failed rows adds at its end; a number follows where the source has such a name.
ADDED: Final = ("row", "code", "message")

_ADDED_NAMES: Final = tuple(re.compile(rf"{name}(?:_[0-9]+)?") for name in ADDED)
_GUARDED_BYTES: Final = re.compile(b"'[=+\\-@\t\r\n\xef]")


def needs_guard(text: str) -> bool:
    """Whether a spreadsheet would run the text. Numbers are none of these, whoever wrote them, nor is a dash."""
    return text.lstrip(MARKS).startswith(FORMULA_SIGNS) and text != DASH and not NUMBER.fullmatch(text)


def guarded(text: str) -> str:
    """The text with an apostrophe where a spreadsheet would run it, and where one stands that is the text's own."""
    return GUARD + text if needs_guard(text) or is_guarded(text) else text


def is_guarded(text: str) -> bool:
    return text.startswith(GUARD) and needs_guard(text.lstrip(GUARD))


def may_hold_guards(view: memoryview) -> bool:
    """Whether a look at the cells is worth while, in UTF-8."""
    return _GUARDED_BYTES.search(view) is not None


def all_guarded(records: Iterable[list[str]]) -> bool:
    """Whether every cell that needs a guard has one, and one has: then guards are no part of the values."""
    found = False
    for cells in records:
        for cell in cells:
            if needs_guard(cell):
                return False
            found = found or is_guarded(cell)
    return found


def is_failed_file(columns: list[str]) -> bool:
    """Whether these are the columns of a file of failed rows: it was guarded, whatever was typed into it since."""
    added = columns[-len(ADDED) :]
    return len(columns) > len(ADDED) and all(map(re.Pattern.fullmatch, _ADDED_NAMES, added))


def unguarded(cells: list[str]) -> list[str]:
    return [cell[1:] if cell[:1] == GUARD and is_guarded(cell) else cell for cell in cells]
