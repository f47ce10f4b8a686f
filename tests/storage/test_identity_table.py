"""The table of identities is kept by its key where the database can do that, and loses nothing when it is rebuilt."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any, Final

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from integration_admin.accounts.models import Brand
from sync_app.models import Identity

MIGRATION: Final[Any] = import_module("sync_app.migrations.0006_identities_by_key")
EDITOR: Final = SimpleNamespace(connection=connection)
ROWS: Final = [("codes", "a", 0, 1), ("codes", "é", 0, 2), ("mails", "m", 3, 3), ("mails", "m", 4, 4)]


def kept_by_key() -> bool:
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [Identity._meta.db_table])
        return str(cursor.fetchone()[0]).endswith("WITHOUT ROWID")


def rows() -> list[tuple[Any, ...]]:
    return sorted(Identity.objects.values_list("space", "value", "tie", "record_id"))


@pytest.fixture
def filled(acme: Brand) -> Brand:
    Identity.objects.bulk_create(
        Identity(brand=acme, space=space, value=value, tie=tie, record_id=record) for space, value, tie, record in ROWS
    )
    return acme


def test_sqlite_keeps_it_by_key(db: None) -> None:
    assert kept_by_key() == (connection.vendor == "sqlite")


def test_it_loses_nothing_there_and_back(filled: Brand) -> None:
    MIGRATION.keep_by_row(apps, EDITOR)
    assert not kept_by_key()
    assert rows() == sorted(ROWS)
    MIGRATION.keep_by_key(apps, EDITOR)
    assert kept_by_key() == (connection.vendor == "sqlite")
    assert rows() == sorted(ROWS)


def test_it_still_takes_each_identity_once(filled: Brand) -> None:
    MIGRATION.keep_by_row(apps, EDITOR)
    MIGRATION.keep_by_key(apps, EDITOR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Identity.objects.create(brand=filled, space="codes", value="a", tie=0, record_id=9)
