"""Which failed rows of a run a retry of it has written already: none of them is written twice."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from sync_app.models import JournalEntry, Run, RunKind


def rows_written(run: Run, *, before: int | None = None) -> set[int]:
    """By its retries, or by applying what one of them planned; `before`: by runs that began before that one.

    What was undone since may be tried again.
    """
    retry = Q(kind=RunKind.IMPORT, parent=run, options__retry=True)
    applied = Q(kind=RunKind.APPLY, parent__parent=run, parent__options__retry=True)
    undone = Run.objects.filter(kind=RunKind.UNDO, parent=OuterRef("pk"), simulate=False)
    runs = Run.objects.filter(retry | applied, ~Exists(undone), simulate=False)
    if before is not None:
        runs = runs.filter(pk__lt=before)
    written = JournalEntry.objects.filter(run__in=list(runs.values_list("pk", flat=True)), applied=True)
    return set(written.order_by().values_list("row", flat=True).distinct())
