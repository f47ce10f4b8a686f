"""Why one operation is as it is: opened below its line, and a page of its own where no script runs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from integration_admin.accounts.access import Actor, NotAllowed
from integration_admin.local_time import show_times_of
from integration_admin.scoped_admin import BrandScopedAdmin
from sync_app.admin.pages import page
from sync_app.admin.run_verbs import found
from sync_app.admin.runs.operations import Told, told
from sync_app.admin.values import words_for
from sync_app.runs.row_text import row_text
from sync_app.runs.rows.explaining import Explanation, OperationNotFound, Reason, explain
from sync_app.runs.sentences import message
from templates_app.admin.pages import actor_in
from templates_app.sources.writers.cells import text_of

LONGEST: Final = 400
CELLS_SHOWN: Final = 200
HARDLY_MORE: Final = 3
#: Said of the whole once, not of each field.
OF_ALL: Final = "why_not_written"


@dataclass(frozen=True, slots=True)
class ReasonWords:
    """One field: where its value came from, what the steps made of it, and the rule that decided."""

    label: str
    reason: Reason
    why: str
    problem: str = ""


def show(screen: BrandScopedAdmin, request: HttpRequest, pk: int, seq: int) -> HttpResponse:
    run = found(screen, request, pk)
    actor = actor_in(request, run.brand)
    try:
        explained = explain(actor=actor, run=run, seq=seq)
    except OperationNotFound as refused:
        raise Http404 from refused
    except NotAllowed as refused:
        raise PermissionDenied from refused
    (operation,) = told(actor, run, [explained.operation])
    context = {
        "run": run,
        "told": operation,
        "row": cells(explained.data),
        "explained": explained,
        "rules": _rules(actor, operation, explained),
        "reasons": _reasons(actor, operation, explained),
        "of_all": next((message(one.why) for one in explained.reasons if one.why.code == OF_ALL), ""),
        "hidden": _hidden(actor, explained),
        "missing": message(explained.missing) if explained.missing is not None else "",
    }
    if request.headers.get("HX-Request"):
        show_times_of(run.brand)
        return TemplateResponse(request, "sync_app/run_why.html", context)
    title = f"#{run.pk} · {operation.operation.text} {explained.operation['key']}"
    return page(screen, request, "run_why_page.html", title=title, brand=run.brand, **context)


@dataclass(frozen=True, slots=True)
class Cells:
    """A source row, name and text each: what is shown at once, what is folded away, and the names of what is empty."""

    shown: list[tuple[str, str]]
    folded: list[tuple[str, str]]
    empty: list[str]


def cells(data: Any, *, first: Collection[str] = (), at_once: int = CELLS_SHOWN) -> Cells:
    """What is nested is shown as JSON; a row that is no object stands under no name. `first`: names to begin with."""
    members = data.items() if isinstance(data, dict) else [] if data is None else [("", data)]
    told = [(str(name), _text(value)) for name, value in list(members)[:CELLS_SHOWN]]
    filled = sorted(((name, text) for name, text in told if text), key=lambda cell: cell[0] not in first)
    shown = at_once if len(filled) > at_once + HARDLY_MORE else CELLS_SHOWN
    return Cells(filled[:shown], filled[shown:], [name or "–" for name, text in told if not text])


def _text(value: Any) -> str:
    nested = isinstance(value, dict | list)
    text = msgspec.json.format(row_text(value), indent=2) if nested else text_of(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _rules(actor: Actor, operation: Told, explained: Explanation) -> list[str]:
    """The rules in words; fields by what they are called."""
    words = words_for(actor=actor, changed=())
    told = []
    for problem in explained.rules:
        names = str(problem.params.get("fields", "")).split(", ")
        labels = ", ".join(words.label(operation.item["type"], name) for name in names)
        told.append(message(replace(problem, params={**problem.params, "fields": labels})))
    return told


def _hidden(actor: Actor, explained: Explanation) -> list[str]:
    """What the fields are called that find records of types this person may not read."""
    words = words_for(actor=actor, changed=())
    return [words.label(explained.operation["type"], name) for name in explained.hidden]


def _reasons(actor: Actor, operation: Told, explained: Explanation) -> list[ReasonWords]:
    words = words_for(actor=actor, changed=())
    entity_type = operation.item["type"]
    return [
        ReasonWords(
            label=words.label(entity_type, reason.trace.field),
            reason=reason,
            why=message(reason.why) if reason.why.code != OF_ALL else "",
            problem=message(reason.trace.problem) if reason.trace.problem is not None else "",
        )
        for reason in explained.reasons
    ]
