"""failed_rows: the failed rows of a run as a file to repair and import again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from sync_app.management.commands.export_file import KINDS
from sync_app.management.new_files import new_file
from sync_app.management.run_commands import RunCommand
from sync_app.management.tables import counted
from sync_app.models import Run
from sync_app.runs.finding import find_run
from sync_app.runs.rows.failed_file import failed_file


class Command(RunCommand):
    help = (
        "Write the failed rows of RUN to FILE: columns, order and values of the source, then row, code, message. "
        "Repaired, it can be imported again. Exit code 0: written; 2: it could not run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("run", metavar="RUN", type=int, help="number of the run")
        parser.add_argument("-o", "--output", metavar="FILE", required=True, help="the file to write")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self.actor_of(options["run"])
        path = options["output"]
        with self.refusals():
            run = find_run(actor=actor, run=options["run"])
            self._require_kind(run, path)
            with new_file(self, path) as out:
                count = failed_file(actor=actor, run=run, out=out)
        self.answer({"run": run.pk, "file": path, "rows": count}, f"{counted(count, 'row')} written to {path}.")

    def _require_kind(self, run: Run, path: str) -> None:
        """The file is of the kind of the source: under the name of another, no program would read it."""
        kind, ending = run.source.get("kind", ""), Path(path).suffix.lower()
        if kind and KINDS.get(ending) != kind:
            self.fail("file_kind_unknown", f"“{path}” must end in .{kind}.")
