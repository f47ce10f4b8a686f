"""The shell's door: what a command ends with when its settings are wrong, its disk full, or its reader has left."""

from __future__ import annotations

import codecs
import errno
import io
import json
import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from integration_admin.commands import COULD_NOT_RUN

# What a shell tells of a program that wrote to `head` after it had read enough: 128 and the number of SIGPIPE.
READER_LEFT: Final = 141
# How a letter is written that the shell's encoding has not: in the items of an export it must stay JSON.
JSON_ESCAPES: Final = "json_escapes"
# What a disk says that takes no more: no place, the owner's share used up, a file too large, a damaged one.
DISK_ERRORS: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def run(argv: Sequence[str]) -> None:
    """Does what `argv` asks for. A setting that is not understood is exit code 2 and one sentence, not a stack.

    What was done is told whatever letters it holds: those the encoding of the shell has not are written as escapes.
    """
    _open_what_is_closed()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=JSON_ESCAPES)
    as_json = "--json" in argv[2:]
    try:
        _execute(argv)
    except BrokenPipeError:
        _into_nothing()
        sys.exit(READER_LEFT)
    except ImproperlyConfigured as error:
        _refuse("settings", f"{error}", as_json=as_json)
    except OSError as error:
        if error.errno not in DISK_ERRORS:
            raise
        _refuse("disk_full", f"What was to be written could not be: {error.strerror}.", as_json=as_json)


def _open_what_is_closed() -> None:
    """A shell that closed one of the streams gets what is written to it thrown away.

    It is opened before anything else is: no file and no connection to a database takes the number of a stream.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            setattr(sys, name, open(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False))  # noqa: SIM115


def _execute(argv: Sequence[str]) -> None:
    try:
        execute_from_command_line(list(argv))
    finally:
        sys.stdout.flush()


def _into_nothing() -> None:
    """What is still to be written goes nowhere: the interpreter flushes once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refuse(code: str, sentence: str, *, as_json: bool) -> NoReturn:
    refusal = {"error": {"code": code, "message": sentence, "hint": ""}}
    try:
        if as_json:
            sys.stdout.write(json.dumps(refusal) + "\n")
        sys.stdout.flush()
    except OSError:
        # It is the shell's own file that takes no more.
        _into_nothing()
        as_json = False
    if not as_json:
        sys.stderr.write(f"{sentence}\n")
    sys.exit(COULD_NOT_RUN)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


codecs.register_error(JSON_ESCAPES, _escaped)
