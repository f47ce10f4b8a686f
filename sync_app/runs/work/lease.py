"""Who works on a run. A claim is a guarded update; every write of progress carries the fence; older ones fail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from sync_app.models import OPEN_STATUSES, Run, RunLease
from sync_app.runs.work.time_limit import show_progress
from sync_app.runs.work.turns import lock_turns, put_back, run_ahead
from sync_app.storage.progress import keep_progress

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 3


class LeaseLost(RuntimeError):
    """Somebody else has taken the run: this worker must write nothing more."""


@dataclass(slots=True)
class Lease:
    """A held run. `progress` is what the last chunk committed."""

    run: int
    fence: int
    attempts: int
    progress: dict[str, Any]
    clock: Callable[[], datetime]
    _asked: bool | None = None

    def advance(self, progress: dict[str, Any], *, further: bool = False) -> None:
        """Commit progress with the chunk: part of its transaction, refused when the fence has moved on.

        `further`: whoever takes the run up again begins after this chunk, so that this attempt counts as the first.
        """
        self.progress = progress
        asked = keep_progress(
            run=self.run, fence=self.fence, progress=progress, until=self.clock() + LEASE, further=further
        )
        if asked is None:
            raise LeaseLost
        self._asked = asked
        show_progress()

    def cancelled(self) -> bool:
        """Whether a person asked to stop. Looked at between chunks: what commits one tells it."""
        if self._asked is None:
            return RunLease.objects.filter(run_id=self.run, cancel=True).exists()
        return self._asked

    def lost(self) -> bool:
        """Whether somebody else has taken the run."""
        return not RunLease.objects.filter(run_id=self.run, fence=self.fence).exists()

    def give_back(self) -> None:
        """The run has ended: nobody holds it."""
        RunLease.objects.filter(run_id=self.run, fence=self.fence).update(holder="", expires_at=None)


def claim(*, run: Run, holder: str, clock: Callable[[], datetime], in_turn: bool = False) -> Lease | None:
    """Take the run, or None when it has ended or somebody holds it. The attempt is counted before the work starts.

    `in_turn`: None also while another run writes in this brand. The run stays queued; see `turns`.
    """
    if not run.is_open:
        return None
    RunLease.objects.get_or_create(run=run)
    with transaction.atomic():
        if in_turn:
            lock_turns(run.brand_id)
            if run_ahead(run, now=clock()) is not None:
                put_back(run)
                return None
        if not _taken(run, holder, clock()):
            return None
        # Asked again now that the lease is ours: `run` may have been read before another worker ended it, and an end
        # and its giving back of the lease are one transaction.
        if not Run.objects.filter(pk=run.pk, status__in=OPEN_STATUSES).exists():
            transaction.set_rollback(True)
            return None
        row = RunLease.objects.get(run=run)
    return Lease(run.pk, row.fence, row.attempts, row.progress, clock)


def _taken(run: Run, holder: str, now: datetime) -> bool:
    free = Q(expires_at__isnull=True) | Q(expires_at__lt=now)
    taken = RunLease.objects.filter(free, run=run).update(
        holder=holder, fence=F("fence") + 1, attempts=F("attempts") + 1, expires_at=now + LEASE, put_back=False
    )
    return taken == 1
