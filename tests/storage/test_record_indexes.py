"""The indexes of records hold the state: who does not change it must not write them all."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from integration_admin.accounts.models import Brand
from sync_app.models import Record
from sync_app.storage.records import RECORD
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
