"""How long a run keeps what: its rows for a month, its journal for longer, its summary for ever.

Purged a batch at a time, each its own short transaction, so that nobody waits for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from sync_app.models import OPEN_STATUSES, FailedRow, JournalEntry, Run, RunPayload

RUNS_AT_ONCE: Final = 50
ENTRIES_AT_ONCE: Final = 5_000
BATCHES_AT_ONCE: Final = 20
#: A purge that was interrupted is found again for as long.
TAKEN_UP_AGAIN: Final = timedelta(days=2)


def purge_payloads(*, before: datetime) -> int:
    """Deletes bodies and failed rows of runs that ended before then; answers of how many runs.

    Their reports stay. Nothing can be retried from them any more (`payload_purged`).
    """
    kept = Exists(RunPayload.objects.filter(run=OuterRef("pk"))) | Exists(FailedRow.objects.filter(run=OuterRef("pk")))
    due = list(_ended(before).filter(kept).values_list("pk", flat=True)[:RUNS_AT_ONCE])
    for run in due:
        RunPayload.objects.filter(run=run).delete()
        FailedRow.objects.filter(run=run).delete()
    return len(due)


def purge_journals(*, before: datetime, now: datetime) -> int:
    """Deletes the journal of whole runs that ended before then; answers how many entries went.

    A run is marked first: from then on it cannot be undone (`run_purged`), and its summary says so.
    """
    left = BATCHES_AT_ONCE
    gone = 0
    for run in _journals_due(before, now)[:RUNS_AT_ONCE]:
        Run.objects.filter(pk=run.pk, purged_at=None).update(purged_at=now)
        while left and (deleted := _delete_entries(run.pk)):
            gone += deleted
            left -= 1
    return gone


def _ended(before: datetime) -> QuerySet[Run]:
    """Runs that ended before then and that no open run builds on, the oldest first."""
    at_work = Run.objects.filter(parent=OuterRef("pk"), status__in=OPEN_STATUSES)
    return Run.objects.filter(~Exists(at_work), finished_at__lt=before).order_by("pk")


def _journals_due(before: datetime, now: datetime) -> QuerySet[Run]:
    left_over = Exists(JournalEntry.objects.filter(run=OuterRef("pk")))
    return _ended(before).filter(Q(purged_at=None) | Q(left_over, purged_at__gte=now - TAKEN_UP_AGAIN)).only("pk")


def _delete_entries(run: int) -> int:
    """One batch, from the first entry that is left."""
    entries = JournalEntry.objects.filter(run_id=run)
    first = entries.order_by("seq").values_list("seq", flat=True).first()
    return entries.filter(seq__lt=first + ENTRIES_AT_ONCE).delete()[0] if first is not None else 0
