"""Handing a run to the worker. The task carries the run's id, nothing else; it is found by dotted name."""

from __future__ import annotations

from django_q.tasks import async_task

WORKER = "sync_app.syncs.worker.execute"


def enqueue(*, run: int) -> None:
    """Queue the run. With the ORM broker this takes part in the caller's transaction."""
    async_task(WORKER, run)
