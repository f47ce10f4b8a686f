"""A brand that tells two people and a program, and the program's ear."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from sync_app.models import NoticeSettings
from sync_app.syncs.notices.outbox import make_notices
from sync_app.syncs.notices.sending import send_waiting
from sync_app.syncs.notices.wishes import NoticeForm, save_notices
from tests.runs.conftest import Clock
from tests.syncs.conftest import Desk

PEOPLE = ["ada@acme.example", "grace@acme.example"]


@dataclass
class Ear:
    """A web server that notes each call and answers with the statuses it is given, one after the other, then 204."""

    port: int = 0
    heard: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?room=7"


@pytest.fixture
def ear(settings: Any) -> Iterator[Ear]:
    found = Ear()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.heard.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(found.statuses.pop(0) if found.statuses else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing is written beside the results of tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    settings.PRIVATE_ADDRESSES_ALLOWED = [f"127.0.0.1:{found.port}"]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def tells(desk: Desk) -> Callable[..., NoticeSettings]:
    def saved(**more: Any) -> NoticeSettings:
        return save_notices(actor=desk.actor, form=NoticeForm(**{"emails": PEOPLE, **more}), clock=desk.clock)

    return saved


def post(clock: Clock) -> int:
    """What the worker's tick does, and the task it queues."""
    make_notices(now=clock())
    return send_waiting(clock=clock)
