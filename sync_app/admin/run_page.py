"""The page of one run: what it was, what came of it operation by operation, and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse

from integration_admin.accounts.access import Actor
from integration_admin.scoped_admin import BrandScopedAdmin
from sync_app.admin.pages import page
from sync_app.admin.run_choices import choices_of
from sync_app.admin.source_words import source_words
from sync_app.admin.values import Worded, record_address, words_for
from sync_app.admin.wording import (
    COUNTS,
    OPERATIONS,
    PLANNED,
    STATUS_TONES,
    TRIGGERS,
    Word,
    duration_words,
    kind_words,
    statistics_words,
)
from sync_app.engine.plan import DELETE, OUTCOMES
from sync_app.models import Run, RunLease
from sync_app.runs.report import operations_page, report_of
from sync_app.runs.sentences import message
from templates_app.admin.pages import actor_in
from templates_app.catalog.problems import Problem

OPERATIONS_SHOWN: Final = 50
ERRORS_SHOWN: Final = 20
FILTERS: Final = ("outcome", "type", "code", "field", "text")
HIGHEST: Final = 10**18


@dataclass(frozen=True, slots=True)
class Told:
    """One operation in words. `href` leads to its record, where there is one."""

    item: Mapping[str, Any]
    row: str
    operation: Word
    fields: list[Worded]
    href: str

    @property
    def gone(self) -> bool:
        return bool(self.item["operation"] == DELETE)


def show(screen: BrandScopedAdmin, request: HttpRequest, run: Run) -> HttpResponse:
    actor = actor_in(request, run.brand)
    report = report_of(actor=actor, run=run)
    words = PLANNED if run.simulate else COUNTS
    version = run.template_version
    return page(
        screen,
        request,
        "run.html",
        title=f"#{run.pk} · {kind_words(run)}",
        run=run,
        kind=kind_words(run),
        tone=STATUS_TONES[run.status],
        trigger=TRIGGERS.get(run.trigger, run.trigger),
        duration=duration_words(run),
        statistics=statistics_words(run),
        version=version,
        progress=_progress(run),
        report=report,
        words=words.values(),
        totals=[(word, run.counts.get(name, 0)) for name, word in words.items()],
        by_type=_by_type(run, words),
        reasons=_reasons(run),
        errors=[{**error, "row": _row(error)} for error in report["errors"][:ERRORS_SHOWN]],
        source=source_words(run),
        choices=choices_of(actor=actor, run=run),
        family=list(run.children.order_by("-id").select_related("brand")),
        **_operations(request, actor, run),
    )


def _operations(request: HttpRequest, actor: Actor, run: Run) -> dict[str, Any]:
    """The page of operations that the address asks for; what it does not offer is as if it was not asked."""
    asked = {name: request.GET.get(name, "").strip() for name in FILTERS}
    if asked["outcome"] not in OUTCOMES:
        asked["outcome"] = ""
    found = operations_page(
        actor=actor,
        run=run,
        after=_number(request.GET.get("after", "")),
        limit=OPERATIONS_SHOWN,
        **{name: value.replace("\0", "") or None for name, value in asked.items()},
    )
    return {
        "operations": _told(actor, run, found.items),
        "next": _query(request, after=str(found.next)) if found.next else "",
        "first": _query(request) if "after" in request.GET else "",
        "asked": asked,
        "filtered": any(asked.values()),
        "outcomes": [(name, OPERATIONS[name].text) for name in OUTCOMES],
    }


def _told(actor: Actor, run: Run, items: list[dict[str, Any]]) -> list[Told]:
    words = words_for(actor=actor, changed=[(item["type"], item["changes"]) for item in items], run=run)
    return [
        Told(
            item=item,
            row=_row(item),
            operation=OPERATIONS[item["operation"]],
            fields=words.changes(item["type"], item["changes"]),
            href=record_address(item["record"]) if item["record"] and actor.reads(item["type"]) else "",
        )
        for item in items
    ]


def _row(item: Mapping[str, Any]) -> str:
    """`12`, or `12/3` for an item of a row; empty for what belongs to no row."""
    return f"{item['row']}/{item['item']}" if item["item"] else str(item["row"] or "")


def _by_type(run: Run, words: Mapping[str, Word]) -> list[tuple[str, list[tuple[Word, int]]]]:
    return [(name, [(word, of.get(key, 0)) for key, word in words.items()]) for name, of in run.by_type.items()]


def _reasons(run: Run) -> list[tuple[str, str, int]]:
    """(code, sentence, how often) of what was skipped, refused or noted, the most frequent first."""
    codes: dict[str, int] = run.statistics.get("codes", {})
    often = sorted(codes.items(), key=lambda counted: (-counted[1], counted[0]))
    return [(code, message(Problem(code)), count) for code, count in often]


def _progress(run: Run) -> tuple[int, int] | None:
    """(rows done, rows in all) of a run that is under way."""
    if not run.is_open:
        return None
    lease = RunLease.objects.filter(run=run).first()
    tally = lease.progress.get("tally", {}) if lease else {}
    return tally.get("ok", 0) + tally.get("failed", 0), tally.get("rows", 0) or run.source.get("rows", 0)


def _number(text: str) -> int:
    return min(int(text), HIGHEST) if text.isascii() and text.isdigit() else 0


def _query(request: HttpRequest, **changed: str) -> str:
    query = request.GET.copy()
    query.pop("after", None)
    for name, value in changed.items():
        query[name] = value
    return f"?{query.urlencode()}#operations"
