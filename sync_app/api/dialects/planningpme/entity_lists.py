"""A list of records as an answer: a page at once, a complete list while it is read."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from types import TracebackType
from typing import Any, Protocol

from django.http import HttpResponse, StreamingHttpResponse

from sync_app.api.dialects.planningpme.exports import Items
from sync_app.api.dialects.planningpme.responses import json_answer, streamed
from sync_app.storage.listing import Listed


class OpenList(Protocol):
    """What a use case gives: the records of one moment."""

    total: int

    def __enter__(self) -> object: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def chunks(self) -> Iterator[list[Listed]]: ...


class Shapes(Protocol):
    """Writes records down."""

    def bodies(self, records: list[Listed], /) -> list[dict[str, Any]]: ...


class ShapedList:
    """The records of a list as they are written. To be read inside `with`."""

    def __init__(self, found: OpenList, shapes: Shapes) -> None:
        self._found = found
        self._shapes = shapes

    def __enter__(self) -> ShapedList:
        self._found.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._found.__exit__(kind, error, trace)

    @property
    def items(self) -> Iterator[dict[str, Any]]:
        return chain.from_iterable(map(self._shapes.bodies, self._found.chunks()))

    @property
    def total(self) -> int:
        return self._found.total


def list_answer(shaped: ShapedList, *, whole: bool, language: str) -> HttpResponse | StreamingHttpResponse:
    """`whole`: every record there is, written while it is read."""
    if not whole:
        with shaped:
            return json_answer({"totalItems": shaped.total, "items": list(shaped.items)})
    items = Items(shaped)
    return streamed({"totalItems": shaped.total}, name="items", items=items, language=language, close=items.close)
