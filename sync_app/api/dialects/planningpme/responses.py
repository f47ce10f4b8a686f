"""From what a use case gives to the wire: errors, reports, runs, templates, configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any, Final

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import translation

from integration_admin.accounts.access import Actor
from sync_app.api.dialects.planningpme.operation_shapes import OperationShapes
from sync_app.api.json_out import encode, envelope
from sync_app.api.problems import ApiProblem
from sync_app.models import Run
from sync_app.runs.reports.report import counts_of, head_of, operations, report_of

JSON: Final = "application/json"
OPTIONS: Final = ("conflicts", "stale", "simulate", "verbose", "retry", "only", "type", "fields", "unique", "space")


def json_answer(content: object, *, status: int = 200) -> HttpResponse:
    """An answer that is small enough to be written at once."""
    return HttpResponse(encode(content), status=status, content_type=JSON)


class Pieces:
    """The pieces of an answer, in the language it began in: they are written after the view has returned.

    The first is made at once, so that what goes wrong at the beginning can still be told. `close` is called by the
    server when the answer was sent or the connection broke, also before the first piece.
    """

    def __init__(self, pieces: Iterator[bytes], *, language: str, close: Callable[[], None]) -> None:
        self._language = language
        self.close = close
        self._pieces = chain([next(pieces)], pieces)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with translation.override(self._language):
            return next(self._pieces)


def nothing_to_close() -> None:
    """For answers that hold nothing open."""


def streamed(
    head: dict[str, Any],
    *,
    name: str,
    items: Iterator[object],
    language: str,
    close: Callable[[], None] = nothing_to_close,
) -> StreamingHttpResponse:
    """`head` with the list `name` as its last member, written while it is sent; `close` is called at the end."""
    pieces = Pieces(envelope(head, name=name, items=items), language=language, close=close)
    return StreamingHttpResponse(pieces, content_type=JSON)


def problem_body(problem: ApiProblem, *, request_id: str) -> dict[str, Any]:
    """The one shape of an error: code and message always, the rest where there is something to say."""
    body: dict[str, Any] = {"code": problem.code, "message": problem.message}
    places = {
        "hint": problem.hint,
        "pointer": problem.pointer,
        "line": problem.line,
        "column": problem.column,
        "errors": list(problem.errors),
    }
    body |= {name: value for name, value in places.items() if value} | dict(problem.more)
    body["requestId"] = request_id
    return body


def report_answer(*, actor: Actor, run: Run, language: str) -> HttpResponse | StreamingHttpResponse:
    """The report of a run; with every operation when it was simulated or asked to be verbose."""
    report = report_of(actor=actor, run=run)
    if not (run.simulate or run.options.get("verbose")):
        return json_answer(report)
    items = map(OperationShapes(actor.brand).shown, operations(actor=actor, run=run))
    return streamed(report, name="operations", items=items, language=language)


def run_line(run: Run) -> dict[str, Any]:
    """A run in a list."""
    return head_of(run) | {
        "trigger": run.trigger,
        "actor": run.actor,
        "parent": run.parent_id,
        "createdAt": run.created_at,
        "startedAt": run.started_at,
        "finishedAt": run.finished_at,
        "counts": counts_of(run, run.counts),
    }


def run_details(*, actor: Actor, run: Run) -> dict[str, Any]:
    """One run: its report, who asked for it, and how."""
    options = {name: run.options[name] for name in OPTIONS if name in run.options}
    if "on_error" in run.options:
        options |= {"stopOnError": run.options["on_error"] == "stop", "atomic": run.options["on_error"] == "atomic"}
    return report_of(actor=actor, run=run) | {"trigger": run.trigger, "actor": run.actor, "options": options}
