"""What is costly to make and only read afterwards is made once a run, by whichever of its processes comes first."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def once_a_run(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder of this name, as `make` filled it: whoever asks meanwhile waits, and tries itself if that failed."""
    own = factory.getbasetemp()
    # Each process that tests side by side has a folder of its own in that of the run.
    shared = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    made, begun = shared / name, shared / f"{name}-begun"
    with (shared / f"{name}-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(begun, ignore_errors=True)
            begun.mkdir()
            make(begun)
            begun.rename(made)
    return made
