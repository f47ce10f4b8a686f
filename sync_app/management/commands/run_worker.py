"""run_worker: the workers of the queue, on a machine of their own or beside a web server."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from sync_app.management.run_commands import RunCommand
from sync_app.syncs.running.cluster import start_cluster
from sync_app.syncs.running.programs import GRACE_SECONDS, housekeeping, workers
from sync_app.syncs.running.supervisor import Supervisor
from sync_app.syncs.running.worker import ensure_schedule


class Command(RunCommand):
    help = "Work off the queue until Ctrl-C or SIGTERM; workers that die or fall silent are started again."
    requires_system_checks = "__all__"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--alone", action="store_true", help="without supervision: for a supervisor of your own")

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_schedule()
        if options["alone"]:
            start_cluster()
            return
        say = self.stdout.write
        Supervisor(programs=[workers()], grace=GRACE_SECONDS, say=say, beside=[housekeeping()]).run()
