"""Recomputes what must agree, and says what does not: nothing here is repaired."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec
from django.utils import timezone

from integration_admin.accounts.models import Brand
from sync_app.engine.records import identity_rows, match_forms, reference_targets
from sync_app.models import LIVE, BrandClock, Identity, Record, Reference, Run
from sync_app.runs.upkeep.verifying_journals import journal_discrepancies
from sync_app.runs.upkeep.verifying_records import record_discrepancies
from sync_app.runs.upkeep.verifying_syncs import sync_discrepancies
from sync_app.storage.clock import snapshot
from templates_app.brand_catalog import catalog_of
from templates_app.catalog.types import Catalog

_encode = msgspec.json.Encoder(decimal_format="number", order="sorted").encode
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """Something that does not agree: a stable code, the brand's key, and what it is about."""

    code: str
    brand: str
    detail: str


def verify(*, brand: str | None = None) -> list[Discrepancy]:
    """All discrepancies of one brand, or of all of them. Each brand is looked at as it is at one moment: others may
    write meanwhile.
    """
    found: list[Discrepancy] = []
    for one in list(Brand.objects.filter(key=brand) if brand is not None else Brand.objects.order_by("key")):
        with snapshot():
            found += _verify_brand(one)
    return found


def records_digest(brand: Brand) -> str:
    """A hash over the live records' (type, key, data): equal before a run and after its undo."""
    hasher = hashlib.sha256()
    live = Record.objects.filter(LIVE, brand=brand).order_by("entity_type", "id")
    for row in live.values_list("entity_type", "id", "data").iterator(chunk_size=CHUNK):
        hasher.update(_encode(row))
        hasher.update(b"\n")
    return hasher.hexdigest()


def _verify_brand(brand: Brand) -> Iterator[Discrepancy]:
    catalog, now = catalog_of(brand), timezone.now()
    checks = (
        *_identities(brand, catalog),
        *_references(brand, catalog),
        *_counts(brand),
        *record_discrepancies(brand, catalog),
        *journal_discrepancies(brand, now=now),
        *_reports(brand),
        *sync_discrepancies(brand, now=now),
    )
    for code, detail in checks:
        yield Discrepancy(code, brand.key, detail)


class Valued(NamedTuple):
    """A record's values."""

    pk: int
    entity_type: str
    data: dict[str, Any]


def _records(brand: Brand) -> Iterator[Valued]:
    rows = Record.objects.filter(brand=brand).order_by("id").values_list(*Valued._fields)
    return map(Valued._make, rows.iterator(chunk_size=CHUNK))


def _identities(brand: Brand, catalog: Catalog) -> Iterator[tuple[str, str]]:
    kept = set(Identity.objects.filter(brand=brand).values_list("space", "value", "tie", "record_id"))
    for record in _records(brand):
        entity = catalog.get(record.entity_type)
        for row in identity_rows(entity, match_forms(entity, record.data), record.pk) if entity else ():
            identity = (*row, record.pk)
            if identity not in kept:
                yield "identity_missing", f"record {record.pk}: {row[0]} = {row[1]}"
            kept.discard(identity)
    for space, value, _tie, owner in sorted(kept):
        yield "identity_unfounded", f"record {owner}: {space} = {value}"


def _references(brand: Brand, catalog: Catalog) -> Iterator[tuple[str, str]]:
    kept = set(Reference.objects.filter(brand=brand).values_list("record_id", "field", "position", "target_id"))
    targets = set(Record.objects.filter(brand=brand).values_list("pk", flat=True))
    for record in _records(brand):
        entity = catalog.get(record.entity_type)
        for field, position, target in reference_targets(entity, record.data) if entity else ():
            reference = (record.pk, field, position, target)
            if reference not in kept:
                yield "reference_unkept", f"record {record.pk}.{field} -> {target}"
            if target not in targets:
                yield "reference_dangling", f"record {record.pk}.{field} -> {target}"
            kept.discard(reference)
    for record_id, field, _position, target in sorted(kept):
        yield "reference_unfounded", f"record {record_id}.{field} -> {target}"


def _counts(brand: Brand) -> Iterator[tuple[str, str]]:
    live = Counter(Record.objects.filter(LIVE, brand=brand).values_list("entity_type", flat=True).iterator())
    clock = BrandClock.objects.filter(brand=brand).first()
    kept = Counter(clock.counts if clock else {})
    for name in sorted(live.keys() | kept.keys()):
        if live[name] != kept[name]:
            yield "count_wrong", f"{name}: the clock says {kept[name]}, there are {live[name]}"


def _reports(brand: Brand) -> Iterator[tuple[str, str]]:
    """The invariants of each ended run."""
    ended = Run.objects.filter(brand=brand, finished_at__isnull=False).exclude(counts={})
    for run in ended.only("pk", "counts", "by_type").iterator():
        counts = run.counts
        if counts["rows"] != counts["rowsOk"] + counts["rowsFailed"] + counts["unprocessed"]:
            yield "report_wrong", f"run {run.pk}: rows do not add up"
        for name, row in run.by_type.items():
            words = ("inserted", "updated", "unchanged", "deleted", "skipped", "failed")
            if row["operations"] != sum(row[word] for word in words):
                yield "report_wrong", f"run {run.pk}, {name}: operations do not add up"
