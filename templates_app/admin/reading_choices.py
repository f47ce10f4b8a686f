"""What a person can say about how a table is read: which row names its columns, which sheet of a workbook it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _

#: So many first rows are offered as the header.
ROWS_OFFERED: Final = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a select."""

    value: str
    text: object
    chosen: bool


class Told:
    """A sentence with what fills it, translated when it is shown."""

    def __init__(self, sentence: object, **params: object) -> None:
        self._sentence, self._params = sentence, params

    def __str__(self) -> str:
        return str(self._sentence) % self._params


def header_choices(*, said: int | None, found: int) -> list[Choice]:
    """Which row is the header: as found (0: none was sought), none at all, or one of the first rows, or as said."""
    first = Told(_("Found: row %(row)s"), row=found) if said is None and found else _("Find it")
    rows = [*range(1, ROWS_OFFERED + 1), *({row for row in (said, found) if row is not None and row > ROWS_OFFERED})]
    return [
        Choice("", first, said is None),
        Choice("0", _("None: column_1, column_2, …"), said == 0),
        *(Choice(str(row), Told(_("Row %(row)s"), row=row), said == row) for row in rows),
    ]


def sheet_choices(*, sheets: tuple[str, ...], chosen: str) -> list[Choice]:
    """The sheets of a workbook; the request to choose one where none is."""
    ask = [] if chosen else [Choice("", _("Choose a sheet"), True)]
    return [*ask, *(Choice(name, name, name == chosen) for name in sheets)]
