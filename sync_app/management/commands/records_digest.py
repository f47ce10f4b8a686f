"""records_digest: one hash over all live records of a brand, to compare before and after."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from sync_app.management.run_commands import RunCommand
from sync_app.runs.upkeep.verifying import records_digest


class Command(RunCommand):
    help = (
        "Print a hash over the live records of BRAND (type, key and data of each): equal records, equal hash. "
        "Exit code 0: printed; 2: it could not run."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("brand", metavar="BRAND", help="key of the brand")

    def handle(self, *args: Any, **options: Any) -> None:
        brand = self.actor_in(options["brand"]).brand
        digest = records_digest(brand)
        self.answer({"brand": brand.key, "digest": digest}, digest)
