"""verify: recompute what must agree, and say what does not."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import CommandParser

from sync_app.management import tables
from sync_app.management.run_commands import SOME_ROWS_FAILED, RunCommand
from sync_app.runs.upkeep.verifying import verify


class Command(RunCommand):
    help = (
        "Recompute counts, versions, identities, references and journal digests from the records, and compare syncs "
        "with their turns and runs. "
        "Exit code 0: all agree; 1: something does not; 2: it could not run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", nargs="?", help="only this brand; all of them when not given")

    def handle(self, *args: Any, **options: Any) -> None:
        brand = self.actor_in(options["brand"]).brand.key if options["brand"] else None
        found = verify(brand=brand)
        listed = [{"code": one.code, "brand": one.brand, "detail": one.detail} for one in found]
        rows = [(one.brand, one.code, one.detail) for one in found]
        text = tables.render([tables.table("What does not agree", ["Brand", "Code", "Detail"], rows)])
        self.answer({"discrepancies": listed}, text if found else "Everything agrees.")
        if found:
            sys.exit(SOME_ROWS_FAILED)
