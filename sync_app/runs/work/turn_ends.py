"""Ending the turn of a sync: its outcome, its watermark and the health of its sync are one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import F

from sync_app.engine.shape import joined
from sync_app.models import Connection, Health, Sync, SyncTurn, TurnStatus, TurnTotal
from sync_app.runs.queue import enqueue_turn
from sync_app.runs.work.sync_health import rested, turn_health

#: In the progress of a turn: the source has more that waits.
MORE: Final = "more"
#: In the progress of a turn: its run is simulated, and that is all.
REHEARSAL: Final = "rehearsal"
DONE: Final = (TurnStatus.SUCCEEDED, TurnStatus.WITH_FAILURES)
#: A person has ended what was held, and nothing of it was written.
RESTED: Final = (TurnStatus.REJECTED, TurnStatus.CANCELLED)


def locked_sync(turn: SyncTurn) -> Sync:
    """The sync of the turn, held until the transaction ends. Always taken before the turn: nobody waits in a circle."""
    return Sync.objects.select_for_update(of=("self",)).select_related("connection", "brand").get(pk=turn.sync_id)


def end_turn(
    *,
    turn: SyncTurn,
    sync: Sync,
    status: TurnStatus,
    at: datetime,
    error: Mapping[str, Any] | None = None,
    trouble: str = "",
    settles: bool = False,
) -> bool:
    """Inside a transaction that holds the sync: the turn has this outcome, unless it has ended already (False).

    `settles`: the worker tells its connector, once this has committed, what became of the receipt. The watermark is
    moved by `keep_watermark`, before.
    """
    turn.status, turn.error, turn.trouble, turn.finished_at = status, dict(error or {}), trouble, at
    turn.settled = not (settles and turn.receipt)
    if not _is_kept(turn):
        return False
    if not turn.settled:
        enqueue_turn(turn=turn.pk)
    _count_total(turn, sync)
    if _is_by_the_way(turn, sync):
        _count_refusal(turn, sync)
        return True
    _count_failures(turn, sync, status)
    _turn_health(turn, sync, at)
    if status in DONE and turn.progress.get(MORE) and sync.rule and sync.active:
        Sync.objects.filter(pk=sync.pk).update(next_due=at)
    return True


def _is_kept(turn: SyncTurn) -> bool:
    """Writes how the turn has ended, unless it had."""
    return bool(
        SyncTurn.objects.filter(pk=turn.pk, finished_at=None).update(
            status=turn.status,
            error=turn.error,
            trouble=turn.trouble,
            finished_at=turn.finished_at,
            settled=turn.settled,
            holder="",
            expires_at=None,
            attempts=0,
            counts=turn.counts,
            rows=turn.rows,
            run=turn.run_id,
            held=turn.held,
        )
    )


def keep_watermark(*, turn: SyncTurn, sync: Sync) -> None:
    """What the turn brought is committed with this transaction: the next one begins where it ended."""
    # An empty beginning is nothing to compare the first real source with.
    sync.rows = turn.rows if turn.rows or sync.rows is not None else None
    sync.columns = joined(sync.columns, turn.columns) if turn.columns else sync.columns
    Sync.objects.filter(pk=sync.pk).update(rows=sync.rows, columns=sync.columns)
    keep_cursor(turn=turn, sync=sync)


def keep_cursor(*, turn: SyncTurn, sync: Sync) -> None:
    """The watermark alone. Where somebody has set it meanwhile, theirs holds."""
    if turn.watermark and sync.watermark == turn.progress.get("from", ""):
        sync.watermark = turn.watermark
        Sync.objects.filter(pk=sync.pk).update(watermark=sync.watermark)


def _is_by_the_way(turn: SyncTurn, sync: Sync) -> bool:
    """Whether a person rehearsed a sync that writes otherwise: that says nothing of how it does."""
    return bool(turn.progress.get(REHEARSAL)) and not sync.simulate


def _count_failures(turn: SyncTurn, sync: Sync, status: TurnStatus) -> None:
    if status in DONE:
        Sync.objects.filter(pk=sync.pk).exclude(failures=0).update(failures=0)
        Connection.objects.filter(pk=sync.connection_id).exclude(refusals=0).update(refusals=0)
        sync.failures = 0
    elif status == TurnStatus.FAILED:
        sync.failures += 1
        Sync.objects.filter(pk=sync.pk).update(failures=sync.failures)
        _count_refusal(turn, sync)


def _count_refusal(turn: SyncTurn, sync: Sync) -> None:
    """More tries with refused credentials may lock an account, whatever they were for."""
    if turn.trouble == "credentials":
        Connection.objects.filter(pk=sync.connection_id).update(refusals=F("refusals") + 1)


def _turn_health(turn: SyncTurn, sync: Sync, at: datetime) -> None:
    if turn.status in DONE:
        turn_health(sync=sync, to=Health.WELL, turn=turn, at=at)
    elif turn.status == TurnStatus.FAILED:
        turn_health(sync=sync, to=Health.FAILING, turn=turn, at=at)
    elif sync.health == Health.HELD and turn.status in RESTED:
        turn_health(sync=sync, to=rested(sync), turn=turn, at=at)


def _count_total(turn: SyncTurn, sync: Sync) -> None:
    outcome = {
        "connector": sync.connection.connector,
        "direction": sync.direction,
        "outcome": turn.status,
        "trouble": turn.trouble,
    }
    counted = TurnTotal.objects.filter(**outcome)
    if not counted.update(turns=F("turns") + 1):
        TurnTotal.objects.bulk_create([TurnTotal(**outcome)], ignore_conflicts=True)
        counted.update(turns=F("turns") + 1)
