"""What a failure does to its turn: the class of the trouble decides, and nothing that was not committed counts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from integration_admin.accounts.access import NotAllowed
from sync_app.models import RunKind, RunStatus, Sync, SyncTurn, TurnStatus
from sync_app.runs.errors import RunRefused, SourceUnfit
from sync_app.runs.verbs.sending import end_sending
from sync_app.runs.work.turn_ends import end_turn, locked_sync
from sync_app.storage.clock import Clock
from sync_app.syncs.connectors.base import TransferFailed, Trouble
from sync_app.syncs.turns.lease import MAX_ATTEMPTS, TurnLease
from templates_app.catalog.problems import shown
from templates_app.sources.rows import SourceRefused

#: Whoever asks us to come later than this is asked again after it.
LONGEST_WAIT: Final = timedelta(minutes=15)
SHORTEST_WAIT: Final = timedelta(seconds=30)
#: So many postponed turns in a row are a failure after all.
POSTPONED_AT_MOST: Final = 16
GOOD_REASONS: Final = (NotAllowed, RunRefused, SourceRefused, TransferFailed)


def fail_turn(*, lease: TurnLease, turn: SyncTurn, reason: Exception, clock: Clock) -> None:
    """End the turn for one of GOOD_REASONS. Raises TurnLost when it is somebody else's by now."""
    with transaction.atomic():
        sync = locked_sync(turn)
        lease.note()
        at = clock()
        if _is_wait(reason) and not _waited_long(turn):
            _end_sending(turn, RunStatus.INTERRUPTED, at, told(reason))
            _postpone(turn, sync, reason, at)
        else:
            trouble = reason.trouble.value if isinstance(reason, TransferFailed) else ""
            error = told(reason)
            _end_sending(turn, RunStatus.FAILED, at, error)
            refused = isinstance(reason, SourceRefused | SourceUnfit)
            end_turn(
                turn=turn, sync=sync, status=TurnStatus.FAILED, at=at, error=error, trouble=trouble, settles=refused
            )


def give_up(*, lease: TurnLease, turn: SyncTurn, clock: Clock) -> None:
    """The worker died too often over this turn."""
    with transaction.atomic():
        sync = locked_sync(turn)
        lease.note()
        error = {"code": "turn_given_up", "params": {"attempts": MAX_ATTEMPTS}}
        at = clock()
        _end_sending(turn, RunStatus.INTERRUPTED, at, error)
        end_turn(turn=turn, sync=sync, status=TurnStatus.FAILED, at=at, error=error)


def end_cancelled(*, lease: TurnLease, turn: SyncTurn, clock: Clock) -> None:
    """A person has asked it to stop."""
    with transaction.atomic():
        sync = locked_sync(turn)
        lease.note()
        at = clock()
        _end_sending(turn, RunStatus.CANCELLED, at, {})
        end_turn(turn=turn, sync=sync, status=TurnStatus.CANCELLED, at=at)


def _end_sending(turn: SyncTurn, status: RunStatus, at: datetime, error: Mapping[str, Any]) -> None:
    """The run of a push ends with its turn; what is left of it is for the next one."""
    if turn.run is not None and turn.run.kind == RunKind.EXPORT:
        end_sending(run=turn.run, status=status, at=at, progress=turn.progress, error=error)
        turn.counts = turn.run.counts


def told(reason: Exception) -> dict[str, Any]:
    """The error as it is kept: the code, and what fills its sentence, each at most 200 printable characters."""
    if isinstance(reason, SourceRefused | RunRefused):
        return _kept(reason.problem.code, reason.problem.params)
    if isinstance(reason, NotAllowed | TransferFailed):
        return _kept(reason.code, reason.params)
    raise reason


def _kept(code: str, params: Mapping[str, Any]) -> dict[str, Any]:
    safe = {name: value if isinstance(value, int | float) else shown(value) for name, value in params.items()}
    return {"code": code, "params": safe} if safe else {"code": code}


def _is_wait(reason: Exception) -> bool:
    return isinstance(reason, TransferFailed) and reason.trouble == Trouble.LATER


def _waited_long(turn: SyncTurn) -> bool:
    before = SyncTurn.objects.filter(sync=turn.sync_id, pk__lt=turn.pk).exclude(status=TurnStatus.OVERLAPPED)
    last = list(before.order_by("-pk").values_list("status", flat=True)[:POSTPONED_AT_MOST])
    return len(last) == POSTPONED_AT_MOST and set(last) == {TurnStatus.POSTPONED}


def _postpone(turn: SyncTurn, sync: Sync, reason: Exception, at: datetime) -> None:
    after = reason.after if isinstance(reason, TransferFailed) else None
    asked = timedelta(seconds=min(max(after or 0.0, 0.0), LONGEST_WAIT.total_seconds()))
    end_turn(turn=turn, sync=sync, status=TurnStatus.POSTPONED, at=at, error=told(reason), trouble=Trouble.LATER.value)
    # What a person asked for by hand leaves the schedule as it is.
    if sync.rule and sync.active and not turn.asked_by:
        Sync.objects.filter(pk=sync.pk).update(next_due=at + max(asked, SHORTEST_WAIT))
