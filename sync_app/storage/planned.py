"""What overlaps with a window of time, found and put in order by the database: nothing is looked at here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from sync_app.storage.dialect import Dialect, dialect
from sync_app.storage.records import RECORD, REFERENCE

FETCHED: Final = 2000
#: Canonical moments, without the `Z`: with it, a fraction of a second would come before the whole one.
BEGIN: Final = "rtrim(r.data ->> 'Start', 'Z')"
END: Final = "rtrim(r.data ->> 'End', 'Z')"
KIND: Final = "COALESCE(r.data ->> 'Type', %s)"

#: A reference field, or two: that of the record, and that of what it refers to.
Way = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leading:
    """By at least one of the ways, to at least one of the targets. Without a way nothing leads there."""

    ways: tuple[Way, ...]
    targets: frozenset[int]


@dataclass(frozen=True, slots=True)
class Asked:
    """Live records of one type that lead to each of `leading`.

    `kinds` None: of any; else what the field `Type` says, `unsaid` where it says nothing.
    """

    type: str
    leading: tuple[Leading, ...] = ()
    kinds: tuple[str, ...] | None = None
    unsaid: str = ""


class DatabasePlanned:
    """Reads the planned records of one brand."""

    def __init__(self, *, brand: int) -> None:
        self._brand = brand
        self._dialect = dialect()

    def overlapping(self, asked: Sequence[Asked], *, begin: str, end: str) -> list[int]:
        """Ids in the order of the beginnings. `begin` and `end` are canonical, without the `Z`.

        What only ends at `begin` does not overlap; what begins there does, however short it is.
        """
        parts = [self._part(one, begin, end) for one in asked]
        sql = " UNION ALL ".join(part for part, _parameters in parts)
        with connection.chunked_cursor() as cursor:
            cursor.execute(f"{sql} ORDER BY 1, 2", [one for _part, parameters in parts for one in parameters])
            ids: list[int] = []
            while rows := cursor.fetchmany(FETCHED):
                ids += [row[1] for row in rows]
        return ids

    def _part(self, asked: Asked, begin: str, end: str) -> tuple[str, list[Any]]:
        where = (
            "r.brand_id = %s AND r.entity_type = %s AND r.deleted_at IS NULL"
            f" AND {BEGIN} < %s AND ({END} > %s OR {BEGIN} = %s)"
        )
        parameters: list[Any] = [self._brand, asked.type, end, begin, begin]
        if asked.kinds is not None:
            where += f" AND {self._dialect.any_of(KIND)}"
            parameters += [asked.unsaid, self._dialect.array(asked.kinds)]
        for leading in asked.leading:
            steps = [_step(way, self._dialect) for way in leading.ways]
            where += f" AND ({' OR '.join(steps) or 'FALSE'})"
            for way in leading.ways:
                parameters += [self._brand, *way, self._dialect.array(leading.targets)]
        return f"SELECT {BEGIN}, r.id FROM {RECORD} r WHERE {where}", parameters


def _step(way: Way, dialect: Dialect) -> str:
    """The records whose first field leads to a target, or to what does by the second."""
    if len(way) == 1:
        found = f"SELECT f.record_id FROM {REFERENCE} f WHERE f.brand_id = %s AND f.field = %s"
        return f"r.id IN ({found} AND {dialect.any_of('f.target_id')})"
    found = (
        f"SELECT f.record_id FROM {REFERENCE} f JOIN {REFERENCE} g ON g.record_id = f.target_id"
        " AND g.brand_id = f.brand_id WHERE f.brand_id = %s AND f.field = %s AND g.field = %s"
    )
    return f"r.id IN ({found} AND {dialect.any_of('g.target_id')})"
