"""Pausing and resuming a sync, setting its watermark back, running it now, stopping a turn, deleting it."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from django.db import transaction

from integration_admin.accounts import audit
from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from integration_admin.accounts.names import is_plain_text
from sync_app.models import Health, Run, Sync, SyncDirection, SyncTurn, TurnStatus
from sync_app.runs.errors import RunConflict
from sync_app.runs.queue import enqueue_turn
from sync_app.runs.verbs.cancelling import cancel
from sync_app.runs.work.turn_ends import REHEARSAL, end_turn
from sync_app.storage.clock import Clock
from sync_app.syncs.due import REFUSALS_AT_MOST
from sync_app.syncs.errors import SyncConflict, SyncRefused
from sync_app.syncs.keeping.saving import audited, find_sync
from sync_app.syncs.timing import due_after

LONGEST_WATERMARK: Final = 4000


def pause(*, actor: Actor, sync: int, clock: Clock) -> Sync:
    """Its schedule starts nothing any more; what is at work goes on. Raises NotAllowed, SyncNotFound."""
    return _switch(actor, sync, active=False, clock=clock)


def resume(*, actor: Actor, sync: int, clock: Clock) -> Sync:
    """It is due again from its next time on: what was missed while it was paused is not caught up."""
    return _switch(actor, sync, active=True, clock=clock)


def _switch(actor: Actor, sync: int, *, active: bool, clock: Clock) -> Sync:
    actor.require(Right.TEMPLATES)
    with transaction.atomic():
        row, at = _locked(actor, sync), clock()
        if row.active == active:
            return row
        row.active = active
        row.next_due = due_after(row, at)
        row.save(update_fields=["active", "next_due"])
        action = "sync.resumed" if active else "sync.paused"
        audit.record(brand=row.brand, by=actor.name, action=action, target=row.name, at=at)
    return row


def set_watermark(*, actor: Actor, sync: int, watermark: str, clock: Clock) -> Sync:
    """The next turn begins there; empty: from the beginning. A turn at work does not move it back.

    Raises NotAllowed, SyncNotFound, SyncRefused.
    """
    actor.require(Right.TEMPLATES)
    if len(watermark) > LONGEST_WATERMARK or not is_plain_text(watermark):
        raise SyncRefused("watermark_unfit", most=LONGEST_WATERMARK)
    with transaction.atomic():
        row, at = _locked(actor, sync), clock()
        before = {"watermark": row.watermark}
        row.watermark, row.changed_at = watermark, at
        row.save(update_fields=["watermark", "changed_at"])
        after = {"watermark": watermark}
        audit.record(
            brand=row.brand, by=actor.name, action="sync.watermark", target=row.name, at=at, before=before, after=after
        )
    return row


def run_now(*, actor: Actor, sync: int, rehearse: bool = False, clock: Clock) -> SyncTurn:
    """A turn out of turn, queued for the worker; it acts as the person of the sync. A paused sync can be run as well.

    `rehearse`: only what it would do is shown. Nothing is written, sent or acknowledged, and its health stays.

    Raises NotAllowed, SyncNotFound, SyncConflict while a turn is at work or held.
    """
    with transaction.atomic():
        row = _locked(actor, sync)
        actor.require(Right.IMPORT if row.direction == SyncDirection.PULL else Right.EXPORT)
        if row.health == Health.HELD:
            raise SyncConflict("sync_waits_for_person")
        if SyncTurn.objects.filter(sync=row, finished_at=None).exists():
            raise SyncConflict("sync_busy")
        if row.connection.refusals >= REFUSALS_AT_MOST:
            raise SyncConflict("sync_never_fetches", count=row.connection.refusals)
        progress = {REHEARSAL: True} if rehearse else {}
        turn = SyncTurn.objects.create(sync=row, due_at=clock(), asked_by=actor.name[:200], progress=progress)
        enqueue_turn(turn=turn.pk)
    return turn


def stop_turn(*, actor: Actor, sync: int, turn: int, clock: Clock) -> None:
    """Ask a turn to stop: at once if nobody has begun it, else between two requests or chunks.

    Raises NotAllowed, SyncNotFound, SyncConflict when it has ended or waits for a person.
    """
    with transaction.atomic():
        row = _locked(actor, sync)
        actor.require(Right.IMPORT if row.direction == SyncDirection.PULL else Right.EXPORT)
        found = SyncTurn.objects.filter(sync=row, pk=turn, finished_at=None).first()
        if found is None:
            raise SyncConflict("turn_has_ended")
        if found.status == TurnStatus.HELD:
            raise SyncConflict("sync_waits_for_person")
        SyncTurn.objects.filter(pk=found.pk).update(cancel=True)
        if found.status == TurnStatus.WAITING and found.expires_at is None:
            end_turn(turn=found, sync=row, status=TurnStatus.CANCELLED, at=clock())
    # Read now, not before: a worker that saw no stop has made it by now.
    run = Run.objects.filter(turn=found.pk).first()
    if run is not None and run.is_open and row.direction == SyncDirection.PULL:
        with suppress(RunConflict):
            cancel(actor=actor, run=run.pk, clock=clock)


def delete_sync(*, actor: Actor, sync: int, clock: Clock) -> None:
    """With its turns; their runs and reports stay. Raises NotAllowed, SyncNotFound, SyncConflict while at work."""
    actor.require(Right.TEMPLATES)
    with transaction.atomic():
        row = _locked(actor, sync)
        if SyncTurn.objects.filter(sync=row, finished_at=None).exclude(status=TurnStatus.HELD).exists():
            raise SyncConflict("sync_busy")
        before = audited(row)
        audit.record(brand=row.brand, by=actor.name, action="delete_sync", target=row.name, at=clock(), before=before)
        row.delete()


def _locked(actor: Actor, sync: int) -> Sync:
    """The sync of the actor's brand, held until the transaction ends."""
    found = find_sync(actor=actor, sync=sync)
    held = Sync.objects.select_for_update(of=("self",)).select_related("brand", "connection", "template")
    return held.get(pk=found.pk)
