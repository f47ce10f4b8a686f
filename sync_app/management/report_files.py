"""The whole report of a run as a file, every operation in it."""

from __future__ import annotations

from typing import BinaryIO, Final

import msgspec
from django.core.management.base import CommandParser

from integration_admin.accounts.access import Actor
from integration_admin.commands import as_text
from sync_app.models import Run
from sync_app.runs.reports.report import operations, report_of

_encode: Final = msgspec.json.Encoder(decimal_format="number", enc_hook=as_text).encode


def add_report(parser: CommandParser) -> None:
    """`--report`."""
    parser.add_argument("--report", metavar="FILE", help="write the full report, with every operation, as JSON")


def write_report(*, actor: Actor, run: Run, out: BinaryIO) -> None:
    """`{report…, "operations": […]}`, written as it is read: a report may be larger than memory."""
    head = _encode(report_of(actor=actor, run=run))
    out.write(head[:-1] + b', "operations": [')
    for number, operation in enumerate(operations(actor=actor, run=run)):
        out.write((b",\n" if number else b"\n") + _encode(operation))
    out.write(b"\n]}\n")
