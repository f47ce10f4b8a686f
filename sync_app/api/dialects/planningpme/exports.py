"""An export as it is sent: item by item, out of one read snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.http import StreamingHttpResponse

from sync_app.api.dialects.planningpme.responses import streamed
from sync_app.runs.exporting import Export


class Items:
    """The items of an export. The snapshot is open from the beginning, and closes with whatever ends first:

    the items, an error, or the connection (the server closes what it streams).
    """

    def __init__(self, export: Export) -> None:
        self._export = export
        export.__enter__()
        self._open = True
        self._items = iter(export.items)

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
            self._export.__exit__(None, None, None)


def export_answer(export: Export, *, template: str, at: datetime, language: str) -> StreamingHttpResponse:
    """`next` and `cursor` come before the items: they are known before, and a client may stop reading."""
    items = Items(export)
    head = {"template": template, "generatedAt": at, "next": export.next_since, "cursor": export.cursor}
    return streamed(head, name=export.rows_name or "items", items=items, language=language, close=items.close)
