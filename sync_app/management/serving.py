"""Serving from a command: where, and until when."""

from __future__ import annotations

from typing import Final

from django.core.management.base import CommandParser
from django.db import connections

from integration_admin.commands import ScriptCommand
from sync_app.syncs.running.programs import GRACE_SECONDS, AddressTaken, housekeeping, require_free, site, workers
from sync_app.syncs.running.supervisor import Supervisor
from sync_app.syncs.running.worker import ensure_schedule

HOST: Final = "127.0.0.1"
PORT: Final = 8000
HIGHEST_PORT: Final = 65535


def add_address(parser: CommandParser) -> None:
    """`--host` and `--port`."""
    parser.add_argument("--host", default=HOST, help="the address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=PORT, help="the port to listen on (%(default)s)")


def require_address(command: ScriptCommand, *, host: str, port: int) -> None:
    """Ends the command with exit code 2 when nothing can listen there."""
    require_port(command, port)
    try:
        require_free(host=host, port=port)
    except AddressTaken as taken:
        command.fail("port_taken", f"Nothing can listen on {host}:{port}: {taken}.", "Choose another --port.")


def require_port(command: ScriptCommand, port: int) -> None:
    """Ends the command with exit code 2 when the number is none of a port."""
    if not 1 <= port <= HIGHEST_PORT:
        command.fail("port", f"{port} is not a port.", f"Use a number from 1 to {HIGHEST_PORT}.")


def serve(command: ScriptCommand, *, host: str, port: int) -> None:
    """Serves site and workers until Ctrl-C, SIGTERM or SIGHUP; returns when both have ended."""
    ensure_schedule()
    connections.close_all()
    # What was answered in JSON stays the only thing on standard output.
    told = command.stderr if command.as_json else command.stdout
    told.write(f"Serving on {origin(host=host, port=port)}/ until Ctrl-C.")
    told.flush()
    programs = [site(host=host, port=port), workers()]
    Supervisor(programs=programs, grace=GRACE_SECONDS, say=told.write, beside=[housekeeping()]).run()
    told.write("Stopped.")


def origin(*, host: str, port: int) -> str:
    """The address of the site as a browser of this machine reaches it."""
    shown = {"0.0.0.0": HOST, "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 - shown only
    return f"http://{shown}:{port}"
