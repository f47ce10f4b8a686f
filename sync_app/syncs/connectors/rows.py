"""Rows on their way: read exactly, put into one body, and cut into batches."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from django.conf import settings

from sync_app.syncs.connectors.base import TransferFailed, Trouble
from sync_app.syncs.http.answers import Answer
from sync_app.syncs.http.hiding import line
from templates_app.sources.limits import DEFAULT_LIMITS
from templates_app.sources.writers.cells import JSON


def exact(answer: Answer) -> Any:
    """The answer as JSON, decimals with every digit. Raises TransferFailed like `Answer.json`."""
    return answer.json(exact=True)


def told_in(answer: Answer) -> dict[str, Any]:
    """The members of what an answer says of a refusal; none where it says it in another form."""
    try:
        content = answer.json()
    except TransferFailed:
        return {}
    return content if isinstance(content, dict) else {}


def require_no_page(answer: Answer) -> None:
    """Raises TransferFailed `answer_not_json` for a page: what answers with one, be it with 200, took nothing."""
    kind = answer.headers.get("content-type", "").strip().lower()
    if kind.startswith("text/html") or answer.body.removeprefix(BOM_UTF8).lstrip()[:1] == b"<":
        raise TransferFailed("answer_not_json", Trouble.ANSWER, host=answer.address.host, excerpt=answer.excerpt)


def rows_in(content: Any, *, name: str, host: str) -> list[Any]:
    """The list that an answer is, or that stands in it under `name`. Raises TransferFailed `list_missing`."""
    found = content.get(name) if isinstance(content, dict) else content
    if not isinstance(found, list):
        raise TransferFailed("list_missing", Trouble.ANSWER, host=host, name=name)
    return found


def body_of(content: Any) -> bytes:
    """Rows as one JSON list, or anything else as JSON."""
    try:
        return JSON.encode(content)
    except UnicodeEncodeError:
        raise TransferFailed("rows_not_text", Trouble.ANSWER) from None
    except RecursionError:
        raise TransferFailed("too_deep", Trouble.ANSWER, limit=DEFAULT_LIMITS.max_depth) from None


def json_of(content: Any) -> dict[str, Any]:
    """What `Remote.ask` takes to send this as JSON, decimals with every digit."""
    return {"body": body_of(content), "content_type": "application/json"}


class Gathered:
    """The rows of one fetch, over all its pages: no more of them, and no more bytes, than an import takes.

    They are kept as JSON, which takes a small part of the room that they take as objects.
    """

    def __init__(self, *, host: str) -> None:
        self._host = host
        self._pages: list[bytes] = []
        self._bytes = 0
        self.count = 0

    def take(self, rows: Sequence[Any]) -> bytes:
        """The page as JSON. Raises TransferFailed `rows_too_many`, `rows_too_large`, `rows_not_text`, `too_deep`."""
        page = body_of(rows)
        self.count += len(rows)
        self._bytes += len(page)
        if self.count > settings.MAX_ROWS:
            raise TransferFailed("rows_too_many", Trouble.ANSWER, host=self._host, limit=settings.MAX_ROWS)
        if self._bytes > settings.MAX_BODY_BYTES:
            limit = settings.MAX_BODY_BYTES
            raise TransferFailed("rows_too_large", Trouble.ANSWER, host=self._host, limit=limit)
        if rows:
            self._pages.append(page[1:-1])
        return page

    @property
    def body(self) -> bytes:
        """All of them as one JSON list."""
        return b"[" + b",".join(self._pages) + b"]"


def batches(
    items: Iterable[Mapping[str, Any]], *, size: int, skip: int
) -> Iterator[tuple[int, list[Mapping[str, Any]]]]:
    """Position of the first, and the items of a batch; the first `skip` items are passed over."""
    rest = islice(items, skip, None)
    position = skip
    while batch := list(islice(rest, size)):
        yield position, batch
        position += len(batch)


def said(value: object) -> str:
    """What a person entered or this site says, as it can be shown beside an answer. For an answer: `Answer.said`."""
    return line(value, secrets=())
