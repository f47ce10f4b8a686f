"""Writing a file that is either whole or not there."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from integration_admin.commands import ScriptCommand

PERMISSIONS: Final = 0o777


@contextmanager
def new_file(command: ScriptCommand, path: str) -> Iterator[BinaryIO]:
    """A file to write; it takes its name, and the place of an older one, when all of it is written.

    What a link leads to is written, and keeps its permissions; a pipe or a device is written to as it comes. Ends the
    command with exit code 2 when it cannot be written.
    """
    target = Path(path)
    try:
        _require_writable(target)
        with _whole(target.resolve()) if _takes_a_place(target) else target.open("wb") as file:
            yield file
    except BrokenPipeError:
        # The reader of a pipe has left: that is said as of standard output.
        raise
    except OSError as error:
        command.fail("file_unwritable", f"“{path}” cannot be written: {error.strerror or error}.")


@contextmanager
def _whole(target: Path) -> Iterator[BinaryIO]:
    draft = _draft_of(target)
    try:
        with draft.open("xb") as file:
            if target.exists():
                draft.chmod(target.stat().st_mode & PERMISSIONS)
            yield file
        draft.replace(target)
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
    _require_writable(target)
    if not target.exists():
        draft = _draft_of(target)
        draft.open("xb").close()
        draft.unlink()


def _require_writable(target: Path) -> None:
    """Not opened: a pipe would take that for the end of what comes."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _takes_a_place(target: Path) -> bool:
    """Whether a new file may stand there: in the place of a pipe or a device it would take it from everybody."""
    return target.is_file() or not target.exists()


def _draft_of(target: Path) -> Path:
    return target.with_name(f".{target.name}.{secrets.token_hex(4)}")
