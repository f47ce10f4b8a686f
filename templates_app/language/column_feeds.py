"""The shortest way of feeds: the values of many rows at once, column by column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any

from templates_app.catalog.problems import Refused
from templates_app.language.feeds import Feed
from templates_app.language.values import MISSING, is_empty
from templates_app.sources.rows import Row


class ColumnFeeds:
    """Feeds whose value goes to its kind as it stands, from one name.

    What stands in a whole column as its kind keeps it is taken as it is; else each value is cleaned.
    """

    def __init__(self, feeds: Sequence[Feed]) -> None:
        self._feeds = tuple(feeds)
        self._fields = tuple(feed.field for feed in feeds)
        self._cells = itemgetter(*(feed.direct for feed in feeds)) if len(feeds) > 1 else None

    def fill(self, rows: Sequence[Row]) -> list[dict[str, Any] | None]:
        """The values of each row; None where a name is missing under its very spelling, or a value is refused."""
        filled: list[dict[str, Any] | None] = [None] * len(rows)
        found = list(self._found(rows))
        if not found:
            return filled
        spoiled: set[int] = set()
        columns = zip(*(cells for _, cells in found), strict=True)
        kept = [_column(feed, cells, spoiled) for feed, cells in zip(self._feeds, columns, strict=True)]
        records = map(dict, map(zip, repeat(self._fields), zip(*kept, strict=True)))
        for index, ((place, _), values) in enumerate(zip(found, records, strict=True)):
            if index not in spoiled:
                filled[place] = values
        return filled

    def _found(self, rows: Sequence[Row]) -> Iterator[tuple[int, tuple[Any, ...]]]:
        """(place of the row, what stands under the names), of the rows that have them all."""
        if self._cells is None:
            return
        for place, row in enumerate(rows):
            if type(row.data) is dict and row.problem is None and not row.faults:
                try:
                    cells = self._cells(row.data)
                except KeyError:
                    continue
                yield place, cells


def _column(feed: Feed, cells: Sequence[Any], spoiled: set[int]) -> Sequence[Any]:
    """What the field keeps of each cell; the places of what its kind refuses go to `spoiled`."""
    empties = feed.input.named.empties if feed.input.named is not None else frozenset()
    if not empties:
        if feed.stands(cells):
            return cells
        given = [cell for cell in cells if cell is not None and cell != ""]
        if len(given) < len(cells) and (not given or feed.stands(given)):
            return [None if cell is None or cell == "" else cell for cell in cells]
    cleaned = [_cleaned(feed, cell, empties) for cell in cells]
    spoiled.update(index for index, value in enumerate(cleaned) if value is MISSING)
    return cleaned


def _cleaned(feed: Feed, cell: Any, empties: frozenset[str]) -> Any:
    """As the long way does it; MISSING when it is refused."""
    text = type(cell) is str
    try:
        # A number too long to be written out is refused here already.
        if is_empty(cell, empties):
            return None
        if text and feed.memory is not None and (known := feed.memory.get(cell, MISSING)) is not MISSING:
            return known
        value = feed.clean(cell, feed.setting)
    except Refused:
        return MISSING
    if text:
        feed.remember(cell, value)
    return value
