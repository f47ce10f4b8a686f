"""Writing a file that is either whole or not there."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from integration_admin.commands import ScriptCommand


@contextmanager
def new_file(command: ScriptCommand, path: str) -> Iterator[BinaryIO]:
    """A file to write; it takes its name, and the place of an older one, when all of it is written.

    Ends the command with exit code 2 when it cannot be written.
    """
    target = Path(path)
    draft = _draft_of(target)
    try:
        with draft.open("xb") as file:
            yield file
        draft.replace(target)
    except OSError as error:
        command.fail("file_unwritable", f"“{path}” cannot be written: {error.strerror or error}.")
    finally:
        draft.unlink(missing_ok=True)


def require_place(command: ScriptCommand, path: str, *, code: str) -> None:
    """Ends the command with exit code 2 when nothing can be written there; asked before what is to be told is done."""
    target = Path(path)
    try:
        _try(target)
    except OSError as error:
        command.fail(code, f"“{path}” cannot be written: {error.strerror or error}.")


def _try(target: Path) -> None:
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if target.exists():
        # Not opened: a pipe would take that for the end of what comes.
        if not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return
    draft = _draft_of(target)
    draft.open("xb").close()
    draft.unlink()


def _draft_of(target: Path) -> Path:
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}")
