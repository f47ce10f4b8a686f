"""The raw floor: the payload parsed, and the same rows read or written with bare statements into the same tables.

Rows to be written are ready before the clock starts: no floor builds, encodes, digests or checks anything.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
from django.db import connection, transaction
from django.utils import timezone

from integration_admin.accounts.brands import create_brand
from sync_app.models import Run, RunKind
from sync_app.storage.dialect import dialect
from sync_app.storage.journal import TABLE as JOURNAL
from sync_app.storage.records import IDENTITY, RECORD
from tests.bench.kept import IDENTITY_COLUMNS, JOURNAL_COLUMNS, RECORD_COLUMNS, Cells, Written, moved, quoted
from tests.bench.payload import FIELDS, KEY

CHUNK: Final = 2000
CHANGED: Final = ("data", "label", "sort_label", "search", "version", "revision", "modified_at")
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def _insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({quoted(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"


INSERT_RECORD: Final = _insert(RECORD, RECORD_COLUMNS)
INSERT_IDENTITY: Final = _insert(IDENTITY, IDENTITY_COLUMNS)
INSERT_ENTRY: Final = _insert(JOURNAL, JOURNAL_COLUMNS)
UPDATE_RECORD: Final = (
    f"UPDATE {RECORD} SET {', '.join(f'{column} = %s' for column in CHANGED)} WHERE id = %s AND version = %s"
)
ENTRIES: Final = (
    f"SELECT {quoted(JOURNAL_COLUMNS)} FROM {JOURNAL} WHERE run_id = %s AND seq > %s ORDER BY seq LIMIT {CHUNK}"
)


class Floor:
    """A brand that is only ever written to with bare statements."""

    def __init__(self, key: str, *, shift: int) -> None:
        self._brand = create_brand(key=key, name=key, sandbox=False, at=timezone.now(), by="the floor")
        self._shift = shift

    def prepared(self, written: Written) -> Written:
        """The rows of a run of another brand as they will be written here, under a run of this brand."""
        run = Run.objects.create(brand=self._brand, kind=RunKind.IMPORT, actor="floor", created_at=timezone.now())
        return moved(written, brand=self._brand.pk, run=run.pk, shift=self._shift)

    # Imports

    def insert(self, body: bytes, ready: Written) -> None:
        rows = json.loads(body)
        self._insert(ready, expected=len(rows))

    def simulate(self, body: bytes, ready: Written) -> None:
        rows = json.loads(body)
        for start in range(0, len(rows), CHUNK):
            self._stored(rows[start : start + CHUNK])
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(INSERT_ENTRY, ready.journal[start : start + CHUNK])

    def update(self, body: bytes, updates: dict[str, tuple[Cells, Cells]]) -> None:
        """Read and compare; of what differs, write the record (`updates`: key -> parameters and journal row)."""
        rows = json.loads(body)
        written = 0
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            with transaction.atomic(), connection.cursor() as cursor:
                stored = self._stored(chunk)
                ready = [updates[row[KEY]] for row in chunk if stored[row[KEY]] != _fields(row)]
                cursor.executemany(UPDATE_RECORD, [record for record, _ in ready])
                cursor.executemany(INSERT_ENTRY, [entry for _, entry in ready])
            written += len(ready)
        _demand(written, len(updates))

    def compare(self, body: bytes) -> None:
        rows = json.loads(body)
        different = 0
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            stored = self._stored(chunk)
            different += sum(stored[row[KEY]] != _fields(row) for row in chunk)
        _demand(different, 0)

    # From the journal

    def apply(self, plan: Written, ready: Written) -> None:
        """Read the planned entries, write the records."""
        entries = sum(len(chunk) for chunk in _entries(plan))
        self._insert(ready, expected=entries)

    def undo(self, undone: Written, ready: list[tuple[Cells, Cells]]) -> None:
        """Read the entries and the records they changed, write the records back."""
        done = 0
        for entries in _entries(undone):
            with transaction.atomic(), connection.cursor() as cursor:
                ids = dialect().array([entry[JOURNAL_COLUMNS.index("record")] for entry in entries])
                cursor.execute(f"SELECT id, version, data FROM {RECORD} WHERE {dialect().any_of('id')}", [ids])
                _demand(sum(bool(_decode(data)) for _, _, data in cursor.fetchall()), len(entries))
                part = ready[done : done + len(entries)]
                cursor.executemany(UPDATE_RECORD, [record for record, _ in part])
                cursor.executemany(INSERT_ENTRY, [entry for _, entry in part])
            done += len(entries)

    # Out

    def export(self) -> None:
        """In the order, and by the index, that the product exports in."""
        sql = (
            f"SELECT revision, id, data FROM {RECORD} WHERE brand_id = %s AND entity_type = 'Customer'"
            f" AND (revision, id) > (%s, %s) AND deleted_at IS NULL ORDER BY revision, id LIMIT {CHUNK}"
        )
        last = (0, 0)
        with tempfile.TemporaryFile() as out, connection.cursor() as cursor:
            while True:
                cursor.execute(sql, [self._brand.pk, *last])
                rows = cursor.fetchall()
                if not rows:
                    return
                shown = [_encode(_item(_decode(data))) for _, _, data in rows]
                out.write(b",\n".join(shown))
                last = rows[-1][:2]

    # Parts

    def _insert(self, ready: Written, *, expected: int) -> None:
        _demand(len(ready.records), expected)
        keys = len(ready.identities) // expected
        for start in range(0, expected, CHUNK):
            end = start + CHUNK
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(INSERT_RECORD, ready.records[start:end])
                cursor.executemany(INSERT_IDENTITY, sorted(ready.identities[start * keys : end * keys]))
                cursor.executemany(INSERT_ENTRY, ready.journal[start:end])

    def _stored(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        sql = (
            f"SELECT i.value, r.id, r.version, r.data FROM {IDENTITY} i JOIN {RECORD} r ON r.id = i.record_id"
            f" WHERE i.brand_id = %s AND i.space = 'Customer._IDDOSSIER' AND {dialect().any_of('i.value')}"
        )
        with connection.cursor() as cursor:
            cursor.execute(sql, [self._brand.pk, dialect().array([row[KEY].lower() for row in rows])])
            return {value.upper(): _decode(data) for value, _, _, data in cursor.fetchall()}


def updates_of(ready: Written) -> list[tuple[Cells, Cells]]:
    """The parameters of the update of each changed record beside its journal row, in the journal's order."""
    changed = [RECORD_COLUMNS.index(column) for column in CHANGED]
    of_id, of_version = RECORD_COLUMNS.index("id"), RECORD_COLUMNS.index("version")
    parameters = {
        row[of_id]: (*(row[place] for place in changed), row[of_id], row[of_version] - 1) for row in ready.records
    }
    record = JOURNAL_COLUMNS.index("record")
    return [(parameters[entry[record]], entry) for entry in ready.journal]


def updates_by_key(ready: Written) -> dict[str, tuple[Cells, Cells]]:
    """The same by the key the journal shows."""
    key = JOURNAL_COLUMNS.index("key")
    return {entry[key]: (record, entry) for record, entry in updates_of(ready)}


def _entries(written: Written) -> Iterator[list[Cells]]:
    run, last = written.journal[0][JOURNAL_COLUMNS.index("run_id")], 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(ENTRIES, [run, last])
            rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][JOURNAL_COLUMNS.index("seq")]
        yield rows


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    return {field: row[name] for name, field in FIELDS.items()}


def _item(data: dict[str, Any]) -> dict[str, Any]:
    return {name: data.get(field) for name, field in FIELDS.items()}


def _demand(found: int, wanted: int) -> None:
    """A floor that did something else than the product would be no floor."""
    if found != wanted:
        raise AssertionError(f"the floor did {found} rows, not {wanted}")
