"""Sockets that keep a deadline over everything, and connect only where the address was looked at.

A timeout of the standard library is per operation: an answer that drips a byte a second never meets it.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from sync_app.syncs.http.networks import is_never_called, is_public
from sync_app.syncs.one_turn import TransferFailed, Trouble

LEAST: Final = 0.001
LONGEST_CONNECT: Final = 20.0

#: A host and a port -> the addresses it has now, as socket.getaddrinfo gives them. Raises OSError.
Resolver = Callable[[str, int], Sequence[tuple[Any, ...]]]


def resolve(host: str, port: int) -> Sequence[tuple[Any, ...]]:
    """Every address of the host that a stream can be opened to."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


@dataclass(slots=True)
class Patience:
    """How long there still is. `until` is on `clock`, and moves with each try."""

    clock: Callable[[], float]
    until: float = 0.0

    def left(self) -> float:
        """Seconds, more than none. Raises TimeoutError when there are none."""
        seconds = self.until - self.clock()
        if seconds <= LEAST:
            raise TimeoutError
        return seconds

    @property
    def is_over(self) -> bool:
        return self.until - self.clock() <= LEAST


class PatientSocket(socket.socket):
    """A socket of which no operation goes beyond the deadline."""

    patience: Patience

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        self.settimeout(self.patience.left())
        return super().recv_into(buffer, nbytes, flags)

    def sendall(self, data: Any, flags: int = 0) -> None:
        self.settimeout(self.patience.left())
        super().sendall(data, flags)


class PatientTls(ssl.SSLSocket):
    """The same over TLS. It is made by its context, which knows no deadline: the dialer gives it one."""

    patience: Patience

    def recv_into(self, buffer: Any, nbytes: int | None = None, flags: int = 0) -> int:
        self.settimeout(self.patience.left())
        return super().recv_into(buffer, nbytes, flags)

    def send(self, data: Any, flags: int = 0) -> int:
        self.settimeout(self.patience.left())
        return super().send(data, flags)


@cache
def tls_context() -> ssl.SSLContext:
    """Names and certificates are checked, against what this machine trusts and the usual authorities.

    Read once: it takes a while.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    context.sslsocket_class = PatientTls
    return context


@dataclass(slots=True)
class Dialer:
    """Opens connections. `allowed`: `host:port` that may be private. Each answer of the name service is looked at, and
    one bad among good ones refuses them all: which of them would be called is chance.
    """

    patience: Patience
    allowed: frozenset[str] = frozenset()
    resolver: Resolver = resolve

    def dial(self, host: str, port: int) -> PatientSocket:
        """A socket to one of the host's addresses, not yet TLS. Raises TransferFailed: nothing was sent."""
        found = self._lookup(host, port)
        opened = host.rstrip(".") + f":{port}" in self.allowed
        for entry in found:
            self._demand(str(entry[4][0]), host=host, port=port, opened=opened)
        for position, entry in enumerate(found):
            connected = self._connect(entry, len(found) - position)
            if connected is not None:
                return connected
        raise TransferFailed("connect_failed", Trouble.AGAIN, host=host)

    def _demand(self, ip: str, *, host: str, port: int, opened: bool) -> None:
        if is_never_called(ip):
            raise TransferFailed("address_never", Trouble.SETTINGS, host=host)
        if not opened and not is_public(ip):
            raise TransferFailed("address_refused", Trouble.SETTINGS, host=host, port=port)

    def _connect(self, entry: tuple[Any, ...], waiting: int) -> PatientSocket | None:
        """Each of the addresses that are left gets its share of the time: a broken one does not cost the others."""
        if self.patience.is_over:
            return None
        opened = PatientSocket(entry[0], entry[1], entry[2])
        opened.patience = self.patience
        try:
            opened.settimeout(min(LONGEST_CONNECT, self.patience.left() / waiting))
            opened.connect(entry[4])
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            opened.settimeout(self.patience.left())
        except OSError:
            opened.close()
            return None
        return opened

    def _lookup(self, host: str, port: int) -> Sequence[tuple[Any, ...]]:
        """The name service takes its own time and cannot be interrupted: it is asked from a thread that is left."""
        answers: queue.SimpleQueue[Sequence[tuple[Any, ...]] | OSError] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self.resolver(host, port))
            except (OSError, UnicodeError) as error:
                answers.put(error if isinstance(error, OSError) else OSError())

        threading.Thread(target=ask, name="lookup", daemon=True).start()
        try:
            answer = answers.get(timeout=self.patience.left())
        except (queue.Empty, TimeoutError):
            answer = OSError()
        if isinstance(answer, OSError) or not answer:
            raise TransferFailed("host_unknown", Trouble.AGAIN, host=host)
        return answer
