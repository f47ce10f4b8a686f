"""backup: the database as one file, while the site works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from sync_app.management.run_commands import RunCommand
from sync_app.runs.sentences import message
from sync_app.runs.upkeep.backup import CannotBackUp, back_up
from templates_app.catalog.problems import Problem


class Command(RunCommand):
    help = (
        "Write a whole copy of the SQLite database to a file, while the site works. Put in its place, it is restored."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="where to; an older file of this name is replaced when the copy is whole")

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path(options["file"])
        try:
            size = back_up(target=target)
        except CannotBackUp as refused:
            self.fail(refused.code, message(Problem(refused.code)))
        except OSError as error:
            self.fail("file_unwritable", f"“{target}” cannot be written: {error.strerror or error}.")
        told = f"{size} bytes written to {target}. Keep secret_key and credential_key of {settings.DATA_DIR} with it."
        self.answer({"file": str(target), "bytes": size}, told)
