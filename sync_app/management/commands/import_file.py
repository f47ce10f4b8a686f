"""import_file: a JSON, CSV or XLSX file through an import template."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils import timezone

from integration_admin.accounts.access import Actor
from sync_app.management.file_choices import file_choices
from sync_app.management.new_files import require_place
from sync_app.management.report_files import add_report, write_report
from sync_app.management.run_commands import (
    NONE_SHOWN,
    SOME_ROWS_FAILED,
    TRIGGER,
    RunCommand,
    first_operations,
    read_bytes,
)
from sync_app.models import Run
from sync_app.runs.options import ImportOptions, OnError
from sync_app.runs.verbs.importing import begin_import


class Command(RunCommand):
    help = (
        "Import FILE with an import template of BRAND, or with --simulate show what would change. "
        "Exit code 0: all rows are fine; 1: some failed or were not processed; 2: it could not run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", metavar="BRAND", help="key of the brand")
        parser.add_argument("template", metavar="TEMPLATE", help="name of the template")
        parser.add_argument("file", help="JSON, CSV or XLSX, known by content and name")
        parser.add_argument("--simulate", action="store_true", help="write no record; the run can be applied later")
        on_error = parser.add_mutually_exclusive_group()
        on_error.add_argument(
            "--stop-on-error", action="store_true", help="end at the first bad row, keep what precedes"
        )
        on_error.add_argument("--atomic", action="store_true", help="write all rows or none")
        add_report(parser)
        parser.add_argument("--encoding", default="", help="such as utf-8 or cp1252; detected when not given")
        parser.add_argument("--delimiter", default="", help="between cells of a CSV; detected when not given")
        parser.add_argument("--sheet", default="", help="of a workbook; the only one with data when not given")
        parser.add_argument("--header-row", type=int, help="counts from 1, 0 = none; detected when not given")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self.actor_in(options["brand"])
        body = read_bytes(self, options["file"], most=settings.MAX_BODY_BYTES)
        name = Path(options["file"]).name
        file = file_choices(self, options, body=body, name=name)
        if options["report"]:
            require_place(self, options["report"], code="report_unwritable")
        chosen = ImportOptions(simulate=options["simulate"], on_error=_on_error(options))
        with self.refusals():
            begun = begin_import(
                actor=actor,
                template=options["template"],
                body=body,
                file_name=name,
                kind=None,
                options=chosen,
                file=file,
                trigger=TRIGGER,
                clock=timezone.now,
            )
            run = self.watched(actor=actor, run=begun.run, opened=begun.source)
        written = not options["report"] or self._wrote_report(actor, run, options["report"])
        self.finish(actor=actor, run=run, shown=first_operations(actor=actor, run=run) if run.simulate else NONE_SHOWN)
        if not written:
            sys.exit(SOME_ROWS_FAILED)

    def _wrote_report(self, actor: Actor, run: Run, path: str) -> bool:
        """The run is done by now, and what is printed says so: a disk that became full meanwhile does not hide it."""
        try:
            with Path(path).open("wb") as file:
                write_report(actor=actor, run=run, out=file)
        except OSError as error:
            self.stderr.write(f"Run {run.pk} is done, but “{path}” cannot be written: {error.strerror or error}.")
            return False
        return True


def _on_error(options: dict[str, Any]) -> OnError:
    if options["atomic"]:
        return "atomic"
    return "stop" if options["stop_on_error"] else "skip"
