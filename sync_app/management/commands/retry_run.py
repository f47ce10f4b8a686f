"""retry_run: the failed rows of a run once more, and nothing else of it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from sync_app.management.run_commands import TRIGGER, RunCommand
from sync_app.runs.verbs.retrying import start_retry


class Command(RunCommand):
    help = (
        "Import the failed rows of RUN again, with the template as it was then, or with --now as it is published now. "
        "Exit code 0: all of them are fine; 1: some failed again; 2: it could not run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", metavar="RUN", type=int, help="number of the run")
        parser.add_argument("--now", action="store_true", help="use the template's version of now")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self.actor_of(options["run"])
        with self.refusals():
            run = start_retry(
                actor=actor,
                run=options["run"],
                version="now" if options["now"] else "then",
                trigger=TRIGGER,
                clock=timezone.now,
            )
            run = self.watched(actor=actor, run=run)
        self.finish(actor=actor, run=run)
