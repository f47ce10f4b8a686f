"""A whole copy of the database, taken while the site works. For SQLite; a server of its own brings its own tools."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from django.db import connection

#: So many pages are copied at once; between two such steps others may write.
PAGES: Final = 2_000
WAIT_SECONDS: Final = 20.0


class CannotBackUp(RuntimeError):
    """The copy was not made, or is not whole. `code` has its sentence in `runs.sentences`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def back_up(*, target: Path) -> int:
    """The database as it is at one moment, in this new file; answers its size in bytes.

    Raises CannotBackUp `backup_not_sqlite`, or `backup_not_whole` when the copy fails its own check, and OSError.
    """
    if connection.vendor != "sqlite":
        raise CannotBackUp("backup_not_sqlite")
    name = str(connection.settings_dict["NAME"])
    target.touch(mode=0o600, exist_ok=False)
    with (
        closing(sqlite3.connect(f"file:{Path(name).as_posix()}?mode=ro", uri=True, timeout=WAIT_SECONDS)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        # One read transaction for all of it: a writer cannot make the copy begin anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(copy, pages=PAGES)
        # A file of its own that needs no second one beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise CannotBackUp("backup_not_whole")
    return target.stat().st_size
