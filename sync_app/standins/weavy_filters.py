"""The filters of the stand-in of weavy: all of them must hold; several values of `equal` mean any of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sync_app.standins.weavy_data import Record, parse_moment

OPERATORS: Final = ("equal", "notequal", "greaterthan", "lessthan")
#: The page calls it by one name in filters and by another in records.
CALLED: Final = {"srvDate": "srvDateUTC"}


class FilterRefused(ValueError):
    """A filter that cannot be read."""


def matching(records: Iterable[Record], filters: object) -> list[Record]:
    """The records that match. Raises FilterRefused."""
    if not isinstance(filters, list) or not all(isinstance(one, dict) for one in filters):
        raise FilterRefused("filterFields is a list of objects.")
    tests = [(_field(one), _operator(one), _values(one)) for one in filters]
    return [row for row in records if all(_holds(row.get(field), word, values) for field, word, values in tests)]


def _field(one: dict[str, Any]) -> str:
    name = str(one.get("fieldName", ""))
    return CALLED.get(name, name)


def _operator(one: dict[str, Any]) -> str:
    word = str(one.get("operator", "")).lower()
    if word not in OPERATORS:
        raise FilterRefused(f"The operator is one of {', '.join(OPERATORS)}.")
    return word


def _values(one: dict[str, Any]) -> list[Any]:
    values = one.get("filterValues")
    if not isinstance(values, list) or not values:
        raise FilterRefused("filterValues is a list.")
    return values


def _holds(value: Any, word: str, wanted: list[Any]) -> bool:
    same = any(_text(value) == _text(one) for one in wanted)
    if word in {"equal", "notequal"}:
        return same == (word == "equal")
    left, right = _ordered(value, wanted[0])
    return left is not None and (left > right if word == "greaterthan" else left < right)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def _ordered(value: Any, wanted: Any) -> tuple[Any, Any]:
    """Both sides as moments, as numbers, or as texts; None on the left when there is nothing to compare."""
    if value is None:
        return None, None
    moments = parse_moment(str(value)), parse_moment(str(wanted))
    if None not in moments:
        return moments
    try:
        return float(value), float(wanted)
    except (TypeError, ValueError):
        return str(value), str(wanted)
