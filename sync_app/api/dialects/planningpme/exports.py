"""An export as it is sent: item by item, out of one read snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from types import TracebackType
from typing import Any, Protocol

from django.http import StreamingHttpResponse

from sync_app.api.dialects.planningpme.responses import streamed
from sync_app.runs.verbs.exporting import Export


class Held(Protocol):
    """What holds a snapshot while its items are read."""

    def __enter__(self) -> object: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @property
    def items(self) -> Iterator[dict[str, Any]]: ...


class Items:
    """The items of an export or a list. The snapshot is open from the beginning, and closes with whatever ends first:

    the items, an error, or the connection (the server closes what it streams).
    """

    def __init__(self, held: Held) -> None:
        self._held = held
        held.__enter__()
        self._open = True
        self._items = iter(held.items)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self

    def __next__(self) -> dict[str, Any]:
        try:
            return next(self._items)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._open:
            self._open = False
            self._held.__exit__(None, None, None)


def export_answer(export: Export, *, template: str, at: datetime, language: str) -> StreamingHttpResponse:
    """`next` and `cursor` come before the items: they are known before, and a client may stop reading."""
    items = Items(export)
    head = {"template": template, "generatedAt": at, "next": export.next_since, "cursor": export.cursor}
    return streamed(head, name=export.rows_name or "items", items=items, language=language, close=items.close)
