"""Entity rules, checked on the merged record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from templates_app.catalog.problems import Problem
from templates_app.catalog.types import Rule


def ends_after(*, start: str, end: str) -> Rule:
    """`end` is not before `start`: two Date or two DateTime fields. Holds while one of them is empty."""

    def check(data: Mapping[str, Any]) -> Problem | None:
        first, last = data.get(start), data.get(end)
        # Without the Z a canonical date-time sorts as text, fractions of a second included.
        if first is None or last is None or first.removesuffix("Z") <= last.removesuffix("Z"):
            return None
        return Problem(code="end_before_start", params={"start": first, "end": last}, field=end, value=last)

    return Rule(name=f"{end} >= {start}", fields=(start, end), check=check)


def has_one_of(*fields: str) -> Rule:
    """At least one of these fields is filled: without any of them nothing names the record."""

    def check(data: Mapping[str, Any]) -> Problem | None:
        if any(data.get(name) is not None for name in fields):
            return None
        return Problem(code="label_missing", params={"fields": ", ".join(fields)}, field=fields[0])

    return Rule(name="named", fields=fields, check=check)
