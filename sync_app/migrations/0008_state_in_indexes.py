"""The indexes of records say whether a record is deleted: pages of lists are found without looking at those before."""

from __future__ import annotations

from typing import Final

from django.db import migrations, models

ORDERS: Final = {
    "record_by_label": ["brand", "entity_type", "sort_label", "id"],
    "record_by_revision": ["brand", "entity_type", "revision", "id"],
    "record_by_key": ["brand", "entity_type", "id"],
}


class Migration(migrations.Migration):
    dependencies = [("sync_app", "0007_begun_at")]
    operations = [
        operation
        for name, fields in ORDERS.items()
        for operation in (
            migrations.RemoveIndex("record", name),
            migrations.AddIndex("record", models.Index(fields=[*fields, "deleted_at"], name=name)),
        )
    ]
