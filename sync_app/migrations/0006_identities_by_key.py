"""On SQLite identities are kept in the order of their key, without a second copy of it: half the pages to write."""

from __future__ import annotations

from typing import Any

from django.db import migrations

KEPT_BY_KEY = " WITHOUT ROWID"


def keep_by_key(apps: Any, schema_editor: Any) -> None:
    _rebuild(apps, schema_editor, by_key=True)


def keep_by_row(apps: Any, schema_editor: Any) -> None:
    _rebuild(apps, schema_editor, by_key=False)


def _rebuild(apps: Any, schema_editor: Any, *, by_key: bool) -> None:
    if schema_editor.connection.vendor != "sqlite":
        return
    table = apps.get_model("sync_app", "Identity")._meta.db_table
    new = f"new__{table}"
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = %s", [table])
        (text,) = cursor.fetchone()
        cursor.execute(text.removesuffix(KEPT_BY_KEY).replace(table, new, 1) + (KEPT_BY_KEY if by_key else ""))
        cursor.execute(f"INSERT INTO {new} SELECT * FROM {table} ORDER BY brand_id, space, value, tie")
        cursor.execute(f"DROP TABLE {table}")
        cursor.execute(f"ALTER TABLE {new} RENAME TO {table}")


class Migration(migrations.Migration):
    dependencies = [("sync_app", "0005_notices")]
    operations = [migrations.RunPython(keep_by_key, keep_by_row)]
