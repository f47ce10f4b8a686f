"""Which values lead to a record of a brand, for those who look before anything is imported."""

from __future__ import annotations

from collections.abc import Collection

from integration_admin.accounts.access import Actor
from sync_app.storage.records import DatabaseRecords


class FoundRecords:
    """The records an actor may read, by their identities; the `Records` of `mapping.suggesting.record_fits`."""

    def __init__(self, *, actor: Actor) -> None:
        self._actor = actor
        self._records = DatabaseRecords(brand=actor.brand.pk)

    def found(self, *, entity: str, space: str, identities: Collection[str]) -> int | None:
        """How many of these identities lead to a record of the type that lives; None for who may not read the type."""
        if not self._actor.reads(entity):
            return None
        led = self._records.find(space, identities)
        return sum(any(one.type == entity and not one.deleted for one in records) for records in led.values())
