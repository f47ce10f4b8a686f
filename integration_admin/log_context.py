"""What is going on while a log line is written: ids of request, brand and run that every such line carries.

They are kept per thread of work, so that lines of libraries carry them too, without being told.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase

REQUEST: Final = "requestId"
_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})
_ids: ContextVar[Mapping[str, object]] = ContextVar("log_ids", default=_NOTHING)


@contextmanager
def about(**ids: object) -> Iterator[None]:
    """Every line logged inside carries these ids, and those of what it is inside of."""
    outer = _ids.set({**_ids.get(), **ids})
    try:
        yield
    finally:
        _ids.reset(outer)


def note(**ids: object) -> None:
    """Adds what has become known, until the surrounding `about` ends."""
    _ids.set({**_ids.get(), **ids})


def request_id() -> str:
    """The id of the request being answered, 32 hexadecimal digits; empty outside of one."""
    return str(_ids.get().get(REQUEST, ""))


class Ids(logging.Filter):
    """Puts the ids of here and now on each line that passes; what the line says itself counts more."""

    def filter(self, record: logging.LogRecord) -> bool:
        for name, value in _ids.get().items():
            vars(record).setdefault(name, value)
        return True


def request_ids(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware: gives each request an id of ours, told to the caller as X-Request-Id. A caller's own is not taken:

    it could be another's.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        with about(**{REQUEST: uuid.uuid4().hex}):
            response = get_response(request)
            response.headers["X-Request-Id"] = request_id()
            return response

    return answer
