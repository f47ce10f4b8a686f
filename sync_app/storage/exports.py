"""What an export reads of one brand, within a snapshot: which records are due, and their values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec
from django.db import connection
from django.db.models import Q

from sync_app.models import BrandClock, Revision, Run
from sync_app.storage import journal
from sync_app.storage.dialect import dialect
from sync_app.storage.records import RECORD, REFERENCE
from templates_app.language.drafts import ExportRecord

_COLUMNS = "id, entity_type, label, data, deleted_at IS NOT NULL"
_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode


class Point(NamedTuple):
    """A point in a brand's history: everything up to this revision, and when it was committed."""

    revision: int
    stamp: datetime | None


class DatabaseExports:
    """Reads the records of one brand. Every statement names the brand."""

    def __init__(self, *, brand: int) -> None:
        self._brand = brand
        self._dialect = dialect()

    def now(self) -> Point:
        """The highest revision this snapshot sees."""
        row = BrandClock.objects.filter(brand_id=self._brand).values_list("revision", "stamp").first()
        return Point(*row) if row else Point(0, None)

    def before(self, moment: datetime) -> int:
        """The last revision stamped before this moment; 0 when there is none."""
        found = Revision.objects.filter(brand_id=self._brand, stamp__lt=moment).order_by("-stamp", "-number")
        return found.values_list("number", flat=True).first() or 0

    def changed(self, entity_type: str, *, after: int, deleted: bool, size: int) -> Iterator[list[ExportRecord]]:
        """The records of a type changed after this revision, in the order of their changes, in chunks of `size`."""
        live = "" if deleted else " AND deleted_at IS NULL"
        sql = (
            f"SELECT revision, {_COLUMNS} FROM {RECORD} WHERE brand_id = %s AND entity_type = %s"
            f" AND (revision, id) > (%s, %s){live} ORDER BY revision, id LIMIT %s"
        )
        place = (after, _HIGHEST)
        while True:
            rows = self._rows(sql, [self._brand, entity_type, *place, size])
            if rows:
                yield [_record(row[1:]) for row in rows]
            if len(rows) < size:
                return
            place = (rows[-1][0], rows[-1][1])

    def changed_ids(self, entity_type: str, *, after: int) -> set[int]:
        """The ids of the records of a type changed after this revision, deleted ones included."""
        sql = f"SELECT id FROM {RECORD} WHERE brand_id = %s AND entity_type = %s AND revision > %s"
        return {row[0] for row in self._rows(sql, [self._brand, entity_type, after])}

    def live_ids(self, entity_type: str) -> set[int]:
        """The ids of all records of a type that are not deleted."""
        sql = f"SELECT id FROM {RECORD} WHERE brand_id = %s AND entity_type = %s AND deleted_at IS NULL"
        return {row[0] for row in self._rows(sql, [self._brand, entity_type])}

    def referring(self, entity_type: str, field: str, targets: Collection[int]) -> set[int]:
        """The ids of the records of a type, deleted ones included, whose `field` refers to one of these."""
        sql = (
            f"SELECT f.record_id FROM {REFERENCE} f JOIN {RECORD} r ON r.id = f.record_id"
            f" WHERE f.brand_id = %s AND {self._dialect.any_of('f.target_id')} AND f.field = %s AND r.entity_type = %s"
        )
        parameters = [self._brand, self._dialect.array(targets), field, entity_type]
        return {row[0] for row in self._rows(sql, parameters)} if targets else set()

    def targets(self, field: str, records: Collection[int]) -> set[int]:
        """The ids that `field` of these records refers to."""
        sql = (
            f"SELECT target_id FROM {REFERENCE}"
            f" WHERE {self._dialect.beside('brand_id')} = %s AND {self._dialect.any_of('record_id')} AND field = %s"
        )
        parameters = [self._brand, self._dialect.array(records), field]
        return {row[0] for row in self._rows(sql, parameters)} if records else set()

    def former_targets(self, field: str, records: Collection[int], *, after: int) -> set[int]:
        """The ids that `field` of these records referred to before a change after this revision.

        What takes a record away names no field, and may give it back the values it had before.
        """
        found: set[int] = set()
        for _record, before in self._touching([field], records, "before", after, deleted=True):
            value = journal.decode_values(before).get(field)
            found.update(value if isinstance(value, list) else () if value is None else (value,))
        return found

    def touched(self, fields: Collection[str], records: Collection[int], *, after: int) -> set[int]:
        """Those of these records of which a change after this revision gave one of the fields another value."""
        return {record for record, _ in self._touching(fields, records, "fields", after)}

    def _touching(
        self, fields: Collection[str], records: Collection[int], column: str, after: int, *, deleted: bool = False
    ) -> list[Any]:
        """(record, a column) of the entries after this revision that changed one of the fields of these records.

        `deleted`: those as well that took one of the records away.
        """
        if not fields or not records:
            return []
        named = " OR ".join(["',' || fields || ',' LIKE %s"] * len(fields) + ["operation = 'Delete'"] * deleted)
        sql = (
            f"SELECT record, {column} FROM {journal.TABLE}"
            f" WHERE {self._dialect.any_of('record')} AND revision > %s AND applied AND ({named})"
        )
        return self._rows(sql, [self._dialect.array(records), after, *(f"%,{name},%" for name in fields)])

    def forgotten(self, entity_type: str, *, after: int) -> bool:
        """Whether the journal after this revision lacks what was changed of the type: purged, or erased."""
        revisions = Revision.objects.filter(brand_id=self._brand, number__gt=after)
        lacking = Run.objects.filter(Q(purged_at__isnull=False) | Q(options__has_key="erased"))
        runs = lacking.filter(pk__in=revisions.values("run")).values_list("by_type", flat=True)
        return any(not by_type or entity_type in by_type for by_type in runs.iterator(chunk_size=500))

    def exported(self, ids: Collection[int]) -> Mapping[int, ExportRecord]:
        """id -> record, deleted ones included."""
        if not ids:
            return {}
        return {row[0]: _record(row) for row in self._by_id(_COLUMNS, ids)}

    def pointing(self, entity_type: str, field: str, targets: Collection[int]) -> Mapping[int, Sequence[int]]:
        """target id -> ids of the live records of this type whose `field` refers to it, in order."""
        sql = (
            f"SELECT f.target_id, f.record_id FROM {REFERENCE} f JOIN {RECORD} r ON r.id = f.record_id"
            f" WHERE f.brand_id = %s AND {self._dialect.any_of('f.target_id')} AND f.field = %s"
            " AND r.entity_type = %s AND r.deleted_at IS NULL ORDER BY f.record_id"
        )
        found: dict[int, list[int]] = defaultdict(list)
        for target, record in self._rows(sql, [self._brand, self._dialect.array(targets), field, entity_type]):
            found[target].append(record)
        return found

    def labels(self, ids: Collection[int]) -> Mapping[int, str]:
        return dict(self._by_id("id, label", ids))

    def _by_id(self, columns: str, ids: Collection[int]) -> list[Any]:
        brand = self._dialect.beside("brand_id")
        sql = f"SELECT {columns} FROM {RECORD} WHERE {brand} = %s AND {self._dialect.any_of('id')}"
        return self._rows(sql, [self._brand, self._dialect.array(ids)])

    def _rows(self, sql: str, parameters: list[Any]) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall())


_HIGHEST = 2**62


def _record(row: Sequence[Any]) -> ExportRecord:
    return ExportRecord(row[0], row[1], row[2], _decode(row[3]), bool(row[4]))
