"""Whether two canonical values are the same: `==` alone takes the `1` and the `true` of a JSON value for one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def same(one: Any, other: Any) -> bool:
    """Whether both are the same value, or records with the same values."""
    return bool(one == other) and (type(other) is str or _alike(one, other))


def differing(values: Mapping[str, Any], old: Mapping[str, Any]) -> list[str]:
    """The names of `values` that `old` has another value for; what is not there is None."""
    had = old.get
    return [
        name
        for name, value in values.items()
        if had(name) != value or (type(value) is not str and not _alike(had(name), value))
    ]


def _alike(one: Any, other: Any) -> bool:
    """Of two that are equal."""
    if isinstance(one, bool) or isinstance(other, bool):
        return type(one) is type(other)
    if isinstance(one, dict):
        return all(_alike(value, other[name]) for name, value in one.items())
    return not isinstance(one, list) or all(map(_alike, one, other))
