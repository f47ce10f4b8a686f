"""quickstart: from nothing to a running site with something to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandParser
from django.utils import timezone

from sync_app.demo import content
from sync_app.demo.calls import simulated_import
from sync_app.demo.house import BRAND, EMAIL, USERNAME, House, set_up
from sync_app.management import tables
from sync_app.management.alone import setting_up
from sync_app.management.run_commands import TRIGGER, RunCommand, first_operations
from sync_app.management.serving import add_address, origin, require_address, require_port, serve
from sync_app.models import Run
from sync_app.runs.errors import RunRefused
from sync_app.runs.labelled import labelled
from sync_app.runs.options import ImportOptions
from sync_app.runs.reports.report import report_of
from sync_app.runs.sentences import message
from sync_app.runs.verbs.importing import start_import
from sync_app.syncs.running.worker import ensure_schedule
from templates_app.sources.rows import SourceRefused

DOORS: Final = "quickstart.json"


class Command(RunCommand):
    help = (
        "Set up the database, a superuser and a demo brand (what is there is kept), show a simulated import, "
        "then serve site and workers until Ctrl-C."
    )
    requires_system_checks = "__all__"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="stop before serving")
        add_address(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        require_port(self, port)
        if not options["no_serve"]:
            require_address(self, host=host, port=port)
        with setting_up():
            call_command("migrate", interactive=False, verbosity=0)
            ensure_schedule()
            house = set_up(at=timezone.now(), doors_path=Path(settings.DATA_DIR) / DOORS)
        report = self._rehearse(house)
        values = doors_of(house, at=origin(host=host, port=port))
        self.answer({**values, "report": report}, doors_text(values))
        if not options["no_serve"]:
            serve(self, host=host, port=port)

    def _rehearse(self, house: House) -> dict[str, Any] | None:
        """Runs and prints the simulated import; a template that was changed may refuse it, which stops nothing."""
        try:
            run = start_import(
                actor=house.actor,
                template=content.TEMPLATE,
                body=content.rows(),
                file_name=content.ROWS_NAME,
                options=ImportOptions(simulate=True),
                trigger=TRIGGER,
                clock=timezone.now,
            )
            run = self.watched(actor=house.actor, run=run)
        except (RunRefused, SourceRefused) as refused:
            self.stderr.write(f"The simulated import could not run: {message(refused.problem)}")
            return None
        return self._shown(house, run)

    def _shown(self, house: House, run: Run) -> dict[str, Any]:
        report = report_of(actor=house.actor, run=run)
        if not self.as_json:
            shown = first_operations(actor=house.actor, run=run)
            told = labelled(actor=house.actor, run=run, items=shown.items)
            text = tables.report_text(report, operations=told, more=shown.more)
            self.stdout.write(f"{text}\n")
        return report


def doors_of(house: House, *, at: str) -> dict[str, str]:
    """What opens the demo at this address, by name."""
    return {
        "admin": f"{at}/admin/",
        "user": EMAIL,
        "password": house.doors.password,
        "brand": BRAND,
        "appkey": house.doors.appkey,
        "apiUser": USERNAME,
        "apiPassword": house.doors.api_password,
        "curl": simulated_import(origin=at, doors=house.doors),
    }


def doors_text(values: dict[str, str]) -> str:
    """The same, for a person."""
    changed = f"as you set it (manage.py changepassword {EMAIL} sets another)"
    return (
        f"Admin          {values['admin']}\n"
        f"User           {values['user']}\n"
        f"Password       {values['password'] or changed}\n"
        f"Brand          {values['brand']}\n"
        f"Appkey         {values['appkey']}\n"
        f"API user       {values['apiUser']}\n"
        f"API password   {values['apiPassword']}\n\n"
        f"A simulated import over the API, once the site is served:\n\n{values['curl']}\n"
    )
