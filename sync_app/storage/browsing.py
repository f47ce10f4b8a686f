"""Pages of the records of one type in the database: filtered, in any order, by where the page before ended."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec
from django.db import connection

from integration_admin.whole_numbers import whole_number
from sync_app.models import Record
from sync_app.storage.records import IDENTITY, RECORD, REFERENCE

LABEL: Final = "sort_label"
CHANGED: Final = "revision"
NUMBER: Final = "id"

#: So much of a value decides its place.
FORM_LENGTH: Final = 255

_WHOLE: Final = frozenset((CHANGED, NUMBER))
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


class Place(NamedTuple):
    """Where a page ended: the value it is sorted by, and the record."""

    value: str
    record: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records of a type. `deleted` None: live and deleted. `words` must all occur in the folded search text.

    `after_revision`: changed since. `identity`: (space, value) to be found by. `reference`: (field, target) it has.
    """

    deleted: bool | None = False
    words: tuple[str, ...] = ()
    after_revision: int = 0
    identity: tuple[str, str] | None = None
    reference: tuple[str, int] | None = None


class DatabaseBrowser:
    """Reads the records of one brand and type. Every statement names both."""

    def __init__(self, *, brand: int, entity_type: str) -> None:
        self._brand = brand
        self._type = entity_type

    def by_column(
        self, wanted: Wanted, *, column: str, descending: bool, after: Place | None, limit: int
    ) -> list[tuple[int, str]]:
        """(id, value of the column) in the order of an indexed column, then of the id."""
        sign, turn = ("<", "DESC") if descending else (">", "ASC")
        where, parameters = self._where(wanted)
        if after is not None:
            # The bound on the column stands alone as well, so that an index can begin there.
            value: str | int = _number(after.value) if column in _WHOLE else after.value
            where += f" AND r.{column} {sign}= %s AND (r.{column} {sign} %s OR r.id {sign} %s)"
            parameters += [value, value, after.record]
        sql = f"SELECT r.id, r.{column} FROM {RECORD} r WHERE {where} ORDER BY r.{column} {turn}, r.id {turn} LIMIT %s"
        return [(row[0], str(row[1])) for row in _rows(sql, [*parameters, limit])]

    def by_field(
        self,
        wanted: Wanted,
        *,
        field: str,
        form: Callable[[Any], str],
        descending: bool,
        after: Place | None,
        limit: int,
    ) -> list[tuple[int, str]]:
        """The same in the order of a field's values, by reading all of them; records without one come last."""
        found = (
            _rank(form(value)[:FORM_LENGTH] if value is not None else "", record, descending)
            for record, value in self._values(wanted, field)
        )
        if after is not None:
            place = _rank(after.value, after.record, descending)
            found = (rank for rank in found if (rank < place if descending else rank > place))
        ranks = heapq.nlargest(limit, found) if descending else heapq.nsmallest(limit, found)
        return [(record, value) for _first, value, record in ranks]

    def found(self, wanted: Wanted, *, at_most: int) -> int:
        """How many there are; no more than `at_most` are counted."""
        where, parameters = self._where(wanted)
        sql = f"SELECT COUNT(*) FROM (SELECT 1 FROM {RECORD} r WHERE {where} LIMIT %s) AS found"
        return int(_rows(sql, [*parameters, at_most])[0][0])

    def _values(self, wanted: Wanted, field: str) -> Iterator[tuple[int, Any]]:
        where, parameters = self._where(wanted)
        # Both databases read the arrow with a name, and give the value as JSON text.
        sql = f"SELECT r.id, r.data -> CAST(%s AS text) FROM {RECORD} r WHERE {where}"
        with connection.cursor() as cursor:
            cursor.execute(sql, [field, *parameters])
            while rows := cursor.fetchmany(2000):
                for record, text in rows:
                    yield record, None if text is None else _decode(text)

    def _where(self, wanted: Wanted) -> tuple[str, list[Any]]:
        where = "r.brand_id = %s AND r.entity_type = %s"
        parameters: list[Any] = [self._brand, self._type]
        if wanted.deleted is not None:
            where += f" AND r.deleted_at IS {'NOT ' if wanted.deleted else ''}NULL"
        if wanted.after_revision:
            where += " AND r.revision > %s"
            parameters.append(wanted.after_revision)
        for word in wanted.words:
            where += " AND r.search LIKE %s ESCAPE '!'"
            parameters.append(f"%{_literal(word)}%")
        if wanted.identity is not None:
            found = f"SELECT i.record_id FROM {IDENTITY} i WHERE i.brand_id = %s AND i.space = %s AND i.value = %s"
            where += f" AND r.id IN ({found})"
            parameters += [self._brand, *wanted.identity]
        if wanted.reference is not None:
            found = f"SELECT f.record_id FROM {REFERENCE} f WHERE f.brand_id = %s AND f.field = %s AND f.target_id = %s"
            where += f" AND r.id IN ({found})"
            parameters += [self._brand, *wanted.reference]
        return where, parameters

    def load(self, ids: Collection[int]) -> dict[int, Record]:
        """The records of a page, whole."""
        rows = Record.objects.filter(brand_id=self._brand, entity_type=self._type, pk__in=list(ids))
        return {row.pk: row for row in rows.defer("search")}


def _rank(value: str, record: int, descending: bool) -> tuple[bool, str, int]:
    """Records without a value come last, whichever way round."""
    return bool(value) if descending else not value, value, record


def _literal(word: str) -> str:
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def _number(text: str) -> int:
    return whole_number(text) or 0


def _rows(sql: str, parameters: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
