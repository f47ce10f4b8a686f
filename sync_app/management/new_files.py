"""Writing a file that is either whole or not there."""

from __future__ import annotations

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
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            yield file
        draft.replace(target)
    except OSError as error:
        command.fail("file_unwritable", f"“{path}” cannot be written: {error.strerror or error}.")
    finally:
        draft.unlink(missing_ok=True)
