"""A limit that holds whatever the process does: the kernel ends it when it gave no sign of progress for too long.

A call into C may hold the interpreter for ever (a driver that waits, an expression that explodes): no thread and no
handler in Python runs meanwhile, so no limit kept in Python holds. The alarm of the kernel with its default action
does. The lease of the ended process runs out, its attempt is counted already, and another one takes the work up.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

#: Chunks take about half a second, requests of a connector at most 100, a million rows in one transaction some minutes.
SILENT_SECONDS: Final = 900.0


class _Limit:
    """The limit of this process: seconds, 0 = none."""

    seconds = 0.0


@contextmanager
def limited(*, seconds: float = SILENT_SECONDS) -> Iterator[None]:
    """Inside, this process is ended unless `show_progress` is called at least every `seconds`.

    Whatever alarm there was is replaced, and none is left behind. Only the main thread of a process may set one: in
    another there is no limit.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _Limit.seconds = seconds
    show_progress()
    try:
        yield
    finally:
        _Limit.seconds = 0.0
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before or signal.SIG_DFL)


def show_progress() -> None:
    """The work goes on: the limit begins anew. Nothing where there is none."""
    if _Limit.seconds:
        signal.setitimer(signal.ITIMER_REAL, _Limit.seconds)
