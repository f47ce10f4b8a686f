"""The operations of a report: a page of them as the address asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from integration_admin.accounts.access import Actor
from sync_app.admin.values import Worded, record_address, whole, words_for
from sync_app.admin.wording import OPERATIONS, Word, words_of
from sync_app.engine.plan import DELETE, OUTCOMES, UNCHANGED
from sync_app.engine.tally import COUNTED
from sync_app.models import Run, RunKind, RunSummary
from sync_app.runs.reports.report import OperationsPage, operations_page
from sync_app.runs.sentences import message
from templates_app.catalog.problems import Problem

SHOWN: Final = 50
FILTERS: Final = ("outcome", "type", "code", "field", "text")
HIGHEST: Final = 10**18
LONGEST_NUMBER: Final = 20
LONGEST_TEXT: Final = 255


@dataclass(frozen=True, slots=True)
class Told:
    """One operation in words. `href` leads to its record, where there is one; `why` to its row and its rules."""

    item: Mapping[str, Any]
    row: str
    operation: Word
    fields: list[Worded]
    href: str
    why: str
    reason: str = ""

    @property
    def gone(self) -> bool:
        return bool(self.item["operation"] == DELETE)

    @property
    def whole(self) -> tuple[list[Worded], list[Worded]] | None:
        return whole(self.item["operation"], self.fields)

    @property
    def same(self) -> bool:
        return bool(self.item["operation"] == UNCHANGED)


def asked_of(request: HttpRequest) -> dict[str, str]:
    """The filters of the address; what is not offered is as if it was not asked."""
    asked = {name: request.GET.get(name, "").replace("\0", "").strip()[:LONGEST_TEXT] for name in FILTERS}
    if asked["outcome"] not in OUTCOMES:
        asked["outcome"] = ""
    return asked


def operations_shown(
    request: HttpRequest, actor: Actor, run: Run, summary: RunSummary, asked: dict[str, str]
) -> dict[str, Any]:
    """What `operations.html` needs."""
    found = operations_page(
        actor=actor,
        run=run,
        after=number_of(request.GET.get("after", "")),
        before=number_of(request.GET.get("before", "")) or None,
        limit=SHOWN,
        **asked,
    )
    moved = "after" in request.GET or "before" in request.GET
    return {
        "operations": told(actor, run, found.items),
        **_pages(found, asked),
        "first": _address(asked) if moved else "",
        "asked": asked,
        "filtered": any(asked.values()),
        "outcomes": [(name, operation_words(run)[name].text) for name in OUTCOMES],
        "fields": _fields(actor, summary),
        "downloads": downloads(run, asked),
    }


def told(actor: Actor, run: Run, items: Iterable[Mapping[str, Any]]) -> list[Told]:
    listed = list(items)
    words = words_for(actor=actor, changed=[(item["type"], item["changes"]) for item in listed], run=run)
    named = operation_words(run)
    return [
        Told(
            item=item,
            row=row_of(item),
            operation=named[item["operation"]],
            fields=words.changes(item["type"], item["changes"]),
            href=record_address(item["record"]) if item["record"] and actor.reads(item["type"]) else "",
            why=reverse("admin:sync_app_run_why", args=[run.pk, item["seq"]]) if actor.reads(item["type"]) else "",
            reason=message(Problem(item["code"])) if item["code"] and not item["problems"] else "",
        )
        for item in listed
    ]


def operation_words(run: Run) -> Mapping[str, Word]:
    """What the operations of this run are called; in an undo, what its counts are called."""
    if run.kind != RunKind.UNDO:
        return OPERATIONS
    words = words_of(run)
    return {operation: words[name] for operation, name in COUNTED.items()}


def row_of(item: Mapping[str, Any]) -> str:
    """`12`, or `12/3` for an item of a row; empty for what belongs to no row."""
    return f"{item['row']}/{item['item']}" if item["item"] else str(item["row"] or "")


def downloads(run: Run, asked: Mapping[str, str]) -> list[tuple[str, str]]:
    """(kind, address) of the files of the operations that are asked for."""
    if run.is_open or run.purged_at is not None:
        return []
    address = reverse("admin:sync_app_run_file", args=[run.pk])
    kept = {name: value for name, value in asked.items() if value}
    return [(kind.upper(), f"{address}?{urlencode({**kept, 'kind': kind})}") for kind in ("csv", "xlsx", "json")]


def number_of(text: str) -> int:
    """The number of a place in the address; what is none is 0."""
    return min(int(text[:LONGEST_NUMBER]), HIGHEST) if text.isascii() and text.isdigit() else 0


def _pages(found: OperationsPage, asked: Mapping[str, str]) -> dict[str, Any]:
    return {
        "next": _address(asked, after=found.next) if found.next else "",
        "previous": _address(asked, before=found.previous) if found.previous else "",
        "looked": found.looked,
    }


def _fields(actor: Actor, summary: RunSummary) -> list[tuple[str, str]]:
    """(name, label) of every field that was changed or refused, to choose from."""
    words = words_for(actor=actor, changed=())
    known = {(line[1], line[2]) for line in summary.changed}
    known |= {(group["entity_type"], group["field"]) for group in summary.groups if group["field"]}
    labels = {name: words.label(entity_type, name) for entity_type, name in sorted(known) if actor.reads(entity_type)}
    return sorted(labels.items(), key=lambda field: field[1].casefold())


def _address(asked: Mapping[str, str], **place: int) -> str:
    query: dict[str, object] = {name: value for name, value in asked.items() if value}
    return f"?{urlencode({**query, **place})}#operations"
