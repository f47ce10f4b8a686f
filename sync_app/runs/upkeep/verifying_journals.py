"""What must agree between runs, their journal, its revisions and the clock: also what is no longer there is found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db.models import Exists, Max, OuterRef

from integration_admin.accounts.models import Brand
from sync_app.models import BrandClock, JournalEntry, Record, Revision, Run, RunKind, RunStatus
from sync_app.runs.upkeep.purging import TAKEN_UP_AGAIN
from sync_app.storage import journal

WRITING: Final = (RunKind.IMPORT, RunKind.APPLY, RunKind.UNDO, RunKind.EDIT)
#: A run that failed as a whole counts what it would have done.
WRITTEN: Final = (RunStatus.SUCCEEDED, RunStatus.WITH_FAILURES)
CHANGES: Final = ("inserted", "updated", "deleted")


def journal_discrepancies(brand: Brand, *, now: datetime) -> Iterator[tuple[str, str]]:
    """A stable code, and what it is about."""
    yield from dict.fromkeys((*_altered(brand), *_outside(brand)))
    yield from _clock(brand)
    yield from _unknown_revisions(brand)
    yield from _purged(brand, now)
    yield from _missing(brand)


def _altered(brand: Brand) -> Iterator[tuple[str, str]]:
    for run in Run.objects.filter(brand=brand, purged_at__isnull=True).values_list("pk", flat=True):
        for revision in journal.altered(run=run):
            yield "journal_altered", f"run {run}, revision {revision}"


def _outside(brand: Brand) -> Iterator[tuple[str, str]]:
    """Applied entries that no digest is over."""
    within = Revision.objects.filter(
        brand=brand,
        number=OuterRef("revision"),
        run=OuterRef("run_id"),
        first_seq__lte=OuterRef("seq"),
        last_seq__gte=OuterRef("seq"),
    )
    entries = JournalEntry.objects.filter(~Exists(within), run__brand=brand, applied=True)
    for run, revision in entries.values_list("run_id", "revision").distinct().order_by("run_id", "revision"):
        yield "journal_altered", f"run {run}, revision {revision}"


def _clock(brand: Brand) -> Iterator[tuple[str, str]]:
    """The clock goes on without a revision where nothing is journalled; it never stands before one."""
    at = BrandClock.objects.filter(brand=brand).values_list("revision", flat=True).first() or 0
    last = Revision.objects.filter(brand=brand).aggregate(last=Max("number"))["last"] or 0
    if at < last:
        yield "clock_wrong", f"the clock is at revision {at}, and there is revision {last}"


def _unknown_revisions(brand: Brand) -> Iterator[tuple[str, str]]:
    written = Revision.objects.filter(brand=brand, number=OuterRef("revision"))
    for record, revision in (
        Record.objects.filter(~Exists(written), brand=brand).order_by("pk").values_list("pk", "revision").iterator()
    ):
        yield "revision_missing", f"record {record}: there is no revision {revision}"


def _purged(brand: Brand, now: datetime) -> Iterator[tuple[str, str]]:
    left = Exists(JournalEntry.objects.filter(run=OuterRef("pk")))
    due = Run.objects.filter(left, brand=brand, purged_at__lt=now - TAKEN_UP_AGAIN)
    for run in due.order_by("pk").values_list("pk", flat=True):
        yield "purge_unfinished", f"run {run}: it is said to be purged, and has entries"


def _missing(brand: Brand) -> Iterator[tuple[str, str]]:
    applied = Exists(JournalEntry.objects.filter(run=OuterRef("pk"), applied=True))
    done = Run.objects.filter(brand=brand, kind__in=WRITING, status__in=WRITTEN, simulate=False, purged_at__isnull=True)
    for run in done.filter(~applied).only("pk", "counts").order_by("pk"):
        changes = sum(run.counts.get(name, 0) for name in CHANGES)
        if changes:
            yield "journal_missing", f"run {run.pk}: its report counts {changes} changes, and none is journalled"
