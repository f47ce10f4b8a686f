"""What records are searched by, worked out anew when their type got another key."""

from __future__ import annotations

from typing import Final

from sync_app.engine.records import forms_of
from sync_app.models import Record
from sync_app.storage.record_rows import texts_of
from templates_app.catalog.types import EntityType

BATCH: Final = 1000


def retell(*, brand: int, entity: EntityType) -> int:
    """Writes it for every record of the type that it differs for, deleted ones included; how many those are.

    No value changes, so no version or revision does. Runs inside the caller's transaction.
    """
    after = changed = 0
    records = Record.objects.filter(brand_id=brand, entity_type=entity.name).order_by("id").only("data", "search")
    while batch := list(records.filter(pk__gt=after)[:BATCH]):
        after = batch[-1].pk
        listed = [record.data for record in batch]
        stale = []
        for record, texts in zip(batch, texts_of(entity, listed, forms_of(entity, listed)), strict=True):
            if record.search != texts[-1]:
                record.search = texts[-1]
                stale.append(record)
        Record.objects.bulk_update(stale, ["search"])
        changed += len(stale)
    return changed
