"""Whose turn it is: the workers write one run of a brand at a time, and the others wait for it where people see them.

A brand's runs would wait for each other's lock chunk by chunk anyway; one after the other they end sooner, and a brand
with a hundred runs keeps no worker from the runs of another. Who is not at work in the queue (a small import inside a
request, an edit by hand) is not asked: they interleave with a worker's run chunk by chunk.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Q

from sync_app.models import BrandClock, Run, RunKind, RunLease, RunStatus
from sync_app.storage.clock import ensure_clock

_WRITES: Final = Q(simulate=False, kind__in=(RunKind.IMPORT, RunKind.APPLY, RunKind.UNDO))

_UNENDED: Final = (RunStatus.QUEUED, RunStatus.PLANNING, RunStatus.RUNNING)


def writes(run: Run) -> bool:
    """Whether this run changes records: a simulation waits for nobody."""
    return not run.simulate and run.kind in {RunKind.IMPORT, RunKind.APPLY, RunKind.UNDO}


def lock_turns(brand: int) -> None:
    """Inside a transaction: until it ends nobody else takes a turn in this brand."""
    clock = BrandClock.objects.select_for_update().filter(brand_id=brand)
    if clock.first() is None:
        ensure_clock(brand=brand)
        clock.first()


def run_ahead(run: Run, *, now: datetime) -> int | None:
    """The id of the run that is writing in this brand now, if this one has to wait for it."""
    if not writes(run):
        return None
    held = RunLease.objects.filter(run__in=Run.objects.filter(_WRITES, brand=run.brand_id), expires_at__gte=now)
    return held.exclude(run=run).order_by("run_id").values_list("run_id", flat=True).first()


def put_back(run: Run) -> None:
    """The run is left for later: `next_in_turn` finds it."""
    RunLease.objects.filter(run=run).update(put_back=True)


def next_in_turn(brand: int) -> int | None:
    """The id of the oldest run of the brand that a worker has put back."""
    waiting = Run.objects.filter(brand=brand, status__in=_UNENDED, lease__put_back=True)
    return waiting.order_by("pk").values_list("pk", flat=True).first()
