"""Rows on their way: read exactly, put into one body, and cut into batches."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Any

from django.conf import settings

from sync_app.syncs.connectors.base import TransferFailed, Trouble
from sync_app.syncs.http.answers import Answer
from sync_app.syncs.http.hiding import line
from templates_app.sources.writers.cells import JSON


def exact(answer: Answer) -> Any:
    """The answer as JSON, decimals with every digit. Raises TransferFailed like `Answer.json`."""
    answer.json()
    try:
        return json.loads(answer.body.decode("utf-8-sig"), parse_float=Decimal)
    except (ArithmeticError, ValueError, RecursionError):
        raise _no_json(answer) from None


def require_no_page(answer: Answer) -> None:
    """Raises TransferFailed `answer_not_json` for a page: what answers with one, be it with 200, took nothing."""
    kind = answer.headers.get("content-type", "").strip().lower()
    if kind.startswith("text/html") or answer.body.removeprefix(BOM_UTF8).lstrip()[:1] == b"<":
        raise _no_json(answer)


def _no_json(answer: Answer) -> TransferFailed:
    return TransferFailed("answer_not_json", Trouble.ANSWER, host=answer.address.host, excerpt=answer.excerpt)


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


def json_of(content: Any) -> dict[str, Any]:
    """What `Remote.ask` takes to send this as JSON, decimals with every digit."""
    return {"body": body_of(content), "content_type": "application/json"}


def room_for(rows: Sequence[Any], *, host: str) -> None:
    """Raises TransferFailed when more rows came than an import takes."""
    if len(rows) > settings.MAX_ROWS:
        raise TransferFailed("rows_too_many", Trouble.ANSWER, host=host, limit=settings.MAX_ROWS)


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
