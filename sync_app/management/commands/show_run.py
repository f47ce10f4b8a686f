"""show_run: the report of a run."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from sync_app.management.new_files import new_file
from sync_app.management.report_files import add_report, write_report
from sync_app.management.run_commands import RunCommand, Shown
from sync_app.runs.finding import find_run
from sync_app.runs.reports.report import left_alone


class Command(RunCommand):
    help = (
        "Show the report of RUN. "
        "Exit code 0: it ended and all rows are fine; 1: some failed or were not processed; 2: there is no such run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", metavar="RUN", type=int, help="number of the run")
        parser.add_argument("--errors", action="store_true", help="list every failed operation, not only the first")
        add_report(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self.actor_of(options["run"])
        with self.refusals():
            run = find_run(actor=actor, run=options["run"])
            shown = list(left_alone(actor=actor, run=run)) if options["errors"] else []
            if options["report"]:
                with new_file(self, options["report"]) as out:
                    write_report(actor=actor, run=run, out=out)
            self.finish(actor=actor, run=run, shown=Shown(shown))
