"""undo_run: put back what a run changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from sync_app.management.run_commands import TRIGGER, RunCommand, first_left_alone, first_operations
from sync_app.runs.verbs.undoing import start_undo


class Command(RunCommand):
    help = (
        "Undo RUN: every field that still is as the run left it goes back; what was changed since is kept and named. "
        "Exit code 0: all is undone; 1: something was kept; 2: it could not run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", metavar="RUN", type=int, help="number of the run")
        parser.add_argument("--simulate", action="store_true", help="write no record, show what would change")
        parser.add_argument("--refuse-conflicts", action="store_true", help="do nothing if anything would be kept")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self.actor_of(options["run"])
        simulate = options["simulate"]
        with self.refusals():
            run = start_undo(
                actor=actor,
                run=options["run"],
                simulate=simulate,
                conflicts="refuse" if options["refuse_conflicts"] else "keep",
                trigger=TRIGGER,
                clock=timezone.now,
            )
            run = self.watched(actor=actor, run=run)
        shown = first_operations if simulate else first_left_alone
        self.finish(actor=actor, run=run, shown=shown(actor=actor, run=run))
