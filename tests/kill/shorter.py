"""Leases, pauses and chunks made short, so that what takes minutes in a site takes seconds here. Nothing else changes.

The names are those of the product's own constants; one that is no longer there stops the start.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any, Final

from sync_app.runs.verbs import idempotency
from sync_app.runs.work import job, lease, perform, stored_plan, undo_work
from sync_app.syncs import due
from sync_app.syncs.running import canary, children, housekeeping
from sync_app.syncs.turns import lease as turn_lease

CHUNK: Final = 6
LEASE: Final = timedelta(seconds=2)

_SHORT: Final[tuple[tuple[Any, str, Any], ...]] = (
    (lease, "LEASE", LEASE),
    (turn_lease, "LEASE", LEASE),
    (housekeeping, "SETTLING", timedelta(seconds=1)),
    (due, "SETTLING", timedelta(seconds=1)),
    (housekeeping, "TICK_APART_SECONDS", 0.5),
    (housekeeping, "QUEUED_AGAIN_APART_SECONDS", 1.5),
    (due, "QUEUED_AGAIN_APART_SECONDS", 1.5),
    (idempotency, "ABANDONED", timedelta(seconds=2)),
    (canary, "ASK_EVERY_SECONDS", 2.0),
    (canary, "ANSWER_WITHIN_SECONDS", 12.0),
    (children, "FIRST_PAUSE_SECONDS", 0.2),
    (children, "LONGEST_PAUSE_SECONDS", 0.4),
    (job, "MIN_CHUNK_ROWS", CHUNK),
    (job, "MAX_CHUNK_ROWS", CHUNK),
    (stored_plan, "BATCH", CHUNK),
    (undo_work, "CHUNK", CHUNK),
    (perform, "Job", partial(job.Job, chunk_rows=CHUNK)),
)


def shorten() -> None:
    """In this process and those it forks."""
    for module, name, value in _SHORT:
        if not hasattr(module, name):
            raise AttributeError(f"{module.__name__} has no {name} any more")
        setattr(module, name, value)
