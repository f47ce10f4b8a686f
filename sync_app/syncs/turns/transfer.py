"""What the worker does for a turn: whatever comes next of it, from wherever it was left."""

from __future__ import annotations

import logging

from django.db import transaction

from integration_admin.log_context import about
from sync_app.models import Run, RunKind, SyncDirection, SyncTurn, TurnStatus
from sync_app.runs.queue import enqueue_turn
from sync_app.runs.work.sync_ends import PLANNED, run_ended
from sync_app.runs.work.turn_ends import REHEARSAL
from sync_app.storage.clock import Clock
from sync_app.syncs.turns.failing import GOOD_REASONS, end_cancelled, fail_turn, give_up
from sync_app.syncs.turns.judging import judge_turn
from sync_app.syncs.turns.lease import MAX_ATTEMPTS, TurnCancelled, TurnLease, TurnLost, claim_turn
from sync_app.syncs.turns.pulling import pull
from sync_app.syncs.turns.pushing import push
from sync_app.syncs.turns.settling import settle_turn
from sync_app.syncs.turns.unchanged import SyncChanged

RELATED = ("sync__connection", "sync__brand", "sync__user", "sync__template", "run__brand", "run__parent")

log = logging.getLogger(__name__)


def transfer(*, turn: int, holder: str, clock: Clock) -> None:
    """Do what is next for the turn: fetch, judge, send or settle. Somebody else's turn, or none at all, is left alone.

    Called as often as it may be: each step is claimed, and leaves the turn where the next call goes on.
    """
    lease = claim_turn(turn=turn, holder=holder, clock=clock)
    if lease is None:
        _settle(turn, holder, clock)
        return
    row = SyncTurn.objects.select_related(*RELATED).get(pk=turn)
    with about(brand=row.sync.brand.key, run=row.run_id or 0):
        _step(row, lease, holder, clock)


def _step(row: SyncTurn, lease: TurnLease, holder: str, clock: Clock) -> None:
    try:
        if _is_led_by_its_run(row):
            lease.give_back()
        elif row.cancel:
            end_cancelled(lease=lease, turn=row, clock=clock)
        elif lease.attempts > MAX_ATTEMPTS:
            give_up(lease=lease, turn=row, clock=clock)
        else:
            _next(row, lease, holder, clock)
    except TurnLost:
        log.warning("turn %s was taken by another worker", row.pk)
    except TurnCancelled:
        _cancelled(row, lease, clock)
    except SyncChanged:
        _again(row, lease)
    except GOOD_REASONS as reason:
        _failed(row, lease, reason, clock)
    except Exception:
        # Not foreseen: the turn is free for the next attempt at once, not only when the lease has run out.
        lease.give_back()
        raise


def _next(row: SyncTurn, lease: TurnLease, holder: str, clock: Clock) -> None:
    run = row.run
    if row.sync.direction == SyncDirection.PUSH:
        push(turn=row, lease=lease, clock=clock)
    elif run is None:
        pull(turn=row, lease=lease, holder=holder, clock=clock)
    elif _is_plan(row, run):
        judge_turn(turn=row, run=run, lease=lease, holder=holder, clock=clock)
    else:
        with transaction.atomic():
            run_ended(run, at=clock())


def _is_led_by_its_run(row: SyncTurn) -> bool:
    """The run of a pull has a worker, or is found again by itself; its end moves the turn, whatever was asked of it."""
    return row.run is not None and row.run.is_open and row.sync.direction == SyncDirection.PULL


def _is_plan(row: SyncTurn, run: Run) -> bool:
    """Whether the run shows what another is to write."""
    rehearsal = row.progress.get(REHEARSAL)
    return run.kind == RunKind.IMPORT and run.simulate and run.status in PLANNED and not rehearsal


def _again(row: SyncTurn, lease: TurnLease) -> None:
    """A plan that was made by other rules is left for what it is, a simulation of its own."""
    try:
        with transaction.atomic():
            lease.note(run=None, status=TurnStatus.WAITING, attempts=0, holder="", expires_at=None)
            enqueue_turn(turn=row.pk)
    except TurnLost:
        log.warning("turn %s was taken by another worker", row.pk)


def _cancelled(row: SyncTurn, lease: TurnLease, clock: Clock) -> None:
    try:
        end_cancelled(lease=lease, turn=row, clock=clock)
    except TurnLost:
        log.warning("turn %s was taken by another worker", row.pk)


def _failed(row: SyncTurn, lease: TurnLease, reason: Exception, clock: Clock) -> None:
    log.warning("a turn of a sync failed: %s", reason, extra={"turn": row.pk})
    try:
        fail_turn(lease=lease, turn=row, reason=reason, clock=clock)
    except TurnLost:
        log.warning("turn %s was taken by another worker", row.pk)


def _settle(turn: int, holder: str, clock: Clock) -> None:
    try:
        settle_turn(turn=turn, holder=holder, clock=clock)
    except GOOD_REASONS as reason:
        log.warning("what was fetched could not be settled: %s", reason, extra={"turn": turn})
