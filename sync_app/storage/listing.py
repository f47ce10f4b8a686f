"""The records of one type in the database, as lists of ids in any order, and their values for the ids of a page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import repeat
from typing import Any, Final, NamedTuple

import msgspec
from django.db import connection

from sync_app.models import BrandClock
from sync_app.storage.browsing import DatabaseBrowser, Wanted
from sync_app.storage.dialect import dialect
from sync_app.storage.records import IDENTITY, RECORD

#: Rows fetched at a time while all records of a type are read.
FETCHED: Final = 2000

CLOCK: Final = BrandClock._meta.db_table
LISTED: Final = "r.id, r.entity_type, r.label, r.data, r.version"

_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode


class Listed(NamedTuple):
    """One live record."""

    id: int
    type: str
    label: str
    data: dict[str, Any]
    version: int


class Scanned(NamedTuple):
    """What a scan sees of a record: `values` are those of the fields it asked for, None for an empty one."""

    id: int
    sort_label: str
    revision: int
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which live records of a type: `wanted`, and those with this folded label where one is given."""

    wanted: Wanted = field(default_factory=Wanted)
    label: str | None = None

    @property
    def is_all(self) -> bool:
        return self.label is None and self.wanted == Wanted()


_scanned: Final = partial(tuple.__new__, Scanned)


class FullPage(NamedTuple):
    """The records of a page, and how many live ones there are of the type, at one moment."""

    total: int
    records: list[Listed]


#: What the records of a page are ordered by -> the columns.
PAGED: Final = {
    "label": "r.sort_label {0}, r.id {0}",
    "change": "r.revision {0}, r.id {0}",
    "key": "r.id {0}",
    "": "i.value {0}, i.tie {0}",
}


class DatabaseListing(DatabaseBrowser):
    """Reads the records of one brand and type. Every statement names both."""

    def __init__(self, *, brand: int, entity_type: str) -> None:
        super().__init__(brand=brand, entity_type=entity_type)
        self._dialect = dialect()

    def live(self) -> int:
        """How many there are, as the brand's clock counts them."""
        found = self._read(f"SELECT counts FROM {CLOCK} WHERE brand_id = %s", [self._brand])
        return self._counted(found[0][0]) if found else 0

    def count(self, selection: Selection) -> int:
        """How many of them are selected."""
        where, parameters = self._selected(selection)
        return int(self._read(f"SELECT COUNT(*) FROM {RECORD} r WHERE {where}", parameters)[0][0])

    def full_page(self, order: str, *, space: str = "", descending: bool, offset: int, limit: int) -> FullPage | None:
        """A page of all of them by one statement; None where it is not full.

        `order` is one of `PAGED`; with `space` it is that of the match values of the key there, and `order` is empty.
        """
        where, parameters = self._selected(Selection())
        source, by = f"{RECORD} r", PAGED[order]
        if space:
            source = f"{IDENTITY} i JOIN {RECORD} r ON r.id = i.record_id"
            where, parameters = f"i.brand_id = %s AND i.space = %s AND {where}", [self._brand, space, *parameters]
        sql = (
            f"SELECT {LISTED}, (SELECT counts FROM {CLOCK} WHERE brand_id = %s) FROM {source}"
            f" WHERE {where} ORDER BY {by.format('DESC' if descending else 'ASC')} LIMIT %s OFFSET %s"
        )
        rows = self._read(sql, [self._brand, *parameters, limit, offset])
        return FullPage(self._counted(rows[0][-1]), list(map(_listed, rows))) if len(rows) == limit else None

    def by_label(self, selection: Selection, *, descending: bool, offset: int, limit: int) -> list[int]:
        """Ids in the order of the folded label."""
        return self._ordered(selection, PAGED["label"], descending, offset, limit)

    def by_change(self, selection: Selection, *, descending: bool, offset: int, limit: int) -> list[int]:
        """Ids in the order of their last changes."""
        return self._ordered(selection, PAGED["change"], descending, offset, limit)

    def by_key(self, selection: Selection, *, descending: bool, offset: int, limit: int) -> list[int]:
        """Ids in order."""
        return self._ordered(selection, PAGED["key"], descending, offset, limit)

    def by_identity(self, selection: Selection, *, space: str, descending: bool, offset: int, limit: int) -> list[int]:
        """Ids in the order of the match values of a key; records without one come last, by id."""
        where, parameters = self._selected(selection)
        turn = "DESC" if descending else "ASC"
        having = f"FROM {IDENTITY} i JOIN {RECORD} r ON r.id = i.record_id WHERE i.brand_id = %s AND i.space = %s"
        sql = f"SELECT r.id {having} AND {where} ORDER BY i.value {turn}, i.tie {turn} LIMIT %s OFFSET %s"
        keyed = [self._brand, space, *parameters]
        found = _firsts(self._read(sql, [*keyed, limit, offset]))
        if len(found) == limit:
            return found
        passed = 0 if found else int(self._read(f"SELECT COUNT(*) {having} AND {where}", keyed)[0][0])
        without = (
            f"SELECT r.id FROM {RECORD} r WHERE {where} AND NOT EXISTS (SELECT 1 FROM {IDENTITY} i"
            " WHERE i.brand_id = %s AND i.space = %s AND i.record_id = r.id) ORDER BY r.id LIMIT %s OFFSET %s"
        )
        further = [*parameters, self._brand, space, limit - len(found), max(offset - passed, 0) if not found else 0]
        return found + _firsts(self._read(without, further))

    def scan(self, selection: Selection, *, fields: Sequence[str]) -> Generator[Scanned, None, None]:
        """Every selected record, in no order, never all of them in memory. Close it when you stop before its end."""
        where, parameters = self._selected(selection)
        values = _values_decoder(fields)
        sql = f"SELECT r.id, r.sort_label, r.revision, r.data FROM {RECORD} r WHERE {where}"
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql, parameters)
            while rows := cursor.fetchmany(FETCHED):
                # Put together by the interpreter's own loops: a line of ours a record would double the time.
                numbers, labels, revisions, data = zip(*rows, strict=True)
                yield from map(_scanned, zip(numbers, labels, revisions, values(data), strict=True))

    def listed(self, ids: Sequence[int]) -> list[Listed]:
        """The records of these ids that are of the type and live, in the order of the ids."""
        where, parameters = self._selected(Selection())
        sql = f"SELECT {LISTED} FROM {RECORD} r WHERE {where} AND {self._dialect.any_of('r.id')}"
        rows = self._read(sql, [*parameters, self._dialect.array(ids)])
        found = {row[0]: _listed(row) for row in rows}
        return [found[number] for number in ids if number in found]

    def _ordered(self, selection: Selection, order: str, descending: bool, offset: int, limit: int) -> list[int]:
        where, parameters = self._selected(selection)
        turned = order.format("DESC" if descending else "ASC")
        sql = f"SELECT r.id FROM {RECORD} r WHERE {where} ORDER BY {turned} LIMIT %s OFFSET %s"
        return _firsts(self._read(sql, [*parameters, limit, offset]))

    def _counted(self, counts: str) -> int:
        return int(_decode(counts).get(self._type, 0))

    def _selected(self, selection: Selection) -> tuple[str, list[Any]]:
        where, parameters = self._where(selection.wanted)
        if selection.label is not None:
            where += " AND r.sort_label = %s"
            parameters.append(selection.label)
        return where, parameters

    def _read(self, sql: str, parameters: Sequence[Any]) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())


class Related(NamedTuple):
    """A record that another refers to."""

    id: int
    type: str
    label: str
    sort_label: str


class DatabaseLinks:
    """Reads what records of one brand refer to, whatever its type."""

    def __init__(self, *, brand: int) -> None:
        self._brand = brand
        self._dialect = dialect()

    def labels(self, ids: Collection[int]) -> Mapping[int, Related]:
        """id -> what stands for the record, deleted ones included."""
        rows = self._read("id, entity_type, label, sort_label", ids)
        return {row[0]: Related(*row) for row in rows}

    def records(self, ids: Collection[int]) -> Mapping[int, Listed]:
        """id -> the record, deleted ones included."""
        rows = self._read("id, entity_type, label, data, version", ids)
        return {row[0]: _listed(row) for row in rows}

    def _read(self, columns: str, ids: Collection[int]) -> list[Any]:
        if not ids:
            return []
        brand = self._dialect.beside("brand_id")
        sql = f"SELECT {columns} FROM {RECORD} WHERE {brand} = %s AND {self._dialect.any_of('id')}"
        with connection.cursor() as cursor:
            cursor.execute(sql, [self._brand, self._dialect.array(ids)])
            return list(cursor.fetchall())


def _values_decoder(fields: Sequence[str]) -> Callable[[Sequence[str]], Iterable[tuple[Any, ...]]]:
    """Takes only these fields out of the JSON of records: decoding the others would be most of a scan's time."""
    if not fields:
        return lambda data: repeat((), len(data))
    names = [f"f{place}" for place in range(len(fields))]
    shape = msgspec.defstruct(
        "Values", [(name, Any, None) for name in names], rename=dict(zip(names, fields, strict=True))
    )
    decode = msgspec.json.Decoder(shape, float_hook=Decimal).decode
    return lambda data: map(msgspec.structs.astuple, map(decode, data))


def _listed(row: Sequence[Any]) -> Listed:
    return Listed(row[0], row[1], row[2], _decode(row[3]), row[4])


def _firsts(rows: Sequence[Sequence[Any]]) -> list[int]:
    return [int(row[0]) for row in rows]
