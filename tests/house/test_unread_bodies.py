"""Over a socket: whoever is answered without being read to the end is told that the connection ends."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.http import get_parser
from gunicorn.http.wsgi import create

from integration_admin.unread_bodies import ClosesUnread

HERE = ("127.0.0.1", 8000)


def answer(head: str, body: bytes, *, read: int) -> bytes:
    """What gunicorn sends for an application that reads so many bytes of the body (-1: all) before it refuses."""

    def refuse(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        while read < 0 and environ["wsgi.input"].read(1000):
            continue
        environ["wsgi.input"].read(max(read, 0))
        start_response("403 Forbidden", [("Content-Length", "2")])
        return [b"no"]

    caller, server = socket.socketpair()
    server.settimeout(5)
    with caller, server:
        caller.sendall(f"POST / HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n".encode() + body)
        request = next(get_parser(Config(), server, HERE))
        sent, environ = create(request, server, HERE, HERE, Config())
        for piece in ClosesUnread(refuse)(environ, sent.start_response):
            sent.write(piece)
        sent.close()
        return caller.recv(65536)


@pytest.mark.parametrize(
    ("head", "body", "read", "kept"),
    [
        ("Content-Length: 300000", b"", 0, False),
        ("Content-Length: 300000", b"x" * 10_000, 5_000, False),
        ("Content-Length: 65536", b"", 0, False),
        ("Content-Length: 65535", b"", 0, True),
        ("Content-Length: 66000", b"x" * 4_000, 1_000, True),
        ("Content-Length: 70000", b"x" * 70_000, -1, True),
        ("Transfer-Encoding: chunked", b"3\r\nabc\r\n0\r\n\r\n", 0, False),
        ("Transfer-Encoding: chunked", b"3\r\nabc\r\n0\r\n\r\n", -1, True),
        ("Accept: */*", b"", 0, True),
    ],
)
def test_an_answer_promises_no_connection_that_ends(head: str, body: bytes, read: int, kept: bool) -> None:
    told = answer(head, body, read=read)
    assert told.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert (b"Connection: keep-alive" in told, b"Connection: close" in told) == (kept, not kept)
