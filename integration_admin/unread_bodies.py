"""A connection on which a body was left unread is closed, and the answer says so.

gunicorn reads away at most 64 kB of what the site has not read of a request. Where there is more it closes the
connection after an answer that promised to keep it, and the caller's next request on it gets none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

READ_AWAY: Final = 64 * 1024

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class ClosesUnread:
    """An application around another one, for gunicorn. Other servers read the rest themselves, or have proxies for it.

    What a server says of connections is its own: `Connection` is no header that an application may give.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        close = getattr(getattr(start_response, "__self__", None), "force_close", None)
        if close is None:
            return self._application(environ, start_response)
        body = environ["wsgi.input"] = _Counted(environ["wsgi.input"])

        def start(*given: Any) -> Any:
            if body.is_left(environ):
                close()
            return start_response(*given)

        return self._application(environ, start)


class _Counted:
    """A body that knows how much of it was read."""

    def __init__(self, body: Any) -> None:
        self._body = body
        self._taken = 0
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        return self._noted(self._body.read(size), size)

    def readline(self, size: int = -1) -> bytes:
        return self._noted(self._body.readline(size), size)

    def is_left(self, environ: dict[str, Any]) -> bool:
        """Whether more may be left of it than the server reads away: of one that came in pieces nobody knows."""
        declared = str(environ.get("CONTENT_LENGTH") or "")
        if not declared:
            return not self._ended and bool(environ.get("HTTP_TRANSFER_ENCODING"))
        return not declared.isdecimal() or int(declared) - self._taken >= READ_AWAY

    def _noted(self, piece: bytes, asked: int) -> bytes:
        self._taken += len(piece)
        self._ended = self._ended or (not piece and asked != 0)
        return piece
