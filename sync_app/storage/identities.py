"""Identities of records that are there already: who has which, and giving them new ones when a key is declared."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from sync_app.models import Identity
from sync_app.storage.dialect import Column, dialect

#: (space, value, tie, record).
NewIdentity = tuple[str, str, int, int]

_COLUMNS = (
    Column("brand_id", "bigint"),
    Column("space", "text"),
    Column("value", "text"),
    Column("tie", "bigint"),
    Column("record_id", "bigint"),
)


def had(*, brand: int, space: str) -> dict[tuple[str, int], int]:
    """(value, tie) -> the record that has this identity in the space, by whatever key."""
    rows = Identity.objects.filter(brand_id=brand, space=space).values_list("value", "tie", "record_id")
    return {(value, tie): record for value, tie, record in rows.iterator(chunk_size=2000)}


def add(*, brand: int, rows: Sequence[NewIdentity]) -> None:
    """Inside the brand's write transaction."""
    if rows:
        with connection.cursor() as cursor:
            dialect().insert(cursor, Identity._meta.db_table, _COLUMNS, sorted((brand, *row) for row in rows))
