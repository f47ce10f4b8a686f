"""The shell's door: what a command ends with when its settings are wrong, and when its reader has left."""

from __future__ import annotations

import codecs
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


def run(argv: Sequence[str]) -> None:
    """Does what `argv` asks for. A setting that is not understood is exit code 2 and one sentence, not a stack.

    What was done is told whatever letters it holds: those the encoding of the shell has not are written as escapes.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=JSON_ESCAPES)
    try:
        try:
            execute_from_command_line(list(argv))
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # What is still to be written goes nowhere: the interpreter flushes once more when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(READER_LEFT)
    except ImproperlyConfigured as error:
        _refuse(f"{error}", as_json="--json" in argv[2:])


def _refuse(sentence: str, *, as_json: bool) -> NoReturn:
    if as_json:
        sys.stdout.write(json.dumps({"error": {"code": "settings", "message": sentence, "hint": ""}}) + "\n")
    else:
        sys.stderr.write(f"{sentence}\n")
    sys.exit(COULD_NOT_RUN)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


codecs.register_error(JSON_ESCAPES, _escaped)
