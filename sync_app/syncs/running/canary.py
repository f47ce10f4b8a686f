"""Does the queue still move? Asked with a small task, because all its processes can look alive and do nothing.

A worker that is killed while it waits takes the queue's lock with it: its successor and all others then wait for ever.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.core.cache import cache
from django.db import DatabaseError, connection
from django_q.models import Success
from django_q.tasks import async_task

from sync_app.models import RunLease, SyncTurn
from sync_app.syncs.running.worker import ANSWER, answer_key

ASK_EVERY_SECONDS: Final = 30.0
ANSWER_WITHIN_SECONDS: Final = 30.0


class Canary:
    """Asks every 30 s. `seconds` is a clock that never goes back, `now` the time of day."""

    def __init__(self, *, seconds: Callable[[], float], now: Callable[[], datetime]) -> None:
        self._seconds = seconds
        self._now = now
        self._asked_at = seconds()
        self._question = ""
        self._task = ""

    def is_silent(self) -> bool:
        """True once, when a question stayed open for 30 s though nothing was being worked on."""
        waited = self._seconds() - self._asked_at
        try:
            if self._question:
                return waited >= ANSWER_WITHIN_SECONDS and self._is_lost()
            if waited >= ASK_EVERY_SECONDS:
                self._ask()
        except (DatabaseError, OSError):
            # The database is away: that is no sign against the workers.
            self._begin("")
        finally:
            connection.close()
        return False

    def _ask(self) -> None:
        question = secrets.token_hex(8)
        self._task = async_task(ANSWER, question)
        self._begin(question)

    def _is_lost(self) -> bool:
        # Another machine may have answered, into a cache of its own: the queue's note of the task is in the database.
        answered = cache.get(answer_key(self._question)) is not None or Success.objects.filter(pk=self._task).exists()
        now = self._now()
        held = (RunLease.objects.filter(expires_at__gt=now), SyncTurn.objects.filter(expires_at__gt=now))
        busy = any(leases.exists() for leases in held)
        if busy and not answered:
            return False
        self._begin("")
        return not answered

    def _begin(self, question: str) -> None:
        self._question = question
        self._asked_at = self._seconds()
