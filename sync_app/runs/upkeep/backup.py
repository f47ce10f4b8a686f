"""A whole copy of the database, taken while the site works. For SQLite; a server of its own brings its own tools."""

from __future__ import annotations

import errno
import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from django.db import connection

#: So many pages are copied at once; between two such steps others may write.
PAGES: Final = 2_000
WAIT_SECONDS: Final = 20.0
#: What the name of a copy ends with until it is whole.
UNFINISHED: Final = ".part"


class CannotBackUp(RuntimeError):
    """The copy was not made, or is not whole. `code` has its sentence in `runs.sentences`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def back_up(*, target: Path) -> int:
    """The database as it is at one moment, in this file; answers its size in bytes.

    It has another name until it is whole and lies on the disk; then it takes the place of an older file, or of the one
    that a link leads to, at once. Raises CannotBackUp `backup_not_sqlite`, or `backup_not_whole` when the copy fails
    its own check, and OSError.
    """
    if connection.vendor != "sqlite":
        raise CannotBackUp("backup_not_sqlite")
    database, target = Path(str(connection.settings_dict["NAME"])).absolute(), target.resolve()
    _check(database, target)
    draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}{UNFINISHED}")
    try:
        draft.touch(mode=0o600, exist_ok=False)
        _copy(database, draft)
        _put_on_disk(draft)
        draft.replace(target)
    except sqlite3.Error as error:
        raise OSError(str(error)) from error
    finally:
        draft.unlink(missing_ok=True)
    _put_on_disk(target.parent)
    return target.stat().st_size


def _check(database: Path, target: Path) -> None:
    """Whatever can be said before anything is copied."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if target.exists() and not target.is_file():
        raise FileExistsError(errno.EEXIST, "it is a pipe or a device")
    if target.exists() and target.samefile(database):
        raise FileExistsError(errno.EEXIST, "it is the database itself")


def _copy(database: Path, draft: Path) -> None:
    with (
        closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=WAIT_SECONDS)) as source,
        closing(sqlite3.connect(draft)) as copy,
    ):
        # One read transaction for all of it: a writer cannot make the copy begin anew.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(copy, pages=PAGES)
        # A file of its own that needs no second one beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise CannotBackUp("backup_not_whole")


def _put_on_disk(path: Path) -> None:
    """What was written of a file, or which names a folder has, outlasts a power cut from here on."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
