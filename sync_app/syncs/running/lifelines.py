"""Processes that do not outlive the one that started them, even when that one is killed without warning (Linux).

`python -m sync_app.syncs.running.lifelines PARENT SIGNAL PROGRAM …` binds its process to PARENT and becomes PROGRAM.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import Final

PR_SET_PDEATHSIG: Final = 1
_libc: Final = ctypes.CDLL(None, use_errno=True)


def dying_with(parent: int, *, by: signal.Signals) -> tuple[str, ...]:
    """What to put before a command so that the kernel sends it `by` when process `parent` ends."""
    return (sys.executable, "-m", "sync_app.syncs.running.lifelines", str(parent), str(int(by)))


def bind_forks() -> None:
    """From now on every fork of this process, and every fork of those, is killed when its own parent ends."""
    parents: list[int] = []

    def remember() -> None:
        parents[:] = [os.getpid()]

    def bind() -> None:
        _bind(parents[0], signal.SIGKILL)

    os.register_at_fork(before=remember, after_in_child=bind)


def _bind(parent: int, by: int) -> None:
    _libc.prctl(PR_SET_PDEATHSIG, by)
    # The parent may have ended before the line above.
    if os.getppid() != parent:
        os._exit(1)


def main(argv: list[str]) -> None:
    """Binds this process and becomes the command; the binding outlives the change of program."""
    parent, by, *command = argv
    _bind(int(parent), int(by))
    os.execv(command[0], command)  # noqa: S606 - no shell is what is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
