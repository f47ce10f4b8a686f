"""The shape of a source: which columns its rows have, and of what sort their values are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any, Final

from templates_app.sources.rows import Row

#: So many rows are looked at: the shape of the first of them is the shape of them all.
LOOKED_AT: Final = 5000
DEPTH: Final = 3
LONGEST_NUMBER: Final = 40

EMPTY: Final = "empty"
MIXED: Final = "mixed"
#: Behind the sort of a column that not every row has.
OPTIONAL: Final = "?"

#: column -> sort of its values: text, number, boolean, list, object, empty, mixed; `?` behind it = not in every row.
Shape = dict[str, str]


@dataclass(frozen=True, slots=True)
class ShapeChange:
    """`code` is shape_new, shape_gone or shape_retyped; `was` and `becomes` are sorts of values."""

    code: str
    column: str
    was: str = ""
    becomes: str = ""


def shape_of(rows: Iterable[Row], *, columns: Iterable[str] = ()) -> Shape:
    """The shape of the first rows. `columns` are those of a header: they are there whatever the rows hold."""
    sorts: dict[str, str] = dict.fromkeys(columns, EMPTY)
    times: dict[str, int] = {}
    seen = 0
    for row in islice(rows, LOOKED_AT):
        seen += 1
        for name, sort in _cells(row.data, "", DEPTH):
            sorts[name] = _together(sorts.get(name, EMPTY), sort)
            times[name] = times.get(name, 0) + 1
    header = frozenset(columns)
    return {
        name: sort if name in header or times.get(name) == seen else sort + OPTIONAL for name, sort in sorts.items()
    }


def joined(old: Mapping[str, str], new: Mapping[str, str]) -> Shape:
    """What is known after a source of the shape `new` was accepted: what it lacks is optional from now on."""
    known = dict(new)
    for name, sort in old.items():
        plain = sort.removesuffix(OPTIONAL)
        if name not in new:
            known[name] = plain + OPTIONAL
        elif new[name].removesuffix(OPTIONAL) == EMPTY:
            known[name] = plain + new[name].removeprefix(EMPTY)
    return known


def shape_changes(old: Mapping[str, str], new: Mapping[str, str]) -> list[ShapeChange]:
    """What differs, in order of column. An empty column has no sort; numbers where there was text still are text."""
    found = []
    for name in sorted(old.keys() | new.keys()):
        was, becomes = (side.get(name, "").removesuffix(OPTIONAL) for side in (old, new))
        if not was:
            found.append(ShapeChange("shape_new", name, becomes=becomes))
        elif not becomes:
            found += [] if old[name].endswith(OPTIONAL) else [ShapeChange("shape_gone", name, was=was)]
        elif _retyped(was, becomes):
            found.append(ShapeChange("shape_retyped", name, was, becomes))
    return found


def _retyped(was: str, becomes: str) -> bool:
    silent = {EMPTY, MIXED}
    return was != becomes and was not in silent and becomes != EMPTY and (was, becomes) != ("text", "number")


def _cells(data: Any, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if not isinstance(data, dict):
        yield path, _sort(data)
        return
    for name, value in data.items():
        place = f"{path}/{name}" if path else str(name)
        if isinstance(value, dict) and depth > 1:
            yield from _cells(value, place, depth - 1)
        else:
            yield place, _sort(value)


def _sort(value: Any) -> str:
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float | Decimal):
        return "number"
    if isinstance(value, list):
        return "list"
    if isinstance(value, dict):
        return "object"
    return "number" if isinstance(value, str) and _reads_as_number(value) else "text"


def _reads_as_number(text: str) -> bool:
    if len(text) > LONGEST_NUMBER:
        return False
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _together(one: str, other: str) -> str:
    """Text and numbers in one column are text; other sorts do not go together."""
    if one == other or other == EMPTY:
        return one
    if one == EMPTY:
        return other
    return "text" if {one, other} == {"text", "number"} else MIXED
