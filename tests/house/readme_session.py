"""A newcomer at a shell: quickstart in an empty data folder, and the commands of the README one after the other."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.free_ports import free_port
from tests.house.sources import ROOT

SECONDS: Final = 300
SERVED: Final = "http://127.0.0.1:8000"
MARK: Final = "-----8<-----"
OURS: Final = (
    "ALLOWED_HOSTS",
    "CREDENTIAL_KEY",
    "DATABASE_URL",
    "DEBUG",
    "DJANGO_SETTINGS_MODULE",
    "REDIS_URL",
    "SECRET_KEY",
    "XDG_DATA_HOME",
)


@dataclass(frozen=True)
class Shell:
    """A folder that looks like the project's, a site that is served, and what quickstart printed before."""

    folder: Path
    environment: Mapping[str, str]
    origin: str
    printed: str

    def run(self, commands: Sequence[str]) -> list[str]:
        """What each of these prints, run in one shell, as the README's own address would show it."""
        script = "\n".join(f"{command}\necho; echo {shlex.quote(MARK)}" for command in commands)
        done = subprocess.run(
            ["/bin/bash", "-c", script.replace(SERVED, self.origin)],
            cwd=self.folder,
            env=dict(self.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=True,
        )
        return done.stdout.replace(self.origin, SERVED).replace("\ufeff", "").split(f"\n{MARK}\n")[:-1]


@contextmanager
def newcomer(folder: Path, *, files: Mapping[str, str]) -> Iterator[Shell]:
    """Quickstart, served on a free port until the end; `files` lie in the folder."""
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    _furnish(folder)
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    environment |= {"DATA_DIR": str(folder / ".data"), "NO_COLOR": "1", "COLUMNS": "110"}
    port = free_port()
    argv = [sys.executable, "manage.py", "quickstart", "--port", str(port)]
    with subprocess.Popen(argv, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        origin = f"http://127.0.0.1:{port}"
        try:
            printed = _until_served(process)
            _wait_for(origin)
            yield Shell(folder, environment, origin, printed.replace(origin, SERVED))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=SECONDS)


def _furnish(folder: Path) -> None:
    """What the commands expect beside them: manage.py and an interpreter in .venv."""
    (folder / "manage.py").symlink_to(ROOT / "manage.py")
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
    python.chmod(0o755)


def _until_served(process: subprocess.Popen[str]) -> str:
    lines = []
    for line in process.stdout or ():
        lines.append(line)
        if line.startswith("Serving on "):
            return "".join(lines)
    raise AssertionError("".join(lines))


def _wait_for(origin: str) -> None:
    until = time.monotonic() + SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{origin}/readyz", timeout=10):  # noqa: S310 - this machine
                return
        except OSError:
            assert time.monotonic() < until, "the site did not come up"
            time.sleep(0.2)
