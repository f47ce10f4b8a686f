"""About how much of the disk a brand takes: a few bounded questions, sizes from samples, indexes left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import OuterRef, QuerySet, Subquery, Sum, TextField
from django.db.models.functions import Cast, Coalesce, Length
from django.utils.translation import gettext

from integration_admin.accounts.models import Brand
from integration_admin.cache_door import keep, recall
from sync_app.models import BrandClock, FailedRow, JournalEntry, Record, Run, RunPayload

#: So many of a sort are measured for the size of the others.
SAMPLE: Final = 200
#: The newest runs are counted one by one; of older ones, as many as the newest had on average.
RUNS_COUNTED: Final = 5_000
#: The largest journals of those are measured.
RUNS_MEASURED: Final = 20
KEPT_SECONDS: Final = 600
#: What a row takes beside its texts.
ROW_BYTES: Final = 100


@dataclass(frozen=True, slots=True)
class DiskUse:
    """Bytes, about. `journal`: what can be undone and looked up. `payloads`: rows as they came, whole and failed."""

    records: int
    journal: int
    payloads: int

    @property
    def total(self) -> int:
        return self.records + self.journal + self.payloads


def disk_use(*, brand: Brand) -> DiskUse:
    """As it was at most ten minutes ago."""
    key = f"runs:disk-use:{brand.pk}"
    kept: list[int] | None = recall(key)
    if kept is None:
        runs = list(Run.objects.filter(brand=brand).order_by("-pk").values_list("pk", flat=True)[:RUNS_COUNTED])
        all_runs = _older(brand, runs)
        # A list: not every cache of this site keeps more than what JSON knows.
        kept = [int(_records(brand)), int(_journal(runs) * all_runs), int(_payloads(runs) * all_runs)]
        keep(key, kept, seconds=KEPT_SECONDS)
    return DiskUse(*kept)


def disk_use_words(*, brand: Brand) -> list[tuple[str, int]]:
    """The same for a page: what it is, and bytes."""
    found = disk_use(brand=brand)
    return [
        (gettext("Records"), found.records),
        (gettext("Journals of runs"), found.journal),
        (gettext("Files and rows of runs"), found.payloads),
    ]


def _records(brand: Brand) -> int:
    """Live ones, by how large the newest of each type are."""
    clock = BrandClock.objects.filter(brand=brand).first()
    size = Length(Cast("data", TextField())) + Length("search") + Length("label") + Length("sort_label")
    total = 0.0
    for entity_type, count in (clock.counts if clock is not None else {}).items():
        newest = Record.objects.filter(brand=brand, entity_type=entity_type).order_by("-pk").annotate(size=size)
        total += count * (_average(newest) + ROW_BYTES)
    return int(total)


def _journal(runs: Sequence[int]) -> float:
    last = JournalEntry.objects.filter(run=OuterRef("pk")).order_by("-seq").values("seq")[:1]
    ends = Run.objects.filter(pk__in=runs).annotate(last=Subquery(last)).values_list("pk", "last")
    counted = {run: end for run, end in ends if end}
    largest = sorted(counted, key=lambda run: counted[run], reverse=True)[:RUNS_MEASURED]
    texts = Coalesce(Length("before"), 0) + Coalesce(Length("after"), 0) + Length("fields") + Length("problems")
    total = measured = 0.0
    for run in largest:
        entries = JournalEntry.objects.filter(run=run).order_by("seq").annotate(size=texts + Length("key"))
        measured += counted[run]
        total += counted[run] * (_average(entries) + ROW_BYTES)
    entries_there_are = sum(counted.values())
    return total * entries_there_are / measured if measured else 0.0


def _payloads(runs: Sequence[int]) -> float:
    kept = RunPayload.objects.filter(run__in=runs).aggregate(size=Sum(Length("content")))
    texts = Length("content") + Length("edited") + Length("problems")
    failed = FailedRow.objects.filter(run__in=runs).aggregate(size=Sum(texts))
    return float((kept["size"] or 0) + (failed["size"] or 0))


def _older(brand: Brand, runs: Sequence[int]) -> float:
    """By how much the newest runs have to be multiplied to be all."""
    if len(runs) < RUNS_COUNTED:
        return 1.0
    return Run.objects.filter(brand=brand).count() / len(runs)


def _average(rows: QuerySet[Any]) -> float:
    sizes = list(rows.values_list("size", flat=True)[:SAMPLE])
    return sum(sizes) / len(sizes) if sizes else 0.0
