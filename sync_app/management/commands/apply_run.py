"""apply_run: write what a simulated import showed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from sync_app.management.run_commands import TRIGGER, RunCommand
from sync_app.runs.verbs.applying import start_apply


class Command(RunCommand):
    help = (
        "Apply the simulated import RUN, once: what it showed is written, what changed since is left alone. "
        "Exit code 0: all rows are fine; 1: some failed or were stale; 2: it could not run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", metavar="RUN", type=int, help="number of the run")
        parser.add_argument("--refuse-stale", action="store_true", help="write nothing if anything changed since")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self.actor_of(options["run"])
        with self.refusals():
            run = start_apply(
                actor=actor,
                run=options["run"],
                stale="refuse" if options["refuse_stale"] else "skip",
                trigger=TRIGGER,
                clock=timezone.now,
            )
            run = self.watched(actor=actor, run=run)
        self.finish(actor=actor, run=run)
