"""Sending what waits: one at a time, each taken before it is sent, and tried again later when it did not arrive.

A process that dies between sending and noting it leaves the message to be sent again: its key stays, as Message-ID and
as `webhook-id`, so that whoever receives it can tell.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, QuerySet

from integration_admin.accounts.sealing import CannotUnseal
from sync_app.models import Channel, Notice
from sync_app.runs.work.time_limit import show_progress
from sync_app.storage.clock import Clock
from sync_app.syncs.notices.webhooks import call
from sync_app.syncs.one_turn import TransferFailed
from sync_app.syncs.turns.failing import told
from templates_app.catalog.problems import shown

#: After so many minutes the next try; about a day in all. The first is longer than one try may take.
WAITS: Final = (1, 5, 15, 60, 180, 360, 720)
TRIES: Final = len(WAITS) + 1
AT_ONCE: Final = 50
KEPT: Final = timedelta(days=30)
#: The receiver says that it never wants to be called again.
GONE: Final = 410

log = logging.getLogger(__name__)


def waiting(*, now: datetime) -> int:
    """How many messages could be tried now."""
    return _due(now).count()


def send_waiting(*, clock: Clock) -> int:
    """Tries what is due, at most 50; answers how many have arrived."""
    return sum(_sent(row, clock) for row in list(_due(clock()).order_by("due_at", "pk")[:AT_ONCE]))


def forget_notices(*, now: datetime) -> int:
    """Deletes the messages of more than a month ago; answers how many."""
    return int(Notice.objects.filter(created_at__lt=now - KEPT).delete()[0])


def _due(now: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(sent_at__isnull=True, given_up_at__isnull=True, due_at__lte=now)


def _sent(row: Notice, clock: Clock) -> bool:
    if not _taken(row, clock()):
        return False
    show_progress()
    try:
        _send(row, clock)
    except (smtplib.SMTPException, OSError) as failed:
        return _missed(row, {"code": "mail_failed", "params": {"reason": shown(str(failed))}}, clock())
    except TransferFailed as failed:
        return _missed(row, told(failed), clock(), for_good=failed.params.get("status") == GONE)
    except CannotUnseal:
        return _missed(row, {"code": "secrets_unreadable"}, clock())
    except Exception as failed:
        # Not foreseen: whatever is wrong with this one, the others that wait are sent.
        log.exception("a message could not be sent", extra={"notice": row.pk})
        return _missed(row, {"code": "mail_failed", "params": {"reason": type(failed).__name__}}, clock())
    Notice.objects.filter(pk=row.pk).update(sent_at=clock(), error={})
    return True


def _taken(row: Notice, now: datetime) -> bool:
    """Of two workers who saw the same, one moves it on; the try is counted before it is made."""
    mine = Notice.objects.filter(pk=row.pk, due_at=row.due_at, sent_at=None, given_up_at=None)
    if row.attempts >= TRIES:
        # Whoever made the last try did not live to say what came of it.
        mine.update(given_up_at=now)
        return False
    wait = timedelta(minutes=WAITS[min(row.attempts, len(WAITS) - 1)])
    return mine.update(due_at=now + wait, attempts=F("attempts") + 1) == 1


def _send(row: Notice, clock: Clock) -> None:
    if row.channel == Channel.WEBHOOK:
        call(row, clock=clock)
        return
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    headers = {"Message-ID": f"<{row.key}@{domain}>", "Auto-Submitted": "auto-generated"}
    EmailMessage(subject=row.subject, body=row.body, to=[row.address], headers=headers).send()


def _missed(row: Notice, error: Mapping[str, Any], now: datetime, *, for_good: bool = False) -> bool:
    ended = now if for_good or row.attempts + 1 >= TRIES else None
    Notice.objects.filter(pk=row.pk).update(error=dict(error), given_up_at=ended)
    return False
