"""Asking a run to stop: it ends after the chunk in flight, and what was committed stays."""

from __future__ import annotations

from django.db import transaction

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.models import Run, RunKind, RunLease, RunStatus, SyncTurn
from sync_app.runs.errors import RunConflict
from sync_app.runs.finding import find_run
from sync_app.runs.work.sync_ends import run_ended
from sync_app.storage.clock import Clock


def cancel(*, actor: Actor, run: int, clock: Clock) -> Run:
    """The run, cancelled if nobody had begun it, else asked to stop. Raises RunConflict `run_ended`."""
    actor.require(Right.IMPORT)
    found = find_run(actor=actor, run=run)
    if not found.is_open:
        raise RunConflict("run_ended", status=found.status)
    RunLease.objects.filter(run=found).update(cancel=True)
    if found.kind == RunKind.EXPORT:
        # A push is led by its turn: that is what looks whether it shall stop.
        SyncTurn.objects.filter(run=found, finished_at=None).update(cancel=True)
    waiting = Run.objects.filter(pk=found.pk, status=RunStatus.QUEUED, lease__expires_at__isnull=True)
    with transaction.atomic():
        at = clock()
        ended = waiting.update(status=RunStatus.CANCELLED, finished_at=at)
        found.refresh_from_db(fields=["status", "finished_at"])
        if ended:
            run_ended(found, at=at)
    return found
