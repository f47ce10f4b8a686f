"""Asking a stand-in: past its wire for what it holds, over the wire for how it fails."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlencode, urlsplit

from sync_app.standins.asked import Answer, asked
from sync_app.standins.standin import StandIn


def ask(standin: StandIn, method: str, target: str, content: Any = None, **headers: str) -> Answer:
    """One request, without a wire. Names of headers have `_` where they have `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = b"" if content is None else content if isinstance(content, bytes) else json.dumps(content).encode()
    return standin.respond(asked(method=method, target=target, headers=named, body=body))


def form(**values: str) -> bytes:
    return urlencode(values).encode()


class Wire:
    """A caller at a port. `send` gives status, headers and what was received, whole or not."""

    def __init__(self, origin: str) -> None:
        self.address = urlsplit(origin).netloc

    def send(
        self, method: str, target: str, content: Any = None, **headers: str
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection = http.client.HTTPConnection(self.address, timeout=60)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, target, None if content is None else json.dumps(content), named)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()
