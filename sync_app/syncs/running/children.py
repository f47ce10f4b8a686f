"""One program that a supervisor keeps running: started in its own session, started again, stopped with all it made."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sync_app.syncs.running.lifelines import dying_with

FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 30.0
STEADY_AFTER_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Program:
    """`argv` is what is run; `orphaned` is the signal it gets when its supervisor is gone. `is_silent` is asked about
    once a second while it runs; when it answers True the program is ended at once and started again.
    """

    name: str
    argv: tuple[str, ...]
    folder: Path
    orphaned: signal.Signals = signal.SIGKILL
    is_silent: Callable[[], bool] | None = None


class Child:
    """A running or pausing program. Times are seconds of a clock that never goes back."""

    def __init__(self, *, program: Program, say: Callable[[str], None]) -> None:
        self.program = program
        self._say = say
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._pause = FIRST_PAUSE_SECONDS
        self._due = 0.0

    def attend(self, *, at: float) -> None:
        """Starts the program when it is due, notices its end, ends it when it fell silent."""
        if self._process is None:
            if at >= self._due:
                self._start(at)
        elif self._process.poll() is not None:
            self._ended(at)
        elif self.program.is_silent is not None and self.program.is_silent():
            self._say(f"{self.program.name} no longer answers and is started again.")
            self.kill()
            self._schedule(at)

    def ask_to_stop(self) -> None:
        """SIGTERM to the program, which ends what it made by itself."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.terminate()

    def has_ended(self) -> bool:
        """Whether the program is gone; what it left behind in its session is killed."""
        if self._process is not None and self._process.poll() is not None:
            self.kill()
        return self._process is None

    def kill(self) -> None:
        """SIGKILL to the program and to everything in its session."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _start(self, at: float) -> None:
        self._started = at
        self._process = subprocess.Popen(  # noqa: S603 - our own programs, no caller's text
            (*dying_with(os.getpid(), by=self.program.orphaned), *self.program.argv),
            cwd=self.program.folder,
            start_new_session=True,
        )

    def _ended(self, at: float) -> None:
        code = self._process.returncode if self._process is not None else 0
        self.kill()
        if at - self._started >= STEADY_AFTER_SECONDS:
            self._pause = FIRST_PAUSE_SECONDS
        self._say(f"{self.program.name} ended with code {code} and is started again in {self._pause:.0f} s.")
        self._schedule(at)

    def _schedule(self, at: float) -> None:
        self._due = at + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
