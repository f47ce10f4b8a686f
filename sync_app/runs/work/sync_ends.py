"""What the end of a run means for the turn of a sync that it belongs to, in the transaction that ends the run."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import Q

from sync_app.models import Run, RunKind, RunStatus, Sync, SyncTurn, TurnStatus
from sync_app.runs.queue import enqueue_turn
from sync_app.runs.work.turn_ends import REHEARSAL, end_turn, keep_watermark, locked_sync

#: The run refused the source itself: whoever brought it is told so.
_OF_THE_SOURCE: Final = frozenset({"atomic_failed"})
#: What a plan can be applied from, and what a run that wrote has committed.
PLANNED: Final = (RunStatus.SUCCEEDED, RunStatus.WITH_FAILURES)


#: All rows failed: whatever is wrong, nothing counts as fetched, and a person has to look.
NONE_TAKEN: Final = "pull_none_taken"


def run_ended(run: Run, *, at: datetime) -> None:
    """Called once, inside the transaction that ends `run`, whoever ends it. Most runs belong to no sync."""
    turn = _turn_of(run)
    if turn is None:
        return
    sync = locked_sync(turn)
    turn.run, turn.counts = run, run.counts
    if run.kind == RunKind.IMPORT and run.simulate:
        _simulated(turn, sync, run, at)
    elif run.status in PLANNED:
        _committed(turn, sync, run, at)
    else:
        _not_committed(turn, sync, run, at)


def _turn_of(run: Run) -> SyncTurn | None:
    """The turn whose run this is, or whose held plan it applies: a plan may be applied on the page of its run too."""
    if run.kind not in (RunKind.IMPORT, RunKind.APPLY):
        return None
    mine = Q(run=run)
    if run.kind == RunKind.APPLY:
        mine |= Q(run=run.parent_id)
    return SyncTurn.objects.filter(mine, finished_at=None).first()


def _simulated(turn: SyncTurn, sync: Sync, run: Run, at: datetime) -> None:
    if run.status not in PLANNED:
        _not_committed(turn, sync, run, at)
    elif turn.progress.get(REHEARSAL):
        _end_rehearsal(turn, sync, run, at)
    else:
        SyncTurn.objects.filter(pk=turn.pk).update(counts=turn.counts, attempts=0)
        enqueue_turn(turn=turn.pk)


def _committed(turn: SyncTurn, sync: Sync, run: Run, at: datetime) -> None:
    """Rows that went stale between plan and writing are fetched again: the watermark waits for them."""
    stale = run.statistics.get("codes", {}).get("stale", 0)
    if none_taken(run) and not stale:
        refuse_all(turn=turn, sync=sync, run=run, at=at)
        return
    if not stale:
        keep_watermark(turn=turn, sync=sync)
    end_turn(turn=turn, sync=sync, status=TurnStatus(run.status), at=at, settles=not stale)


def _end_rehearsal(turn: SyncTurn, sync: Sync, run: Run, at: datetime) -> None:
    if none_taken(run):
        refuse_all(turn=turn, sync=sync, run=run, at=at)
    else:
        end_turn(turn=turn, sync=sync, status=TurnStatus(run.status), at=at)


def none_taken(run: Run) -> bool:
    """Whether there were rows, and each of them failed."""
    return bool(run.counts.get("rowsFailed")) and not run.counts.get("rowsOk")


def refuse_all(*, turn: SyncTurn, sync: Sync, run: Run, at: datetime) -> None:
    """The turn has failed, and whoever brought the rows is told that none was taken. The watermark stays."""
    error = {"code": NONE_TAKEN, "params": {"rows": run.counts["rowsFailed"]}}
    end_turn(turn=turn, sync=sync, status=TurnStatus.FAILED, at=at, error=error, settles=True)


def _not_committed(turn: SyncTurn, sync: Sync, run: Run, at: datetime) -> None:
    if run.status == RunStatus.CANCELLED:
        end_turn(turn=turn, sync=sync, status=TurnStatus.CANCELLED, at=at)
        return
    error: dict[str, Any] = run.error
    if run.status == RunStatus.STOPPED:
        error = {"code": "sync_stopped"}
    refused = run.status == RunStatus.STOPPED or error.get("code") in _OF_THE_SOURCE
    end_turn(turn=turn, sync=sync, status=TurnStatus.FAILED, at=at, error=error, settles=refused)
