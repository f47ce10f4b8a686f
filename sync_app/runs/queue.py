"""Handing a run, the turn of a sync or the post to the worker: its id, nothing else; found by dotted name."""

from __future__ import annotations

from django_q.tasks import async_task

WORKER = "sync_app.syncs.running.worker.execute"
TRANSFER = "sync_app.syncs.running.worker.transfer"
SEND = "sync_app.syncs.running.worker.send"


def enqueue(*, run: int) -> None:
    """Queue the run. With the ORM broker this takes part in the caller's transaction."""
    async_task(WORKER, run)


def enqueue_turn(*, turn: int) -> None:
    """Queue the turn: it goes on from where it stands. Takes part in the caller's transaction likewise."""
    async_task(TRANSFER, turn)


def enqueue_sending() -> None:
    """Queue the sending of the messages that wait. Takes part in the caller's transaction likewise."""
    async_task(SEND)
