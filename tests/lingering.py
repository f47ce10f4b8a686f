"""Database sessions that outlive their test: PostgreSQL drops no database that somebody is still in."""

from __future__ import annotations

import gc
import logging
import time
from typing import Final

from django.db import connection

log = logging.getLogger(__name__)

#: A session takes its name from here when it begins, in this process and in those that tests start.
NAMED_BY: Final = "PGAPPNAME"
#: PostgreSQL cuts longer names.
NAME_AT_MOST: Final = 63
#: A session whose program was killed is gone a moment later.
GONE_WITHIN_SECONDS: Final = 2.0
OTHERS: Final = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


def session_name(nodeid: str) -> str:
    """The end of what pytest calls a test, as PostgreSQL keeps it."""
    return ascii(nodeid)[1:-1][-NAME_AT_MOST:]


def end_all_left() -> None:
    """Ends the sessions that others still have open, and tells in which tests they began.

    The one that the process had from its first test on may be among them: a browser's loop keeps connections of its own
    for what runs inside it, and whoever drops the database runs outside.
    """
    if connection.vendor != "postgresql":
        return
    gc.collect()
    until = time.monotonic() + GONE_WITHIN_SECONDS
    while (left := _named("SELECT application_name")) and time.monotonic() < until:
        time.sleep(0.05)
    if left:
        log.warning("database sessions were left open by: %s", ", ".join(left))
        _named("SELECT pg_terminate_backend(pid, 5000)")


def _named(what: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"{what} {OTHERS}")
        return sorted(str(name) for (name,) in cursor.fetchall())
