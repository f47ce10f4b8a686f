"""A source row as cells that a person edits as text, and back: what was not touched keeps its value and its kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import msgspec

from sync_app.runs.errors import RunRefused
from sync_app.runs.row_text import plain_lines, row_data
from templates_app.sources.writers.cells import text_of

LONG: Final = 80
#: What is no JSON at all, nests deeper than is read, or is a number beyond every exponent.
UNREADABLE: Final = (msgspec.DecodeError, RecursionError, ArithmeticError)


class CellRefused(RunRefused):
    """What was written in a cell cannot be what the cell holds."""


class NameUnknown(LookupError):
    """A text was sent for a name that is none of the row, or that it has twice but for line ends."""


@dataclass(frozen=True, slots=True)
class Cell:
    """`nested`: its text is JSON. `there` False: the row has no such name yet; left empty it stays so."""

    name: str
    text: str
    nested: bool = False
    there: bool = True

    @property
    def long(self) -> bool:
        return self.nested or len(self.text) > LONG or "\n" in plain_lines(self.text)


def cells_of(data: Any, *, wanted: Iterable[str] = ()) -> list[Cell]:
    """The cells of a row in their order, then those `wanted` that it has not. A row that is no object is one cell."""
    if not isinstance(data, dict):
        return [Cell("", _json(data), nested=True)]
    cells = [_cell(name, value) for name, value in data.items()]
    return [*cells, *(Cell(name, "", there=False) for name in dict.fromkeys(wanted) if name and name not in data)]


def edited(data: Any, *, texts: Mapping[str, str], wanted: Iterable[str] = ()) -> Any:
    """The row with these texts in its cells; of names that it has not, only those `wanted` are added.

    Raises CellRefused `cell_not_json` where nested ones cannot be read, and NameUnknown.
    """
    if not isinstance(data, dict):
        return _nested("", _by_name(texts, [""]).get("", ""), data)
    sent = _by_name(texts, [*data, *wanted])
    made = {name: _value(name, value, sent[name]) if name in sent else value for name, value in data.items()}
    return made | {name: plain_lines(text) for name, text in sent.items() if name not in data and text}


def text_for(cell: Cell, *, texts: Mapping[str, str]) -> str:
    """What was sent for this cell, else what stands in it."""
    alike = {plain_lines(name): text for name, text in texts.items()}
    return texts.get(cell.name, alike.get(plain_lines(cell.name), cell.text))


def _by_name(texts: Mapping[str, str], names: Iterable[str]) -> dict[str, str]:
    """The texts under the names of the row: a name exactly as sent comes before one that differs in its line ends."""
    known = dict.fromkeys(names)
    alike: dict[str, list[str]] = {}
    for name in known:
        alike.setdefault(plain_lines(name), []).append(name)
    found: dict[str, str] = {}
    for sent, text in texts.items():
        fitting = [sent] if sent in known else alike.get(plain_lines(sent), [])
        if len(fitting) != 1 or fitting[0] in found:
            raise NameUnknown(sent)
        found[fitting[0]] = text
    return found


def _cell(name: str, value: Any) -> Cell:
    nested = isinstance(value, dict | list)
    return Cell(name, _json(value) if nested else text_of(value), nested=nested)


def _value(name: str, value: Any, text: str) -> Any:
    if plain_lines(text) == plain_lines(_cell(name, value).text):
        return value
    if isinstance(value, dict | list):
        return _nested(name, text, value)
    if isinstance(value, bool):
        return {"true": True, "false": False}.get(text.strip().lower(), text)
    if isinstance(value, int | float | Decimal):
        return _number(text)
    return text if "\r\n" in text_of(value) else plain_lines(text)


def _number(text: str) -> Any:
    """A number where there was one; a text that is none stays a text, for the template to judge."""
    try:
        found = row_data(text)
    except UNREADABLE:
        return text
    return found if isinstance(found, int | float | Decimal) and not isinstance(found, bool) else text


def _nested(name: str, text: str, value: Any) -> Any:
    if plain_lines(text) == plain_lines(_json(value)):
        return value
    try:
        return row_data(text)
    except UNREADABLE as refused:
        raise CellRefused("cell_not_json", name=name or "…") from refused


def _json(value: Any) -> str:
    compact = msgspec.json.Encoder(decimal_format="number", enc_hook=str).encode(value)
    return msgspec.json.format(compact, indent=2).decode()
