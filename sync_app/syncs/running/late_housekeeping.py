"""The housekeeping, done beside the queue when the queue is late with it: all its workers may be at work for hours."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from django.db import connections

from integration_admin.cache_door import CacheAway
from integration_admin.health import housekeeping_silence
from sync_app.syncs.running.housekeeping import keep_house
from sync_app.syncs.running.worker import hurry_schedule

LOOK_EVERY_SECONDS: Final = 30.0
#: The queue does it every minute, and may be half a minute late.
LATE_AFTER_SECONDS: Final = 100.0

log = logging.getLogger(__name__)


class LateHousekeeping:
    """Looks every 30 s, in a thread of its own: neither the database nor the work holds up who calls `look`.

    `seconds` is a clock that never goes back. `begin` starts a thread.
    """

    def __init__(
        self, *, seconds: Callable[[], float], begin: Callable[[threading.Thread], None] = threading.Thread.start
    ) -> None:
        self._seconds = seconds
        self._begin = begin
        # The queue, started beside it, comes first.
        self._due = seconds() + LATE_AFTER_SECONDS
        self._thread: threading.Thread | None = None

    def look(self) -> None:
        """Begins a look when it is time for one and none is under way. Never fails for what is looked at."""
        if self._seconds() < self._due or (self._thread is not None and self._thread.is_alive()):
            return
        self._due = self._seconds() + LOOK_EVERY_SECONDS
        self._thread = threading.Thread(target=_look, name="late housekeeping", daemon=True)
        self._begin(self._thread)


def do_if_late() -> bool:
    """Does the minute's housekeeping unless that was done lately, or nobody can tell; answers whether it did.

    Of several machines that look at once, one does it.
    """
    hurry_schedule()
    try:
        silent = housekeeping_silence()
    except CacheAway:
        return False
    if silent is not None and silent < LATE_AFTER_SECONDS:
        return False
    return keep_house()


def _look() -> None:
    try:
        do_if_late()
    except Exception:
        # The database may be away: the next look comes.
        log.exception("housekeeping failed", extra={"job": "late"})
    finally:
        connections.close_all()
