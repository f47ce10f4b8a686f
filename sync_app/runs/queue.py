"""Handing a run, or the turn of a sync, to the worker. The task carries its id, nothing else; found by dotted name."""

from __future__ import annotations

from django_q.tasks import async_task

WORKER = "sync_app.syncs.worker.execute"
TRANSFER = "sync_app.syncs.worker.transfer"


def enqueue(*, run: int) -> None:
    """Queue the run. With the ORM broker this takes part in the caller's transaction."""
    async_task(WORKER, run)


def enqueue_turn(*, turn: int) -> None:
    """Queue the turn: it goes on from where it stands. Takes part in the caller's transaction likewise."""
    async_task(TRANSFER, turn)
