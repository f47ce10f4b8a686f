"""Which failed rows of a run a retry of it has written already: none of them is written twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sync_app.models import JournalEntry, Run, RunKind

_OF_ROWS: Final = (RunKind.IMPORT, RunKind.APPLY)


def rows_written(run: Run, *, before: int | None = None) -> set[int]:
    """By any retry of the same rows, or by applying what one planned; `before`: by runs that began before that one.

    Retries of retries count, and those of the plan that a run applied. What was undone since, and still is, may be
    tried again.
    """
    retries = [one for one in _below(_origin(run)) if _wrote_again(one) and (before is None or one.pk < before)]
    taken_back = {one.pk: _taken_back(one) for one in retries}
    applied = JournalEntry.objects.filter(run__in=retries, applied=True).order_by()
    written = applied.values_list("run_id", "record", "row").iterator()
    return {row for one, record, row in written if record not in taken_back[one]}


def _origin(run: Run) -> Run:
    """The run that had these rows first."""
    while run.kind in _OF_ROWS and run.parent is not None:
        run = run.parent
    return run


def _below(run: Run) -> Iterator[Run]:
    for child in run.children.filter(kind__in=_OF_ROWS).only("kind", "simulate", "options", "parent"):
        yield child
        yield from _below(child)


def _wrote_again(run: Run) -> bool:
    """Whether it wrote rows that had failed, and not the others of their source."""
    asked = run.parent if run.kind == RunKind.APPLY else run
    return not run.simulate and asked is not None and bool(asked.options.get("retry"))


def _taken_back(run: Run) -> set[int | None]:
    """The records of which an undo took back what the run did to them, unless that was undone itself."""
    found: set[int | None] = set()
    for undo in run.children.filter(kind=RunKind.UNDO, simulate=False).only("pk"):
        applied = JournalEntry.objects.filter(run=undo, applied=True).order_by()
        found |= set(applied.values_list("record", flat=True)) - _taken_back(undo)
    return found
