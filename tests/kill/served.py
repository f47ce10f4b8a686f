"""The site under test: one `serve` for real, with its web process, its queue and its supervisor."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from tests.free_ports import free_port
from tests.kill.orders import FOLDER, WORKERS
from tests.kill.private import ROOT, wait_until

SECONDS: Final = 60
AGAIN_SECONDS: Final = 0.3
BUSY: Final = frozenset({409, 429, 500, 502, 503, 504})


@dataclass
class Served:
    """`errors` is what its processes have said on standard error."""

    process: subprocess.Popen[bytes]
    port: int
    errors: Path

    def is_up(self) -> bool:
        return self.call("GET", "/healthz", {})[0] == 200

    def call(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> tuple[int, Any]:
        """(status, JSON); status 0 when there was no whole answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body=body, headers=dict(headers))
            answer = connection.getresponse()
            read = answer.read()
            return answer.status, json.loads(read) if read.startswith(b"{") else read
        except (OSError, http.client.HTTPException, ValueError):
            return 0, None
        finally:
            connection.close()

    def insist(self, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, Any]:
        """As a client does that gets no answer: the same request, under the same key, until there is one."""
        until = time.monotonic() + SECONDS
        while True:
            status, answer = self.call("POST", path, headers, body)
            if status and status not in BUSY:
                return status, answer
            if time.monotonic() > until:
                return status, answer
            time.sleep(AGAIN_SECONDS)

    def workers(self) -> list[int]:
        """The numbers of the processes that work off the queue."""
        known = Path(os.environ[FOLDER]) / WORKERS
        numbers = [int(path.name) for path in known.glob("*")] if known.exists() else []
        return sorted(number for number in numbers if _is_queue(number))

    def stop(self) -> None:
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        try:
            self.process.wait(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            for one in psutil.Process(self.process.pid).children(recursive=True):
                one.kill()
            self.process.kill()
            self.process.wait()


def _is_queue(number: int) -> bool:
    try:
        process = psutil.Process(number)
        return "run_worker" in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@contextmanager
def served(folder: Path, **more: str) -> Iterator[Served]:
    """A site that answers. `more` is set in the environment of its processes."""
    port = free_port()
    errors = folder / "errors"
    argv = [sys.executable, "-m", "django", "serve", "--port", str(port)]
    with errors.open("ab") as err:
        process = subprocess.Popen(argv, cwd=ROOT, env=os.environ | {"KILL_WATCH": "1"} | more, stdout=err, stderr=err)
    site = Served(process, port, errors)
    try:
        assert wait_until(site.is_up, seconds=SECONDS), errors.read_text()[-2000:]
        yield site
    finally:
        site.stop()
