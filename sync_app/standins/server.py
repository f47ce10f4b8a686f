"""A stand-in behind a port of this machine, failing as it is told to over `/_control`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Final

from sync_app.standins.asked import Answer, Asked, asked
from sync_app.standins.faults import MEANINGS, Fault, UnknownFault
from sync_app.standins.standin import StandIn

LOOPBACK: Final = "127.0.0.1"
CONTROL: Final = "_control"
WAIT: Final = timedelta(seconds=2)
YEAR: Final = timedelta(days=365)
LARGEST: Final = 64 * 1024 * 1024
DRIP_SECONDS: Final = 0.2
LOGIN_PAGE: Final = b"<!doctype html><title>Sign in</title><form method=post><input name=user></form>"


class StandInServer(ThreadingHTTPServer):
    """The server of one stand-in. `said` is told each request and the status it got (0 = no answer)."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, standin: StandIn, *, port: int, said: Callable[[str, int], None]) -> None:
        self.standin = standin
        self.said = said
        super().__init__((LOOPBACK, port), _Handler)

    @property
    def origin(self) -> str:
        return f"http://{LOOPBACK}:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that has gone is not worth a trace."""


@contextmanager
def serving(standin: StandIn) -> Iterator[str]:
    """The stand-in behind a free port for as long as the block lasts; gives its origin."""
    server = StandInServer(standin, port=0, said=lambda _line, _status: None)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.origin
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: StandInServer

    def log_message(self, *_args: Any) -> None:
        """Requests are told to `said` instead."""

    def _handle(self) -> None:
        self.close_connection = True
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LARGEST))
        request = asked(method=self.command, target=self.path, headers=dict(self.headers), body=body)
        if request.path[:1] == (CONTROL,):
            self._send(_controlled(self.server.standin, request))
        else:
            status = self._exchange(request)
            self.server.said(f"{self.command} {self.path}", status)

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_PUT(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def _exchange(self, request: Asked) -> int:
        standin = self.server.standin
        faulty = not standin.signs_in(request)
        before = _instead(standin) if faulty else None
        if before is not None:
            standin.requests.append(f"{request.method} /{'/'.join(request.path)}")
            return self._send(before)
        if faulty and standin.faults.take(Fault.LOGIN_PAGE):
            return self._send_bytes(LOGIN_PAGE, Answer(), kind="text/html")
        answer = standin.respond(request)
        if faulty and standin.writes(request) and standin.faults.take(Fault.LOST_REPLY):
            return 0
        return self._send_as_told(answer) if faulty else self._send(answer)

    def _send_as_told(self, answer: Answer) -> int:
        faults = self.server.standin.faults
        content = _bytes(answer)
        if faults.take(Fault.CUT_WITHOUT_LENGTH):
            return self._send_bytes(content[: len(content) // 2], answer, length=None)
        if faults.take(Fault.CUT_BODY):
            return self._send_bytes(content[: len(content) // 2], answer, length=len(content))
        if faults.take(Fault.SLOW_DRIP):
            return self._drip(content, answer)
        return self._send(answer)

    def _send(self, answer: Answer) -> int:
        return self._send_bytes(_bytes(answer), answer)

    def _send_bytes(
        self, content: bytes, answer: Answer, *, kind: str = "application/json", length: int | None = -1
    ) -> int:
        self._head(answer, kind=kind, length=len(content) if length == -1 else length)
        self.wfile.write(content)
        return answer.status

    def _drip(self, content: bytes, answer: Answer) -> int:
        self._head(answer, kind="application/json", length=len(content))
        for place in range(len(content)):
            self.wfile.write(content[place : place + 1])
            self.wfile.flush()
            time.sleep(DRIP_SECONDS)
        return answer.status

    def _head(self, answer: Answer, *, kind: str, length: int | None) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()


def _bytes(answer: Answer) -> bytes:
    return b"" if answer.content is None else json.dumps(answer.content, ensure_ascii=False).encode()


def _instead(standin: StandIn) -> Answer | None:
    """What is answered before the system even sees the request."""
    take = standin.faults.take
    if take(Fault.TOO_MANY):
        return _later({"Retry-After": str(WAIT.seconds)})
    if take(Fault.TOO_MANY_DATE):
        return _later({"Retry-After": format_datetime(standin.clock() + WAIT, usegmt=True)})
    if take(Fault.TOO_MANY_ABSURD):
        return _later({"Retry-After": str(int(YEAR.total_seconds()))})
    if take(Fault.TOO_MANY_BARE):
        return _later({})
    if take(Fault.SERVER_ERROR):
        return Answer({"message": "An error has occurred."}, status=500)
    return Answer({"message": "The service is unavailable."}, status=503) if take(Fault.AWAY) else None


def _later(headers: dict[str, str]) -> Answer:
    return Answer({"message": "Too many requests."}, status=429, headers=headers)


def _controlled(standin: StandIn, request: Asked) -> Answer:
    """`/_control/faults`: GET what is on, POST a list of names to switch on, DELETE all. `/_control/state`: GET."""
    if request.path[1:] == ("state",) and request.method == "GET":
        return Answer({"requests": standin.requests, "holds": standin.state()})
    if request.path[1:] != ("faults",):
        return Answer({"message": f"There are /{CONTROL}/faults and /{CONTROL}/state."}, status=404)
    if request.method == "DELETE":
        standin.faults.switch_off()
    if request.method == "POST":
        names = request.json()
        try:
            for name in names if isinstance(names, list) else [names]:
                standin.faults.switch_on(str(name))
        except UnknownFault as unknown:
            known = ", ".join(fault.value for fault in MEANINGS)
            return Answer({"message": f"There is no fault {unknown}. Known: {known}."}, status=400)
    return Answer({"on": standin.faults.on(), "known": {str(fault): said for fault, said in MEANINGS.items()}})
