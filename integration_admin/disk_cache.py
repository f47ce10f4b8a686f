"""A cache that the processes of one machine share, in an SQLite file of its own.

Django's file cache counts by reading and writing back, so two processes lose counts and a quota lets more through than
it says; and it throws entries away at random when full, which would reset one. Here add() and incr() are single
statements. Values are JSON, never pickles: whoever can write the file must not be able to run code.
"""

from __future__ import annotations

import json
import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

from integration_admin.counting import Step

WRITES_BETWEEN_SWEEPS: Final = 2000
WAITS_SECONDS: Final = 10.0
SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires REAL) WITHOUT ROWID"
)
PUT: Final = (
    "INSERT INTO entry VALUES (?, ?, ?) "
    "ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires = excluded.expires"
)
ADD: Final = f"{PUT} WHERE entry.expires <= ?"
INCREASE: Final = (
    "UPDATE entry SET value = CAST(CAST(value AS INTEGER) + ? AS TEXT) "
    "WHERE key = ? AND (expires IS NULL OR expires > ?) RETURNING value"
)
COUNT: Final = (
    "INSERT INTO entry VALUES (?, '1', ?) ON CONFLICT (key) DO UPDATE SET "
    "value = CASE WHEN entry.expires <= ? THEN '1' ELSE CAST(CAST(entry.value AS INTEGER) + 1 AS TEXT) END, "
    "expires = CASE WHEN entry.expires <= ? THEN excluded.expires ELSE entry.expires END RETURNING value"
)
GET: Final = "SELECT value FROM entry WHERE key = ? AND (expires IS NULL OR expires > ?)"
TOUCH: Final = "UPDATE entry SET expires = ? WHERE key = ? AND (expires IS NULL OR expires > ?)"


class DiskCache(BaseCache):
    """`LOCATION` is the path of the file. Times are the machine's clock, seconds."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._path = Path(location)
        self._local = threading.local()
        self._writes = 0

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        row = (self.make_and_validate_key(key, version=version), json.dumps(value), self.get_backend_timeout(timeout))
        return self._write(ADD, (*row, time.time())) == 1

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        name = self.make_and_validate_key(key, version=version)
        row = self._connection().execute(GET, (name, time.time())).fetchone()
        return default if row is None else json.loads(row[0])

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        name = self.make_and_validate_key(key, version=version)
        self._write(PUT, (name, json.dumps(value), self.get_backend_timeout(timeout)))

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        name = self.make_and_validate_key(key, version=version)
        return self._write(TOUCH, (self.get_backend_timeout(timeout), name, time.time())) == 1

    def delete(self, key: str, version: int | None = None) -> bool:
        name = self.make_and_validate_key(key, version=version)
        return self._write("DELETE FROM entry WHERE key = ?", (name,)) == 1

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Atomic over processes; keeps the time of expiry. ValueError when the key is absent, as Django promises."""
        name = self.make_and_validate_key(key, version=version)
        # All rows are fetched: SQLite commits when the statement is done, not before.
        rows = self._connection().execute(INCREASE, (delta, name, time.time())).fetchall()
        if not rows:
            raise ValueError(f"Key {key!r} not found")
        return int(rows[0][0])

    def count_in_turn(self, steps: Sequence[Step]) -> list[int]:
        """The new values of these counters, each one more, up to the first that has passed its limit.

        Atomic over processes, all of them together.
        """
        connection = self._connection()
        self._sweep(connection)
        if len(steps) == 1:
            return [self._count(connection, steps[0])]
        values: list[int] = []
        connection.execute("BEGIN IMMEDIATE")
        try:
            for step in steps:
                values.append(self._count(connection, step))
                if values[-1] > step.limit:
                    break
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        return values

    def has_key(self, key: str, version: int | None = None) -> bool:
        name = self.make_and_validate_key(key, version=version)
        return self._connection().execute(GET, (name, time.time())).fetchone() is not None

    def clear(self) -> None:
        self._write("DELETE FROM entry", ())

    def _write(self, statement: str, values: Iterable[Any]) -> int:
        connection = self._connection()
        self._sweep(connection)
        return connection.execute(statement, tuple(values)).rowcount

    def _sweep(self, connection: sqlite3.Connection) -> None:
        self._writes += 1
        if self._writes % WRITES_BETWEEN_SWEEPS == 0:
            connection.execute("DELETE FROM entry WHERE expires <= ?", (time.time(),))

    def _count(self, connection: sqlite3.Connection, step: Step) -> int:
        now = time.time()
        name = self.make_and_validate_key(step.name)
        rows = connection.execute(COUNT, (name, now + step.seconds, now, now)).fetchall()
        return int(rows[0][0])

    def _connection(self) -> sqlite3.Connection:
        # One connection a thread; a forked child opens its own, since SQLite's locks do not survive a fork.
        if getattr(self._local, "process", None) != os.getpid():
            self._local.connection = self._open()
            self._local.process = os.getpid()
        connection: sqlite3.Connection = self._local.connection
        return connection

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=WAITS_SECONDS, isolation_level=None)
        _write_ahead(connection)
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(SCHEMA)
        return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Tried again while another process makes the same new file: for this one statement SQLite does not wait."""
    until = time.monotonic() + WAITS_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as locked:
            if locked.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return
