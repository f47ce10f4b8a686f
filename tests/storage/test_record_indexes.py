"""The indexes of records: which of them are written, and by which records are found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integration_admin.accounts.models import Brand
from sync_app.models import Record
from sync_app.storage.exports import DatabaseExports
from sync_app.storage.journal import deleted_since, entries_of_records, entries_since, versions
from sync_app.storage.listing import DatabaseLinks
from sync_app.storage.records import RECORD, DatabaseRecords
from tests.engine.world import PERSON
from tests.storage.test_records_contract import ADA, Database, change, insert


def test_the_state_is_written_only_where_it_changes(acme: Brand, now: datetime) -> None:
    house = Database(acme, now)
    (ada,) = insert(house, PERSON, ADA)
    for deleted, column in ((False, False), (True, True), (True, True), (False, True), (False, False)):
        with CaptureQueriesContext(connection) as asked:
            change(house, ada, PERSON, deleted=deleted, Name="Eve")
        (update,) = (one["sql"] for one in asked if one["sql"].startswith((f"UPDATE {RECORD}", "1 times: UPDATE")))
        assert ("deleted_at" in update) is column
        assert (Record.objects.get(pk=ada).deleted_at is not None) is deleted


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ask", "column"),
    [
        (lambda: DatabaseRecords(brand=1).load([7, 8]), "rowid=?"),
        (lambda: DatabaseExports(brand=1).exported([7, 8]), "rowid=?"),
        (lambda: DatabaseExports(brand=1).labels([7, 8]), "rowid=?"),
        (lambda: DatabaseExports(brand=1).targets("Team", [7, 8]), "record_id=?"),
        (lambda: DatabaseLinks(brand=1).labels([7, 8]), "rowid=?"),
        (lambda: DatabaseRecords(brand=1).inserts_undone([7, 8]), "record=?"),
        (lambda: entries_of_records(run=1, records=[7, 8]), "record=?"),
        (lambda: entries_since(records=[7, 8], revision=3), "record=?"),
        (lambda: deleted_since(records=range(900), run=1, but=2), "record=?"),
        (lambda: versions(runs=[1, 2], records=range(900)), "record=?"),
    ],
)
def test_what_is_asked_of_some_records_is_not_looked_for_among_all(ask: Callable[[], object], column: str) -> None:
    with CaptureQueriesContext(connection) as asked:
        ask()
    (query,) = asked.captured_queries
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            plan = " ".join(str(row) for row in cursor.fetchall())
        assert f"({column}" in plan
