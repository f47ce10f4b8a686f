"""One request, one answer: no redirect, no second try, no proxy, no cookie, nothing from the environment."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPResponse as StandardResponse
from http.client import IncompleteRead, parse_headers
from io import BufferedReader
from typing import Any, Final, cast

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import ReadTimeout
from requests.exceptions import SSLError as RequestsSslError
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import DecodeError, HTTPError, ProtocolError

from sync_app.syncs.http.addresses import PORTS, Address
from sync_app.syncs.http.sockets import Dialer, PatientTls, tls_context
from sync_app.syncs.one_turn import TransferFailed, Trouble

AT_ONCE: Final = 65_536
EMPTY_STATUSES: Final = frozenset({204, 304})
ANNOUNCING: Final = frozenset({102, 103, 104})


@dataclass(frozen=True, slots=True)
class Received:
    """An answer as it came. `headers` by lower-case name. `framed`: its end was marked, so a cut would have shown."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    framed: bool


class Lost(Exception):
    """The request was sent, at least in part, and no whole answer came. What became of it is not known."""

    def __init__(self, failed: TransferFailed) -> None:
        super().__init__(failed.code)
        self.failed = failed


class Wire(HTTPAdapter):
    """The connections of one remote, kept open between requests."""

    def __init__(self, *, dialer: Dialer, context: ssl.SSLContext | None = None) -> None:
        self.dialer = dialer
        self.context = context or tls_context()
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **more: Any) -> None:
        """The pools whose connections are opened by the dialer."""
        self.poolmanager = PoolManager(num_pools=connections, maxsize=maxsize, block=block, ssl_context=self.context)
        self.poolmanager.pool_classes_by_scheme = _pools(self.dialer)

    def cert_verify(self, conn: Any, url: str, verify: object, cert: object) -> None:
        """Always, and against what the context trusts: it is read once, not for every connection."""
        conn.cert_reqs = "CERT_REQUIRED"

    def exchange(
        self, method: str, address: Address, *, headers: Mapping[str, str], body: bytes | None, most: int
    ) -> Received:
        """Raises TransferFailed when nothing was sent, Lost when something was. `most`: bytes of a body, unpacked."""
        request = PreparedRequest()
        request.method = method
        request.url = address.url
        request.headers = CaseInsensitiveDict(headers)
        request.body = body
        if body is not None:
            request.headers["Content-Length"] = str(len(body))
        try:
            response = self.send(request, stream=True, timeout=self.dialer.patience.left(), proxies={})
            return self._received(response, method, host=address.host, most=most)
        except RequestsSslError:
            raise TransferFailed("tls_failed", Trouble.SETTINGS, host=address.host) from None
        except (RequestsConnectionError, ReadTimeout, HTTPError, OSError):
            raise Lost(self._why(address)) from None

    def _received(self, response: Response, method: str, *, host: str, most: int) -> Received:
        raw: HTTPResponse = response.raw
        try:
            body = self._body(raw, host=host, most=most)
        finally:
            response.close()
        length = response.headers.get("content-length", "").strip()
        counted = length.isascii() and length.isdigit()
        framed = counted or raw.chunked or method == "HEAD" or response.status_code in EMPTY_STATUSES
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Received(response.status_code, headers, body, framed)

    def _body(self, raw: HTTPResponse, *, host: str, most: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        try:
            while part := raw.read(AT_ONCE, decode_content=True):
                size += len(part)
                if size > most:
                    raw.close()
                    told: dict[str, Any] = {"host": host, "limit": most, "status": raw.status}
                    raise TransferFailed("answer_too_large", Trouble.ANSWER, **told)
                parts.append(part)
        except DecodeError:
            raw.close()
            raise TransferFailed("answer_unreadable", Trouble.ANSWER, host=host) from None
        except ValueError as error:
            # So the standard library ends for a piece of a body that is to have less than no bytes.
            raw.close()
            raise ProtocolError(str(error)) from None
        return b"".join(parts)

    def _why(self, address: Address) -> TransferFailed:
        if self.dialer.patience.is_over:
            return TransferFailed("too_slow", Trouble.AGAIN, host=address.host)
        return TransferFailed("answer_cut", Trouble.AGAIN, host=address.host)


class _WholeLines:
    """The head of an answer, line by line. The standard library takes a head that breaks off for one that ends."""

    def __init__(self, stream: BufferedReader) -> None:
        self.stream = stream
        self.close = stream.close

    def readline(self, limit: int = -1) -> bytes:
        line = self.stream.readline(limit)
        if not line.endswith(b"\n") and len(line) != limit:
            raise IncompleteRead(line)
        return line


class _Answer(StandardResponse):
    """An answer whose head has to be whole."""

    def begin(self) -> None:
        stream = self.fp
        self.fp = cast("BufferedReader", _WholeLines(stream))
        try:
            super().begin()
        finally:
            if self.fp is not None:
                self.fp = stream

    def _read_status(self) -> tuple[str, int, str]:
        """The first line of the answer itself: it may be announced by others, of which the library passes over 100."""
        reader: Any = super()
        version, status, reason = reader._read_status()
        while status in ANNOUNCING:
            parse_headers(self.fp)
            version, status, reason = reader._read_status()
        return version, status, reason


def _pools(dialer: Dialer) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        response_class = _Answer

        def _new_conn(self) -> socket.socket:
            return dialer.dial(self.host, self.port or PORTS["http"])

    class Secure(HTTPSConnection):
        response_class = _Answer

        def _new_conn(self) -> socket.socket:
            return dialer.dial(self.host, self.port or PORTS["https"])

        def connect(self) -> None:
            super().connect()
            cast("PatientTls", self.sock).patience = dialer.patience

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
