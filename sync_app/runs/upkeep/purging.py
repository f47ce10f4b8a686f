"""How long a run keeps what: its rows for a month, its journal for longer, its summary for ever. So do turns of syncs.

Purged a batch at a time, each its own short transaction, so that nobody waits for it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from sync_app.models import OPEN_STATUSES, FailedRow, JournalEntry, Run, RunPayload, SyncTurn, TurnStatus

RUNS_AT_ONCE: Final = 50
TURNS_AT_ONCE: Final = 1_000
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


def purge_turns(*, before: datetime) -> int:
    """Deletes what syncs did and when, of turns that ended before then; answers how many. What they counted stays.

    A turn stays as long as the journal of its run: whether a change came by a connection is known by it. What the page
    of a sync tells stays for ever: its last turn, the last that did something, and the last that has a run.
    """
    due = _turns_due(before)
    gone = 0
    for _batch in range(BATCHES_AT_ONCE):
        some = list(due.values_list("pk", flat=True)[:TURNS_AT_ONCE])
        if not some:
            break
        gone += SyncTurn.objects.filter(pk__in=some).delete()[1].get(SyncTurn._meta.label, 0)
    return gone


def _turns_due(before: datetime) -> QuerySet[SyncTurn]:
    newer = SyncTurn.objects.filter(sync=OuterRef("sync"), pk__gt=OuterRef("pk"))
    did = (TurnStatus.SUCCEEDED, TurnStatus.WITH_FAILURES, TurnStatus.FAILED)
    told_since = ~Q(status__in=did) | Q(Exists(newer.filter(status__in=did)))
    ran_since = Q(run=None) | Q(run__simulate=True) | Q(Exists(newer.filter(run__simulate=False)))
    forgotten = Q(run=None) | Q(run__purged_at__isnull=False)
    ended = SyncTurn.objects.filter(forgotten, Exists(newer), finished_at__lt=before, settled=True)
    return ended.filter(told_since, ran_since).order_by("pk")


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
