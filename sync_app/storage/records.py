"""One brand's records in the database: the engine's reader and writer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from django.db import connection

from sync_app.engine.ports import RecordWrite, StaleWrite
from sync_app.engine.records import Found, Stored, forms_of, reference_targets
from sync_app.models import Identity, Record, Reference
from sync_app.storage.clock import WriteTransaction
from sync_app.storage.dialect import Column, dialect
from sync_app.storage.encoded import Encoded, texts_of_values
from sync_app.storage.journal import insert_undone
from sync_app.storage.record_rows import Texts, by_type, identified, moved, retold, texts_of

RECORD = Record._meta.db_table
IDENTITY = Identity._meta.db_table
REFERENCE = Reference._meta.db_table

_RECORD_COLUMNS = (
    Column("id", "bigint"),
    Column("brand_id", "bigint"),
    Column("entity_type", "text"),
    Column("data", "text", cast="jsonb"),
    Column("label", "text"),
    Column("sort_label", "text"),
    Column("search", "text"),
    Column("version", "integer"),
    Column("revision", "bigint"),
    Column("created_at", "timestamptz"),
    Column("modified_at", "timestamptz"),
    Column("deleted_at", "timestamptz"),
    Column("export_status", "text"),
)
_DATA_COLUMNS = (Column("data", "text", cast="jsonb"),)
_TOLD_COLUMNS = (*_DATA_COLUMNS, Column("label", "text"), Column("sort_label", "text"), Column("search", "text"))
_CHANGE_COLUMNS = (Column("version", "integer"), Column("revision", "bigint"), Column("modified_at", "timestamptz"))
_STATE = Column("deleted_at", "timestamptz")
_GUARD = (Column("id", "bigint"), Column("version", "integer"))
_IDENTITY_KEY = (
    Column("brand_id", "bigint"),
    Column("space", "text"),
    Column("value", "text"),
    Column("tie", "bigint"),
)
_REFERENCE_COLUMNS = (
    Column("brand_id", "bigint"),
    Column("record_id", "bigint"),
    Column("field", "text"),
    Column("position", "integer"),
    Column("target_id", "bigint"),
)

_decode = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal).decode


class DatabaseRecords:
    """Reads, and inside a `WriteTransaction` writes, the records of one brand. Every statement names the brand."""

    def __init__(self, *, brand: int, held: WriteTransaction | None = None) -> None:
        self._brand = brand
        self._held = held
        self._dialect = dialect()

    def within(self, held: WriteTransaction) -> DatabaseRecords:
        """From now on write inside this transaction."""
        self._held = held
        return self

    # --- RecordReader

    def match(self, space: str, values: Collection[str]) -> Mapping[str, Sequence[Stored]]:
        found: dict[str, list[Stored]] = defaultdict(list)
        rows = self._by_identity("r.id, r.entity_type, r.data, r.version, r.deleted_at IS NOT NULL", space, values)
        for value, record_id, entity_type, data, version, deleted in rows:
            found[value].append(Encoded(record_id, entity_type, data, version, deleted))
        return found

    def find(self, space: str, values: Collection[str]) -> Mapping[str, Sequence[Found]]:
        found: dict[str, list[Found]] = defaultdict(list)
        rows = self._by_identity("r.id, r.entity_type, r.deleted_at IS NOT NULL", space, values)
        for value, record_id, entity_type, deleted in rows:
            found[value].append(Found(record_id, entity_type, bool(deleted)))
        return found

    def _by_identity(self, columns: str, space: str, values: Collection[str]) -> list[tuple[Any, ...]]:
        sql = (
            f"SELECT i.value, {columns} FROM {IDENTITY} i JOIN {RECORD} r ON r.id = i.record_id"
            f" WHERE i.brand_id = %s AND i.space = %s AND {self._dialect.any_of('i.value')}"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [self._brand, space, self._dialect.array(values)])
            return list(cursor.fetchall())

    def load(self, ids: Collection[int]) -> Mapping[int, Stored]:
        if not ids:
            return {}
        sql = (
            f"SELECT id, entity_type, data, version, deleted_at IS NOT NULL, label FROM {RECORD}"
            f" WHERE {self._dialect.beside('brand_id')} = %s AND {self._dialect.any_of('id')}"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [self._brand, self._dialect.array(ids)])
            return {
                row[0]: Stored(row[0], row[1], _decode(row[2]), row[3], bool(row[4]), row[5])
                for row in cursor.fetchall()
            }

    def inserts_undone(self, ids: Collection[int]) -> Collection[int]:
        return insert_undone(records=ids) if ids else ()

    def referrers(self, ids: Collection[int]) -> Mapping[int, Sequence[int]]:
        if not ids:
            return {}
        sql = (
            f"SELECT f.target_id, f.record_id FROM {REFERENCE} f JOIN {RECORD} r ON r.id = f.record_id"
            f" WHERE f.brand_id = %s AND {self._dialect.any_of('f.target_id')} AND r.deleted_at IS NULL"
        )
        found: dict[int, list[int]] = defaultdict(list)
        with connection.cursor() as cursor:
            cursor.execute(sql, [self._brand, self._dialect.array(ids)])
            for target, record in cursor.fetchall():
                found[target].append(record)
        return found

    # --- RecordWriter

    def reserve(self, count: int) -> Sequence[int]:
        with connection.cursor() as cursor:
            return self._dialect.reserve(cursor, RECORD, count)

    def write(self, writes: Sequence[RecordWrite]) -> None:
        """Records, then identities, then references; keys sorted, so that indexes grow in order."""
        new = sorted((w for w in writes if w.old is None), key=_id)
        changed = sorted((w for w in writes if w.old is not None), key=_id)
        with connection.cursor() as cursor:
            # All that goes before anything that comes: identities may change hands.
            come = self._change(cursor, changed)
            come += self._insert(cursor, new)
            if come:
                columns = (*_IDENTITY_KEY, Column("record_id", "bigint"))
                self._dialect.insert(cursor, IDENTITY, columns, come)
            self._write_references(cursor, new, changed)
        self._count(new, changed)

    def _insert(self, cursor: Any, new: Sequence[RecordWrite]) -> list[tuple[Any, ...]]:
        """Write new records; gives the rows of their identities."""
        at, revision = self._stamp()
        rows: list[tuple[Any, ...]] = []
        come: list[tuple[Any, ...]] = []
        brand = self._brand
        for entity, same in by_type(new):
            listed, ids = [write.data for write in same], [write.id for write in same]
            forms = forms_of(entity, listed)
            name = entity.name
            rows += [
                (write.id, brand, name, *texts, write.version, revision, at, at, at if write.deleted else None, "")
                for write, texts in zip(same, texts_of(entity, listed, forms), strict=True)
            ]
            come += [(brand, *row) for row in identified(entity, ids, forms)]
        if rows:
            self._dialect.insert(cursor, RECORD, _RECORD_COLUMNS, rows)
        return come

    def _change(self, cursor: Any, changed: Sequence[RecordWrite]) -> list[tuple[Any, ...]]:
        """Write changed records and take away the identities they lose; gives the rows of those they get."""
        told: list[RecordWrite] = []
        others: list[RecordWrite] = []
        for write in changed:
            (told if retold(write) else others).append(write)
        data = texts_of_values([write.data for write in others])
        self._update(cursor, _DATA_COLUMNS, [(text,) for text in data], others)
        texts: list[Texts] = []
        for entity, same in by_type(told):
            listed = [write.data for write in same]
            texts += texts_of(entity, listed, forms_of(entity, listed))
        self._update(cursor, _TOLD_COLUMNS, texts, [write for _, same in by_type(told) for write in same])
        gone, come = moved(told)
        if gone:
            self._dialect.delete(cursor, IDENTITY, _IDENTITY_KEY, [(self._brand, *row[:3]) for row in gone])
        return [(self._brand, *row) for row in come]

    def _update(
        self,
        cursor: Any,
        columns: Sequence[Column],
        texts: Sequence[tuple[str, ...]],
        changed: Sequence[RecordWrite],
    ) -> None:
        """The state is written only where it may have changed: every index would be written with it."""
        at, revision = self._stamp()
        both = list(zip(texts, changed, strict=True))
        lasting = [
            (*text, write.version, revision, at, write.id, write.expected)
            for text, write in both
            if not (write.deleted or write.was_deleted)
        ]
        turned = [
            (*text, write.version, revision, at, at if write.deleted else None, write.id, write.expected)
            for text, write in both
            if write.deleted or write.was_deleted
        ]
        columns = (*columns, *_CHANGE_COLUMNS)
        for named, rows in ((columns, lasting), ((*columns, _STATE), turned)):
            if rows and self._dialect.update(cursor, RECORD, named, _GUARD, rows) != len(rows):
                raise StaleWrite

    def _stamp(self) -> tuple[Any, int]:
        """When this transaction writes, as the database takes it, and its revision."""
        held = self._transaction()
        return connection.ops.adapt_datetimefield_value(held.at), held.revision

    def _write_references(self, cursor: Any, new: Sequence[RecordWrite], changed: Sequence[RecordWrite]) -> None:
        referring = [w for w in changed if w.entity.reference_fields and w.data != w.old]
        stale = [w.id for w in referring if reference_targets(w.entity, w.old or {})]
        if stale:
            found = f"{self._dialect.beside('brand_id')} = %s AND {self._dialect.any_of('record_id')}"
            cursor.execute(f"DELETE FROM {REFERENCE} WHERE {found}", [self._brand, self._dialect.array(stale)])
        rows = [
            (self._brand, write.id, *target)
            for write in (*(w for w in new if w.entity.reference_fields), *referring)
            for target in reference_targets(write.entity, write.data)
        ]
        if rows:
            self._dialect.insert(cursor, REFERENCE, _REFERENCE_COLUMNS, rows)

    def _count(self, new: Sequence[RecordWrite], changed: Sequence[RecordWrite]) -> None:
        live = self._transaction().live
        for write in new:
            if not write.deleted:
                live[write.entity.name] += 1
        for write in changed:
            if write.deleted != write.was_deleted:
                live[write.entity.name] += 1 if write.was_deleted else -1

    def _transaction(self) -> WriteTransaction:
        if self._held is None:
            raise RuntimeError("records are written inside a write transaction only")
        return self._held


def _id(write: RecordWrite) -> int:
    return write.id
