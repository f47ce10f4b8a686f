"""run_standin: one of the three systems, played on this machine, for trying connections."""

from __future__ import annotations

from typing import Any, Final

from django.core.management.base import CommandParser, OutputWrapper

from integration_admin.commands import ScriptCommand
from sync_app.management.serving import require_port
from sync_app.standins.faults import MEANINGS, UnknownFault
from sync_app.standins.listed import STAND_INS
from sync_app.standins.server import CONTROL, StandInServer

PORT: Final = 8090


class Command(ScriptCommand):
    help = (
        "Play one of the three systems on 127.0.0.1 until Ctrl-C, with small data in memory and the faults that are "
        "asked for. Exit code 0: ended; 2: it could not start."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("system", metavar="SYSTEM", choices=list(STAND_INS), help=", ".join(STAND_INS))
        parser.add_argument(
            "--port", type=int, default=PORT, help=f"where it listens, {PORT} unless given; 0: where it can"
        )
        known = ", ".join(MEANINGS)
        parser.add_argument(
            "--fault",
            metavar="NAME[:TIMES]",
            action="append",
            default=[],
            help=f"how it fails, any number of times: {known}",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["port"]:
            require_port(self, options["port"])
        standin = STAND_INS[options["system"]]()
        for name in options["fault"]:
            try:
                standin.faults.switch_on(name)
            except UnknownFault as unknown:
                self.fail("fault_unknown", f"There is no fault “{unknown}”.", f"Known: {', '.join(MEANINGS)}.")
        try:
            server = StandInServer(standin, port=options["port"], said=self._said)
        except OSError as error:
            self.fail("port_taken", f"Port {options['port']}: {error.strerror or error}.", "Name another with --port.")
        with server:
            self._introduce(server)
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                self._beside().write("Ended.")

    def _introduce(self, server: StandInServer) -> None:
        hints, faults = server.standin.hints(), f"{server.origin}/{CONTROL}/faults"
        lines = [
            f"{server.standin.name} on {server.origin}",
            *(f"  {name}: {value}" for name, value in hints.items()),
            f"  connections reach it when the site has PRIVATE_ADDRESSES_ALLOWED={server.origin.removeprefix('http://')}",
            f'  faults: GET, POST ["NAME"] and DELETE {faults}',
        ]
        values = {"system": server.standin.name, "origin": server.origin, "hints": hints, "faults": faults}
        self.answer(values, "\n".join(lines))
        self.stdout.flush()

    def _said(self, line: str, status: int) -> None:
        self._beside().write(f"{status or '---'} {line}")

    def _beside(self) -> OutputWrapper:
        """Where to say what is no answer: what was answered in JSON stays the only thing on standard output."""
        return self.stderr if self.as_json else self.stdout
