"""The minute's housekeeping: what is due is started, what was lost is queued again, what is old is forgotten."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django_q.models import Failure, OrmQ

from integration_admin.accounts.counters import first_within, forget_counters
from integration_admin.accounts.last_used import flush_last_used
from integration_admin.accounts.tokens import purge_expired_tokens
from integration_admin.accounts.usage import flush_usage, forget_usage
from integration_admin.health import say_kept
from integration_admin.left_over import forget_mail, forget_sessions
from sync_app.models import IdempotencyKey, Run, RunKind, RunStatus
from sync_app.runs.queue import enqueue, enqueue_sending
from sync_app.runs.upkeep.purging import purge_journals, purge_payloads, purge_turns
from sync_app.runs.uploads.keeping import purge_uploads
from sync_app.runs.verbs.idempotency import KEPT
from sync_app.syncs.due import long_ago_or_ahead, queue_lost_turns, start_due
from sync_app.syncs.health import forget_events
from sync_app.syncs.notices.digest import make_digests
from sync_app.syncs.notices.outbox import make_notices
from sync_app.syncs.notices.sending import forget_notices, waiting
from sync_app.syncs.set_back import STRANDED_WITHIN, offer_stranded, pull_back_due, shorten_leases

TICK_APART_SECONDS: Final = 30
QUEUED_AGAIN_APART_SECONDS: Final = 600
#: A run that was just accepted is about to be queued or performed by whoever accepted it.
SETTLING: Final = timedelta(seconds=60)
FAILURES_KEPT: Final = timedelta(days=7)
TURNS_PURGED_APART_SECONDS: Final = 3600
DUE_LOOKED_AT_APART_SECONDS: Final = 300

log = logging.getLogger(__name__)


def keep_house() -> bool:
    """Every job once; answers whether they were done. Several calls at once, or late ones in a row, do them once."""
    if not first_within("syncs:tick", seconds=TICK_APART_SECONDS):
        return False
    say_kept()
    kept = (flush_last_used, keep_usage)
    syncs = (start_due_syncs, queue_orphaned_turns, tell)
    forgotten = (forget_tokens, forget_answers, forget_failures, forget_uploads, forget_messages, forget_taken, purge)
    left = (forget_ended_sessions, forget_old_mail, forget_told_events)
    for job in (undo_ahead, queue_orphans, *syncs, *kept, *forgotten, *left):
        _isolated(job)
    return True


def queue_orphans() -> int:
    """Queues again the open runs that nobody holds: their worker died, or their task was lost. Answers how many."""
    now = timezone.now()
    alone = Q(lease=None) | Q(lease__expires_at=None) | Q(lease__expires_at__lt=now)
    waiting = Q(status__in=(RunStatus.QUEUED, RunStatus.PLANNING, RunStatus.RUNNING))
    accepted = long_ago_or_ahead("created_at", now=now, ago=SETTLING)
    # A push is moved by its turn, which is queued again itself.
    found = Run.objects.filter(waiting & alone & accepted).exclude(kind=RunKind.EXPORT)
    orphans = found.order_by("pk").values_list("pk", flat=True)
    lost = [run for run in orphans if first_within(f"syncs:queued-again:{run}", seconds=QUEUED_AGAIN_APART_SECONDS)]
    for run in lost:
        enqueue(run=run)
    return len(lost)


def undo_ahead() -> int:
    """Waits for nothing that lies ahead only because the clock was set back; answers of how much."""
    now = timezone.now()
    dues = pull_back_due(now=now) if first_within("syncs:due", seconds=DUE_LOOKED_AT_APART_SECONDS) else 0
    return shorten_leases(now=now) + offer_stranded(now=now) + dues


def start_due_syncs() -> int:
    """Begins the turns of syncs that are due; answers how many."""
    return start_due(now=timezone.now())


def queue_orphaned_turns() -> int:
    """Queues again the turns of syncs that nobody works on; answers how many."""
    return queue_lost_turns(now=timezone.now())


def tell() -> int:
    """Makes the messages of what has turned, and has them sent; answers how many were made."""
    now = timezone.now()
    made = make_notices(now=now) + make_digests(now=now)
    if waiting(now=now):
        enqueue_sending()
    return made


def forget_messages() -> int:
    """Deletes messages of more than a month ago; answers how many."""
    return forget_notices(now=timezone.now())


def forget_ended_sessions() -> int:
    """Deletes sessions of the site that have ended; answers how many."""
    return forget_sessions(now=timezone.now())


def forget_old_mail() -> int:
    """Deletes messages that are files of more than a month ago; answers how many."""
    return forget_mail(now=timezone.now())


def forget_told_events() -> int:
    """Deletes what syncs turned to more than a month ago; answers how many."""
    return forget_events(now=timezone.now())


def forget_tokens() -> int:
    """Deletes access tokens that have expired; answers how many."""
    return purge_expired_tokens(now=timezone.now())


def keep_usage() -> int:
    """Writes down how much each application key is used, and forgets what is old; answers how many rows changed."""
    now = timezone.now()
    return flush_usage(now=now) + forget_usage(now=now) + forget_counters(now=now)


def forget_answers() -> int:
    """Deletes what was kept to answer a repeated request, once it is no longer promised."""
    old = IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT)
    return int(old.delete()[0])


def forget_uploads() -> int:
    """Deletes the files that were brought for an import and not started within a day; answers how many."""
    return purge_uploads(now=timezone.now())


def forget_failures() -> int:
    """Deletes the queue's own notes of failed tasks after a week: it never does so itself."""
    old = Failure.objects.filter(stopped__lt=timezone.now() - FAILURES_KEPT)
    return int(old.delete()[0])


def purge() -> int:
    """Deletes what runs and, once an hour, syncs have kept long enough; answers of how much."""
    now = timezone.now()
    payloads = purge_payloads(before=now - timedelta(days=settings.PAYLOAD_DAYS))
    before = now - timedelta(days=settings.JOURNAL_DAYS)
    hourly = first_within("syncs:turns-purged", seconds=TURNS_PURGED_APART_SECONDS)
    turns = purge_turns(before=before) if hourly else 0
    return payloads + purge_journals(before=before, now=now) + turns


def forget_taken() -> int:
    """Deletes the tasks whose worker is gone: whatever they were about was found again by its lease; answers how many.

    The queue would hand them out once more after a day, and count them until then.
    """
    now = timezone.now()
    until = now + timedelta(seconds=settings.Q_CLUSTER["retry"] - settings.Q_CLUSTER["timeout"])
    return int(OrmQ.objects.filter(lock__gt=now + STRANDED_WITHIN, lock__lt=until).delete()[0])


def _isolated(job: Callable[[], int]) -> None:
    try:
        job()
    except Exception:
        # Whatever it is, the other jobs have nothing to do with it.
        log.exception("housekeeping failed", extra={"job": job.__name__})
