"""Does the queue still move? Asked with a small task, because all its processes can look alive and do nothing.

A worker that is killed while it waits takes the queue's lock with it: its successor and all others then wait for ever.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

from django.db import Error, connection
from django_q.models import Success
from django_q.tasks import async_task

from integration_admin.cache_door import recall
from integration_admin.health import say_alive
from sync_app.models import RunLease, SyncTurn
from sync_app.syncs.running.worker import ANSWER, answer_key

ASK_EVERY_SECONDS: Final = 30.0
ANSWER_WITHIN_SECONDS: Final = 30.0
LOOK_AGAIN_SECONDS: Final = 1.0
SAY_EVERY_SECONDS: Final = 30.0

log = logging.getLogger(__name__)


class Canary:
    """Asks every 30 s. `seconds` is a clock that never goes back, `now` the time of day."""

    def __init__(self, *, seconds: Callable[[], float], now: Callable[[], datetime]) -> None:
        self._seconds = seconds
        self._now = now
        self._asked_at = seconds()
        self._look_at = 0.0
        self._said_at: float | None = None
        self._is_away = False
        self._question = ""
        self._task = ""

    def is_silent(self) -> bool:
        """True once, when a question stayed open for 30 s though nothing was being worked on. Never fails."""
        if self._seconds() < self._look_at:
            return False
        try:
            found = self._look()
        except Exception:
            # Whatever is away, the database or what is before it: that is no sign against the workers.
            if not self._is_away:
                log.warning("nobody can tell whether the queue moves", exc_info=True)
            self._is_away = True
            self._begin("")
            return False
        finally:
            _close()
        return found

    def _look(self) -> bool:
        waited = self._seconds() - self._asked_at
        if self._question:
            return waited >= ANSWER_WITHIN_SECONDS and self._is_lost()
        if waited >= ASK_EVERY_SECONDS:
            self._ask()
            self._is_away = False
        return False

    def _ask(self) -> None:
        question = secrets.token_hex(8)
        self._task = async_task(ANSWER, question)
        self._begin(question)

    def _is_lost(self) -> bool:
        # Another machine may have answered, into a cache of its own: the queue's note of the task is in the database.
        answered = recall(answer_key(self._question)) is not None or Success.objects.filter(pk=self._task).exists()
        now = self._now()
        held = (RunLease.objects.filter(expires_at__gt=now), SyncTurn.objects.filter(expires_at__gt=now))
        busy = any(leases.exists() for leases in held)
        if busy and not answered:
            self._say_busy()
            return False
        self._begin("")
        return not answered

    def _say_busy(self) -> None:
        """Who renews a lease is alive, though all are too busy to answer."""
        at = self._seconds()
        self._look_at = at + LOOK_AGAIN_SECONDS
        if self._said_at is None or at - self._said_at >= SAY_EVERY_SECONDS:
            say_alive()
            self._said_at = at

    def _begin(self, question: str) -> None:
        self._question = question
        self._asked_at = self._seconds()


def _close() -> None:
    with suppress(Error):
        connection.close()
