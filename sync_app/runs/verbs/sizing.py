"""How much there is to do for a run that was started: little is done while its request waits, much by the worker."""

from __future__ import annotations

from typing import Final

from sync_app.models import Run, RunKind
from sync_app.runs.reports.refused_groups import RefusedGroup, count_of_group, rows_to_retry

OPERATIONS: Final = ("inserted", "updated", "unchanged", "deleted", "skipped", "failed")
WHOLE_GROUP: Final = frozenset(RefusedGroup("").to_json())


def size_of(run: Run) -> int:
    """The rows of an import; of a retry those it tries again; else what was counted of the run it is about."""
    if run.parent is None:
        return int(run.source.get("rows", 0))
    if run.kind == RunKind.IMPORT:
        return _retried(run, run.parent)
    counts = run.parent.counts
    return max(int(counts.get("rows", 0)), sum(int(counts.get(word, 0)) for word in OPERATIONS))


def _retried(run: Run, parent: Run) -> int:
    """Few rows of a large file need no worker."""
    only = run.options.get("only")
    if not only:
        return int(parent.counts.get("rowsFailed", 0))
    if set(only) == WHOLE_GROUP:
        return count_of_group(run=parent, group=RefusedGroup(**only))
    return len(rows_to_retry(run=parent, only=only))
