"""The programs of this product: the site behind its web server, and the workers of the queue."""

from __future__ import annotations

import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

from sync_app.syncs.running.canary import Canary
from sync_app.syncs.running.children import Program
from sync_app.syncs.running.late_housekeeping import LateHousekeeping

THREADS: Final = 8
GRACE_SECONDS: Final = 20


class AddressTaken(OSError):
    """Another program listens on this address already, or it is none of this machine."""


def site(*, host: str, port: int) -> Program:
    """The web server. One process: threads share its cache of compiled templates; more machines share the load."""
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "worker-class": "gthread",
        "workers": "1",
        "threads": str(THREADS),
        "graceful-timeout": str(GRACE_SECONDS - 5),
        # A thread may be busy with a large body for long; the process still answers its arbiter.
        "timeout": "120",
        # What the server itself finds too long it answers with a page of its own; up to here, the site answers.
        "limit-request-line": "8190",
        "limit-request-field_size": "16380",
        "log-level": "warning",
    }
    flags = [f"--{name}={value}" for name, value in options.items()]
    # The control socket would stand in the home folder, where a second site finds the first one's.
    argv = (sys.executable, "-m", "gunicorn", "--no-control-socket", *flags, "integration_admin.wsgi:application")
    return Program(name="The site", argv=argv, folder=_folder(), orphaned=signal.SIGTERM)


def workers() -> Program:
    """The workers of the queue, watched from outside."""
    argv = (sys.executable, "-m", "django", "run_worker", "--alone", "--skip-checks")
    canary = Canary(seconds=time.monotonic, now=timezone.now)
    return Program(name="The worker", argv=argv, folder=_folder(), is_silent=canary.is_silent)


def housekeeping() -> Callable[[], None]:
    """What stands in for the workers while all of them are at work: to be called again and again."""
    return LateHousekeeping(seconds=time.monotonic).look


def require_free(*, host: str, port: int) -> None:
    """Raises AddressTaken unless a server can listen there."""
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return
    except OSError as error:
        raise AddressTaken(str(error)) from error


def _folder() -> Path:
    return Path(settings.BASE_DIR)
