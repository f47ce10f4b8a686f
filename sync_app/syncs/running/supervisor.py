"""Keeps programs running together until it is told to stop, and leaves none of them behind."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Final

from sync_app.syncs.running.children import Child, Program

LOOK_EVERY_SECONDS: Final = 0.2
STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """`grace`: seconds the programs have to finish what is in hand. `say` gets one sentence about each event.

    `beside` are called each time round, and return at once.
    """

    def __init__(
        self,
        *,
        programs: Sequence[Program],
        grace: float,
        say: Callable[[str], None],
        beside: Sequence[Callable[[], None]] = (),
    ) -> None:
        self._children = [Child(program=program, say=say) for program in programs]
        self._beside = beside
        self._grace = grace
        self._say = say
        self._asked = 0

    def run(self) -> None:
        """Returns when a first Ctrl-C, SIGTERM or SIGHUP has ended every program; a second one does not wait."""
        kept = {number: signal.signal(number, self._ask) for number in STOP_SIGNALS}
        try:
            while not self._asked:
                for child in self._children:
                    child.attend(at=time.monotonic())
                for look in self._beside:
                    look()
                time.sleep(LOOK_EVERY_SECONDS)
            self._stop()
        finally:
            for child in self._children:
                child.kill()
            for number, handler in kept.items():
                signal.signal(number, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._asked += 1

    def _stop(self) -> None:
        self._say("Stopping: what is in hand is finished first. Once more stops at once.")
        for child in self._children:
            child.ask_to_stop()
        until = time.monotonic() + self._grace
        # Each is asked every time round: the first to end must not hide what another left behind.
        while [child for child in self._children if not child.has_ended()]:
            if self._asked > 1 or time.monotonic() > until:
                return
            time.sleep(LOOK_EVERY_SECONDS)
