"""What must agree between each record and what is journalled of it, and what it is called and searched by.

A purge deletes the entries of whole runs and leaves their revisions. So it is known between which changes of a record
others may be missing, and what came after them is still compared.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from integration_admin.accounts.models import Brand
from sync_app.engine.records import forms_of
from sync_app.models import JournalEntry, Record, Revision
from sync_app.storage.erasure import ERASED
from sync_app.storage.journal import decode_values
from sync_app.storage.record_rows import texts_of
from templates_app.catalog.types import Catalog

BATCH: Final = 2000


class Kept(NamedTuple):
    """A record as it is kept."""

    id: int
    entity_type: str
    data: dict[str, Any]
    label: str
    sort_label: str
    search: str
    version: int
    revision: int


class Change(NamedTuple):
    """One applied entry of a record."""

    record: int
    revision: int
    version: int
    after: str | None
    code: str


@dataclass(slots=True)
class _Told:
    """What the journal tells of a record: `values` of the fields it tells of (None = empty), all where `complete`."""

    values: dict[str, Any] = field(default_factory=dict)
    complete: bool = True
    version: int = 0
    revision: int = 0
    lost: bool = False

    def skip(self, revision: int, purged: Sequence[int]) -> None:
        """Changes are missing from here to this revision: they were purged, or they are lost."""
        self.lost = self.lost or bisect_right(purged, self.revision) >= bisect_right(purged, revision)
        self.values, self.complete = {}, False

    def take(self, change: Change, purged: Sequence[int]) -> None:
        if change.version != self.version + 1:
            self.skip(change.revision, purged)
        if change.code == ERASED:
            self.values, self.complete = {}, False
        self.values.update(decode_values(change.after))
        self.version, self.revision = change.version, change.revision


def record_discrepancies(brand: Brand, catalog: Catalog) -> Iterator[tuple[str, str]]:
    """A stable code, and what it is about."""
    found = Revision.objects.filter(brand=brand, run__purged_at__isnull=False).order_by("number")
    purged = list(found.values_list("number", flat=True))
    after = 0
    while batch := _batch(brand, after):
        after = batch[-1].id
        changes = _changes(batch)
        for record in batch:
            yield from _against_journal(record, changes.get(record.id, ()), purged)
        yield from _texts(batch, catalog)


def _batch(brand: Brand, after: int) -> list[Kept]:
    rows = Record.objects.filter(brand=brand, pk__gt=after).order_by("pk").values_list(*Kept._fields)[:BATCH]
    return [Kept._make(row) for row in rows]


def _changes(batch: Sequence[Kept]) -> Mapping[int, list[Change]]:
    """record -> its changes, in order."""
    found: dict[int, list[Change]] = defaultdict(list)
    entries = JournalEntry.objects.filter(applied=True, record__in=[record.id for record in batch])
    rows = entries.order_by("record", "revision", "seq").values_list(
        "record", "revision", "version_after", "after", "code"
    )
    for record, revision, version, after, code in rows.iterator(chunk_size=BATCH):
        found[int(record or 0)].append(Change(int(record or 0), revision or 0, version, after, code))
    return found


def _against_journal(record: Kept, changes: Sequence[Change], purged: Sequence[int]) -> Iterator[tuple[str, str]]:
    told = _Told()
    for change in changes:
        told.take(change, purged)
    if told.version != record.version:
        told.skip(record.revision, purged)
    if told.lost or told.version > record.version:
        yield (
            "version_wrong",
            f"record {record.id}: version {record.version}, {len(changes)} journalled changes",
        )
        return
    if told.version == record.version and told.revision != record.revision:
        yield "revision_wrong", f"record {record.id}: revision {record.revision}, journalled is {told.revision}"
    names = {name for name, value in told.values.items() if record.data.get(name) != value}
    if told.complete:
        names |= record.data.keys() - told.values.keys()
    if names:
        yield "record_altered", f"record {record.id}: not as journalled are {', '.join(sorted(names))}"


def _texts(batch: Sequence[Kept], catalog: Catalog) -> Iterator[tuple[str, str]]:
    kinds: dict[str, list[Kept]] = defaultdict(list)
    for record in batch:
        kinds[record.entity_type].append(record)
    for name, records in kinds.items():
        entity = catalog.get(name)
        if entity is None:
            continue
        listed = [record.data for record in records]
        for record, texts in zip(records, texts_of(entity, listed, forms_of(entity, listed)), strict=True):
            if (record.label, record.sort_label, record.search) != texts[1:]:
                yield "label_wrong", f"record {record.id}: what it is called or searched by is not that of its values"
