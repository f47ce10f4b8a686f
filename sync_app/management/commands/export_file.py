"""export_file: the records of a brand through an export template."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.core.management.base import CommandParser
from django.utils import timezone

from sync_app.management.new_files import new_file
from sync_app.management.run_commands import RunCommand
from sync_app.management.tables import counted
from sync_app.runs.verbs.exporting import open_export
from templates_app.sources.writers.items import write_items

KINDS: Final = {".json": "json", ".csv": "csv", ".xlsx": "xlsx"}
PIECE: Final = 65_536


class Command(RunCommand):
    help = (
        "Export the records of BRAND through an export template, as JSON to the shell or into FILE. "
        "Exit code 0: written; 2: it could not run. Nothing is changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", metavar="BRAND", help="key of the brand")
        parser.add_argument("template", metavar="TEMPLATE", help="name of the template")
        point = parser.add_mutually_exclusive_group()
        point.add_argument("--since", metavar="yyyyMMddHHmmss", help="only what changed since then (UTC)")
        point.add_argument("--cursor", help="only what changed since the export that answered with this cursor")
        parser.add_argument("-o", "--output", metavar="FILE", help="JSON, CSV or XLSX, as its name ends")

    def handle(self, *args: Any, **options: Any) -> None:
        path, since, cursor = options["output"], options["since"], options["cursor"]
        kind = self._kind(path)
        actor = self.actor_in(options["brand"])
        with self.refusals():
            export = open_export(
                actor=actor,
                template=options["template"],
                since=since,
                cursor=cursor,
                flat=kind != "json",
                clock=timezone.now,
            )
            with export, self._destination(path) as out:
                count = write_items(
                    export.items, kind=kind, columns=export.columns, out=out, rows_name=export.rows_name
                )
        items = counted(count, "item")
        if path:
            values = {"file": path, "items": count, "next": export.next_since, "cursor": export.cursor}
            self.answer(values, f"{items} written to {path}. The next time: --since {export.next_since}")
        else:
            self.stderr.write(f"{items}. The next time: --since {export.next_since}")

    def _kind(self, path: str | None) -> str:
        if path is None:
            if self.as_json:
                self.fail("output_needed", "With --json the items need a file.", "Name one with -o.")
            return "json"
        kind = KINDS.get(Path(path).suffix.lower())
        if kind is None:
            self.fail("file_kind_unknown", f"“{path}” must end in {', '.join(KINDS)}.")
        return kind

    @contextmanager
    def _destination(self, path: str | None) -> Iterator[BinaryIO]:
        if path is not None:
            with new_file(self, path) as file:
                yield file
            return
        # Kept until it is whole, so that a script never takes half an export for all of it.
        with tempfile.TemporaryFile() as file:
            yield file
            file.seek(0)
            text = io.TextIOWrapper(file, encoding="utf-8", newline="")
            while piece := text.read(PIECE):
                self.stdout.write(piece, ending="")
            self.stdout.write("")
