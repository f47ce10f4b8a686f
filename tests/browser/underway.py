"""What the site is still answering when a test ends: its page is closed then, and its database emptied."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.core.signals import request_finished, request_started

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 10.0
LOOK_SECONDS: Final = 0.05


class Underway:
    """The threads that have begun to answer a request and not ended. Each answers one at a time."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._threads: set[threading.Thread] = set()

    def begins(self, **_told: Any) -> None:
        if threading.current_thread() is not threading.main_thread():
            with self._changed:
                self._threads.add(threading.current_thread())

    def ends(self, **_told: Any) -> None:
        with self._changed:
            self._threads.discard(threading.current_thread())
            self._changed.notify_all()

    def wait(self) -> None:
        """Until nothing is answered any more; told, and no failure of the test that has ended, when that takes long."""
        until = time.monotonic() + PATIENCE_SECONDS
        with self._changed:
            # A thread whose browser has gone may end without a word.
            while (left := [one for one in self._threads if one.is_alive()]) and time.monotonic() < until:
                self._changed.wait(LOOK_SECONDS)
        if left:
            log.warning("the site is still answering %d requests", len(left))


@contextmanager
def answered() -> Iterator[None]:
    """Ends when the site has answered what was asked of it inside, whether or not anybody still listens."""
    underway = Underway()
    request_started.connect(underway.begins)
    request_finished.connect(underway.ends)
    try:
        yield
        underway.wait()
    finally:
        request_started.disconnect(underway.begins)
        request_finished.disconnect(underway.ends)
