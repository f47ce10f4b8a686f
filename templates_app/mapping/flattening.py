"""Objects inside the rows of JSON as columns of their own: `acheteur` with a `nom` becomes `acheteur/nom`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

#: So deep objects are looked into, and so many columns are made at most.
_DEPTH: Final = 3
_COLUMNS: Final = 500


def flattened(columns: Sequence[str], rows: Sequence[Any]) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
    """Columns and rows where every object is spread out under the paths that lead to its members.

    Lists stay lists. A column that is an object in some rows only keeps its own name too.
    """
    objects = [row for row in rows if isinstance(row, dict)]
    if not any(isinstance(value, dict) for row in objects for value in row.values()):
        return tuple(columns), objects
    flat = [dict(_members(row, "", 0)) for row in objects]
    names = dict.fromkeys(name for row in flat for name in row)
    order = {column: place for place, column in enumerate(columns)}
    listed = sorted(names, key=lambda name: order.get(name.split("/")[0], len(order)))
    return tuple(listed[:_COLUMNS]), flat


def _members(row: Mapping[str, Any], before: str, depth: int) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, dict) and value and depth < _DEPTH and "/" not in name:
            yield from _members(value, f"{before}{name}/", depth + 1)
        else:
            yield before + name, value
