"""The rows that operations of the product wrote, kept so that the raw floor can write the very same ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from sync_app.models import Identity, JournalEntry, Record, Run
from sync_app.storage.journal import TABLE as JOURNAL
from sync_app.storage.records import IDENTITY, RECORD

Cells = tuple[Any, ...]


def columns_of(model: Any) -> tuple[str, ...]:
    """The table's column names."""
    return tuple(field.column for field in model._meta.concrete_fields if field.column)


RECORD_COLUMNS: Final = columns_of(Record)
IDENTITY_COLUMNS: Final = columns_of(Identity)
JOURNAL_COLUMNS: Final = columns_of(JournalEntry)


@dataclass(frozen=True, slots=True)
class Written:
    """What one run wrote, in the order it did: rows of the three tables, with the columns above."""

    records: list[Cells]
    identities: list[Cells]
    journal: list[Cells]


def written_by(run: Run) -> Written:
    """The rows as they stand after `run`; to be asked before another run of the brand changes them.

    Identities are given for inserted records only: nothing that is measured changes a key.
    """
    journal = _select(JOURNAL, JOURNAL_COLUMNS, "run_id = %s", [run.pk], "seq")
    place = {name: JOURNAL_COLUMNS.index(name) for name in ("record", "operation", "applied", "version_seen")}
    applied = [entry for entry in journal if entry[place["applied"]]]
    changed = {entry[place["record"]] for entry in applied}
    inserted = {entry[place["record"]] for entry in applied if not entry[place["version_seen"]]}
    brand = [run.brand_id]
    records = _select(RECORD, RECORD_COLUMNS, "brand_id = %s", brand, "id") if changed else []
    identities = _select(IDENTITY, IDENTITY_COLUMNS, "brand_id = %s", brand, "record_id") if inserted else []
    of_record, of_identity = RECORD_COLUMNS.index("id"), IDENTITY_COLUMNS.index("record_id")
    return Written(
        records=[row for row in records if row[of_record] in changed],
        identities=[row for row in identities if row[of_identity] in inserted],
        journal=journal,
    )


def _select(table: str, columns: Sequence[str], where: str, parameters: list[Any], order: str) -> list[Cells]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {quoted(columns)} FROM {table} WHERE {where} ORDER BY {order}", parameters)
        return list(cursor.fetchall())


def quoted(columns: Sequence[str]) -> str:
    """A list of column names for a statement."""
    return ", ".join(f'"{column}"' for column in columns)


def moved(written: Written, *, brand: int, run: int, shift: int) -> Written:
    """The same rows for another brand and run, with every record id `shift` higher."""
    records = [_replaced(row, RECORD_COLUMNS, brand_id=brand, id=shift) for row in written.records]
    identities = [
        _replaced(row, IDENTITY_COLUMNS, brand_id=brand, record_id=shift, tie=shift) for row in written.identities
    ]
    journal = [_replaced(row, JOURNAL_COLUMNS, run_id=run, record=shift) for row in written.journal]
    return Written(records, identities, journal)


def _replaced(row: Cells, columns: tuple[str, ...], **values: int) -> Cells:
    """Ids of brand and run are set; those of records are moved up, where they are not empty or provisional."""
    cells = list(row)
    for name, value in values.items():
        place = columns.index(name)
        if name in {"brand_id", "run_id"}:
            cells[place] = value
        elif (cells[place] or 0) > 0:
            cells[place] += value
    return tuple(cells)
