"""A server on loopback that answers what it was told to, byte by byte, and a clock that nobody waits for."""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.test import override_settings

from sync_app.syncs.http.client import Bounds, Remote
from sync_app.syncs.http.waiting import Timing
from sync_app.syncs.one_turn import Link

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Call:
    """What was asked. `headers` by lower-case name."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Play = Callable[[socket.socket], None]
#: Raw bytes (the connection is closed after them), or something that plays with the connection.
Reply = bytes | Play


def answer(body: Any = b"", status: int = 200, *lines: str, length: bool = True) -> bytes:
    """An HTTP answer. Without `length` it ends when the connection does."""
    raw = (
        json.dumps(body).encode()
        if isinstance(body, dict | list)
        else body.encode()
        if isinstance(body, str)
        else bytes(body)
    )
    head = [
        f"HTTP/1.1 {status} Said",
        *lines,
        *([f"Content-Length: {len(raw)}"] if length else []),
        "Connection: close",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + raw


def chunked(*parts: bytes, end: bool = True) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    return head + body + (b"0\r\n\r\n" if end else b"")


def resets(connection: socket.socket) -> None:
    """Breaks the connection off, without an answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")


def is_silent(connection: socket.socket) -> None:
    """Waits until nobody listens any more."""
    connection.recv(1)


def drips(raw: bytes, *, gate: threading.Event, every: float = 0.02, at_once: int = 0) -> Play:
    """Sends the first bytes at once, and then one at a time until it is done or nobody listens."""

    def play(connection: socket.socket) -> None:
        connection.sendall(raw[:at_once])
        for place in range(at_once, len(raw)):
            if gate.wait(every):
                return
            connection.sendall(raw[place : place + 1])

    return play


@dataclass
class Server:
    """The replies are given in turn; the last one again and again."""

    port: int
    replies: Sequence[Reply]
    calls: list[Call] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    scheme: str = "http"

    @property
    def base(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"


@contextmanager
def serving(*replies: Reply, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server of these replies, and leave to call it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1], replies, scheme="https" if context else "http")
        thread = threading.Thread(target=_serve, args=(listener, server, context), daemon=True)
        thread.start()
        allowed = [*settings.PRIVATE_ADDRESSES_ALLOWED, f"127.0.0.1:{server.port}"]
        try:
            with override_settings(PRIVATE_ADDRESSES_ALLOWED=allowed):
                yield server
        finally:
            server.gate.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listener: socket.socket, server: Server, context: ssl.SSLContext | None) -> None:
    given = 0
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        try:
            wrapped = context.wrap_socket(connection, server_side=True) if context else connection
            with wrapped:
                call = _read(wrapped)
                if call is None:
                    continue
                server.calls.append(call)
                reply = server.replies[min(given, len(server.replies) - 1)]
                given += 1
                if callable(reply):
                    reply(wrapped)
                else:
                    wrapped.sendall(reply)
        except OSError:
            connection.close()


def _read(connection: socket.socket) -> Call | None:
    with connection.makefile("rb") as stream:
        first = stream.readline().decode().split()
        if not first:
            return None
        headers = {}
        while line := stream.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", "0")))
    return Call(first[0], first[1], headers, body)


@dataclass
class Clock:
    """Time that passes only when somebody sleeps. `beats` counts signs of life."""

    passed: float = 0.0
    slept: list[float] = field(default_factory=list)
    beats: int = 0

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.passed)

    def beat(self) -> None:
        self.beats += 1

    @property
    def timing(self) -> Timing:
        return Timing(clock=lambda: self.passed, sleep=self.sleep, chance=lambda: 1.0)


@dataclass
class Hurry:
    """The machine's own time, of which next to nothing is left once the server has heard a call.

    Before, it stands still: however long a busy machine takes to come this far, it is the answer that comes too late.
    """

    server: Server
    bounds: Bounds = field(default_factory=lambda: Bounds(tries=1, seconds=20.0))
    left: float = 0.15
    _heard: float | None = None

    def clock(self) -> float:
        if self._heard is None:
            if not self.server.calls:
                return 0.0
            self._heard = time.monotonic()
        return self.bounds.seconds - self.left + time.monotonic() - self._heard

    @property
    def timing(self) -> Timing:
        return Timing(clock=self.clock)


def link(clock: Clock | None = None, *, minutes: float = 30, **given: Any) -> Link:
    """A connection opened for one turn. `given` replaces members."""
    clock = clock or Clock()
    members: dict[str, Any] = {
        "brand": 1,
        "settings": {},
        "secrets": {},
        "transfer": {},
        "actor": None,
        "zone": ZoneInfo("Europe/Paris"),
        "now": clock.now,
        "until": NOW + timedelta(minutes=minutes),
        "beat": clock.beat,
    }
    return Link(**(members | given))


def remote(base: str, clock: Clock | None = None, *, bounds: Bounds | None = None, **given: Any) -> Remote:
    """The client under test, with a clock that nobody waits for."""
    clock = clock or Clock()
    given.setdefault("link", link(clock))
    given.setdefault("timing", clock.timing)
    return Remote(base=base, bounds=bounds, **given)
