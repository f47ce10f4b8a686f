"""What commands of one machine do one after the other, however many are started at once."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


@contextmanager
def setting_up() -> Iterator[None]:
    """Inside, the database is brought up to date and set up: who comes meanwhile waits at the data folder."""
    folder = os.open(settings.DATA_DIR, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
