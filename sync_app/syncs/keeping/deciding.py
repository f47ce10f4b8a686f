"""What a person decides of a held pull: apply it once, reject it, or have it judged by other limits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from integration_admin.accounts import audit
from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.models import Run, Sync, SyncTurn, TurnStatus
from sync_app.runs.errors import RunConflict
from sync_app.runs.queue import enqueue, enqueue_turn
from sync_app.runs.verbs.applying import applied_by
from sync_app.runs.verbs.plan_check import PlanCheck, check_plan
from sync_app.runs.work.turn_ends import end_turn, locked_sync
from sync_app.storage.clock import Clock
from sync_app.syncs.errors import SyncConflict
from sync_app.syncs.keeping.saving import find_sync
from sync_app.syncs.timing import due_after
from sync_app.syncs.turns.judging import begin_apply, require_same_rules


def held_turn(*, actor: Actor, sync: int) -> SyncTurn:
    """The turn of the sync that waits for a person. Raises SyncNotFound, SyncConflict `turn_not_held`."""
    row = find_sync(actor=actor, sync=sync)
    found = SyncTurn.objects.select_related("run", "sync__brand", "sync__connection", "sync__template")
    turn = found.filter(sync=row, status=TurnStatus.HELD, finished_at=None).first()
    if turn is None or turn.run is None:
        raise SyncConflict("turn_not_held")
    return turn


def check_held(*, actor: Actor, sync: int) -> PlanCheck:
    """What of the held plan could no longer be written as it was shown. Raises as `check_plan`, and as `held_turn`."""
    return check_plan(actor=actor, run=_plan(held_turn(actor=actor, sync=sync)).pk)


def approve(*, actor: Actor, sync: int, clock: Clock) -> Run:
    """The run, queued, that writes the held plan as it was shown; this person answers for it, with their own rights.

    What went stale meanwhile is left out, and fetched again the next time. The limits stay as they are. Raises
    NotAllowed, SyncNotFound, SyncConflict, RunConflict (`already_applied`) and RunUnprocessable.
    """
    turn = held_turn(actor=actor, sync=sync)
    with transaction.atomic():
        run = begin_apply(turn=turn, run=_plan(turn), actor=actor, trigger="ui", clock=clock)
        _move_on(turn.sync, clock())
        _note(actor, turn, "sync.approved", {"run": run.pk}, clock())
        enqueue(run=run.pk)
    return run


def reject(*, actor: Actor, sync: int, clock: Clock) -> None:
    """Nothing of it is written, and the watermark stays: the next turn sees the same data again, or what became of it.

    Raises NotAllowed, SyncNotFound, SyncConflict.
    """
    actor.require(Right.IMPORT)
    turn = held_turn(actor=actor, sync=sync)
    with transaction.atomic():
        row, at = locked_sync(turn), clock()
        _still_held(turn)
        if applied_by(_plan(turn)) is not None:
            raise SyncConflict("sync_busy")
        end_turn(turn=turn, sync=row, status=TurnStatus.REJECTED, at=at, settles=True)
        _move_on(row, at)
        _note(actor, turn, "sync.rejected", {"run": turn.run_id}, at)


def judge_again(*, actor: Actor, sync: int, clock: Clock) -> None:
    """The worker judges the plan by the limits as they are now, and applies it if none trips. Until then the sync's
    health stays as it is: people hear of it when something has come of it.

    Raises NotAllowed, SyncNotFound, SyncConflict.
    """
    actor.require(Right.TEMPLATES)
    turn = held_turn(actor=actor, sync=sync)
    require_same_rules(turn=turn, run=_plan(turn))
    with transaction.atomic():
        row, at = locked_sync(turn), clock()
        _still_held(turn)
        SyncTurn.objects.filter(pk=turn.pk).update(status=TurnStatus.PLANNING, held=[], attempts=0)
        _move_on(row, at)
        _note(actor, turn, "sync.judged_again", {"run": turn.run_id}, at)
        enqueue_turn(turn=turn.pk)


def _plan(turn: SyncTurn) -> Run:
    if turn.run is None:
        raise RunConflict("run_without_plan")
    return turn.run


def _still_held(turn: SyncTurn) -> None:
    """Of two people who decide at once, the second is told so."""
    if not SyncTurn.objects.filter(pk=turn.pk, status=TurnStatus.HELD, finished_at=None).exists():
        raise SyncConflict("turn_not_held")


def _move_on(sync: Sync, at: datetime) -> None:
    """The schedule goes on from its next time: what it missed while it was held is not fetched at once."""
    row = Sync.objects.select_related("brand").get(pk=sync.pk)
    Sync.objects.filter(pk=row.pk).update(next_due=due_after(row, at))


def _note(actor: Actor, turn: SyncTurn, action: str, after: dict[str, Any], at: datetime) -> None:
    audit.record(brand=turn.sync.brand, by=actor.name, action=action, target=turn.sync.name, at=at, after=after)
