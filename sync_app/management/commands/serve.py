"""serve: site and workers together, on what is there already."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import CommandParser

from sync_app.management.alone import setting_up
from sync_app.management.run_commands import RunCommand
from sync_app.management.serving import add_address, require_address, serve


class Command(RunCommand):
    help = "Bring the database up to date, then serve site and workers until Ctrl-C or SIGTERM."
    requires_system_checks = "__all__"

    def add_arguments(self, parser: CommandParser) -> None:
        add_address(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        require_address(self, host=options["host"], port=options["port"])
        with setting_up():
            call_command("migrate", interactive=False, verbosity=0)
        serve(self, host=options["host"], port=options["port"])
