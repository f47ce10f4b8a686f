"""One brand's records in the database: the engine's reader and writer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from django.db import connection

from sync_app.engine.ports import RecordWrite, StaleWrite
from sync_app.engine.records import Found, Stored, identity_rows, match_forms, reference_targets
from sync_app.models import Identity, Record, Reference
from sync_app.storage.clock import WriteTransaction
from sync_app.storage.dialect import Column, dialect
from templates_app.catalog.folding import fold

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
_CHANGED_COLUMNS = (
    Column("data", "text", cast="jsonb"),
    Column("label", "text"),
    Column("sort_label", "text"),
    Column("search", "text"),
    Column("version", "integer"),
    Column("revision", "bigint"),
    Column("modified_at", "timestamptz"),
    Column("deleted_at", "timestamptz"),
)
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

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_encode = msgspec.json.Encoder().encode


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
            found[value].append(Stored(record_id, entity_type, _decode(data), version, bool(deleted)))
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
        sql = (
            f"SELECT id, entity_type, data, version, deleted_at IS NOT NULL, label FROM {RECORD}"
            f" WHERE brand_id = %s AND {self._dialect.any_of('id')}"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [self._brand, self._dialect.array(ids)])
            return {
                row[0]: Stored(row[0], row[1], _decode(row[2]), row[3], bool(row[4]), row[5])
                for row in cursor.fetchall()
            }

    def referrers(self, ids: Collection[int]) -> Mapping[int, Sequence[int]]:
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
        gone: list[tuple[Any, ...]] = []
        come: list[tuple[Any, ...]] = []
        new_rows = self._new_rows(new, come)
        changed_rows = self._changed_rows(changed, gone, come)
        with connection.cursor() as cursor:
            if new:
                self._dialect.insert(cursor, RECORD, _RECORD_COLUMNS, new_rows)
            if changed and self._dialect.update(cursor, RECORD, _CHANGED_COLUMNS, _GUARD, changed_rows) != len(changed):
                raise StaleWrite
            if gone:
                self._dialect.delete(cursor, IDENTITY, _IDENTITY_KEY, sorted(gone))
            if come:
                columns = (*_IDENTITY_KEY, Column("record_id", "bigint"))
                self._dialect.insert(cursor, IDENTITY, columns, sorted(come))
            self._write_references(cursor, new, changed)
        self._count(new, changed)

    def _new_rows(self, new: Sequence[RecordWrite], come: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        held, brand = self._transaction(), self._brand
        at, revision = connection.ops.adapt_datetimefield_value(held.at), held.revision
        rows = []
        for write in new:
            forms = match_forms(write.entity, write.data)
            come.extend((brand, *row, write.id) for row in identity_rows(write.entity, forms, write.id))
            deleted = at if write.deleted else None
            texts = _texts(write, forms)
            rows.append((write.id, brand, write.entity.name, *texts, write.version, revision, at, at, deleted, ""))
        return rows

    def _changed_rows(
        self, changed: Sequence[RecordWrite], gone: list[tuple[Any, ...]], come: list[tuple[Any, ...]]
    ) -> list[tuple[Any, ...]]:
        held, brand = self._transaction(), self._brand
        at, revision = connection.ops.adapt_datetimefield_value(held.at), held.revision
        rows = []
        for write in changed:
            old, forms = match_forms(write.entity, write.old or {}), match_forms(write.entity, write.data)
            if old != forms:
                before = set(identity_rows(write.entity, old, write.id))
                after = set(identity_rows(write.entity, forms, write.id))
                gone.extend((brand, *row) for row in before - after)
                come.extend((brand, *row, write.id) for row in after - before)
            deleted = at if write.deleted else None
            rows.append((*_texts(write, forms), write.version, revision, at, deleted, write.id, write.expected))
        return rows

    def _write_references(self, cursor: Any, new: Sequence[RecordWrite], changed: Sequence[RecordWrite]) -> None:
        referring = [w for w in changed if w.entity.reference_fields and w.data != w.old]
        stale = [w.id for w in referring if reference_targets(w.entity, w.old or {})]
        if stale:
            sql = f"DELETE FROM {REFERENCE} WHERE brand_id = %s AND {self._dialect.any_of('record_id')}"
            cursor.execute(sql, [self._brand, self._dialect.array(stale)])
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


def _texts(write: RecordWrite, forms: Mapping[str, str]) -> tuple[str, str, str, str]:
    """(data, label, sort_label, search) as stored. Searched are the label and the match fields, folded."""
    label = write.entity.label_of(write.data)
    folded = fold(label)
    search = " ".join(dict.fromkeys((folded, *forms.values())))
    return _encode(write.data).decode(), label, folded[:255], search
