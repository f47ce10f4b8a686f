"""After the clock was set back: what was written before lies ahead of it, and is not to be waited for.

Nothing here knows whether that has happened. It looks for moments that cannot be, by the rules that made them; where
there are none it changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django_q.models import OrmQ, Schedule

from sync_app.models import RunLease, Sync, SyncTurn
from sync_app.runs.work.lease import LEASE as RUN_LEASE
from sync_app.syncs.due import SLACK, probed_after
from sync_app.syncs.errors import SyncRefused
from sync_app.syncs.timing import due_after
from sync_app.syncs.turns.failing import LONGEST_WAIT
from sync_app.syncs.turns.lease import LEASE as TURN_LEASE

#: A task is locked for much longer than this when it is taken: what lies less far ahead was never.
STRANDED_WITHIN: Final = timedelta(hours=6)


def pull_back_schedule(*, name: str, now: datetime) -> int:
    """The schedule runs every minute; answers whether it was to wait for longer."""
    late = Schedule.objects.filter(name=name, next_run__gt=now + SLACK)
    # Read first: whoever asks every half minute does not queue for the lock of whoever writes.
    return int(late.update(next_run=now)) if late.exists() else 0


def offer_stranded(*, now: datetime) -> int:
    """Tasks wait from when they were put there: none does from a moment to come. Answers how many did."""
    return int(OrmQ.objects.filter(lock__gt=now, lock__lt=now + STRANDED_WITHIN).update(lock=now))


def shorten_leases(*, now: datetime) -> int:
    """No lease lasts longer than one that is renewed now; answers how many did. Who is at work renews it."""
    runs = RunLease.objects.filter(expires_at__gt=now + RUN_LEASE + SLACK).update(expires_at=now + RUN_LEASE)
    turns = SyncTurn.objects.filter(expires_at__gt=now + TURN_LEASE + SLACK).update(expires_at=now + TURN_LEASE)
    return runs + turns


def pull_back_due(*, now: datetime) -> int:
    """Syncs are due when their rules say so from now on, and not later; answers how many were.

    A due time that had its turn before has none again: that is told by its turn when it begins.
    """
    # The other system may have asked to wait for so long.
    later = Sync.objects.filter(active=True, next_due__gt=now + LONGEST_WAIT + SLACK).select_related("brand")
    return sum(_pulled_back(sync, now) for sync in later.order_by("pk").iterator())


def _pulled_back(sync: Sync, now: datetime) -> int:
    try:
        latest = due_after(sync, probed_after(sync, now + SLACK))
        if latest is None or sync.next_due is None or sync.next_due <= latest:
            return 0
        following = due_after(sync, probed_after(sync, now))
    except SyncRefused:
        # Its turn will say so, once, when it is due.
        return 0
    return Sync.objects.filter(pk=sync.pk, next_due=sync.next_due, active=True).update(next_due=following)
