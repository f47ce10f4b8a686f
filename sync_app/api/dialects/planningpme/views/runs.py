"""`/{brand}/api/integration/runs…`: what was done, operation by operation, and what can be done about it."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, Final

from django.http.response import HttpResponseBase
from rest_framework.request import Request

from integration_admin.accounts.models import Scope
from sync_app.api.bodies import check_json
from sync_app.api.dialects.planningpme.operation_shapes import OperationShapes
from sync_app.api.dialects.planningpme.requests import (
    LARGEST_OPTIONS,
    Choices,
    choice_in,
    command_options,
    import_options,
    number_in,
    query_of,
    rows_asked,
    run_number,
)
from sync_app.api.dialects.planningpme.responses import json_answer, run_details, run_line
from sync_app.api.dialects.planningpme.views.door import PlanningpmeDoor
from sync_app.api.dialects.planningpme.views.running import RunningDoor
from sync_app.engine.plan import OUTCOMES
from sync_app.models import Run
from sync_app.runs.errors import RunNotFound
from sync_app.runs.finding import find_run, list_runs
from sync_app.runs.reports.report import operations_page
from sync_app.runs.verbs.applying import start_apply
from sync_app.runs.verbs.cancelling import cancel
from sync_app.runs.verbs.retrying import start_retry
from sync_app.runs.verbs.starting import Note
from sync_app.runs.verbs.undoing import start_undo

PAGE: Final = 50
LARGEST_PAGE: Final = 1000
HIGHEST: Final = 10**18 - 1
FILTERS: Final = ("outcome", "type", "code", "field", "text", "after", "limit")


class RunsRoom(PlanningpmeDoor):
    """What all doors to runs share: a key that only works with some templates sees the runs of these."""

    def found(self, run: str) -> Run:
        """Raises NotAllowed and RunNotFound."""
        self.may_look()
        row = find_run(actor=self.actor, run=run_number(run))
        if not self.is_visible(row):
            raise RunNotFound
        return row

    def may_look(self) -> None:
        """A key that imports may see what came of it."""
        if not self.actor.has_scope(Scope.IMPORT):
            self.actor.require_scope(Scope.RUNS)

    def is_visible(self, run: Run) -> bool:
        version = run.template_version
        return self.actor.allowed_templates is None or (
            version is not None and self.actor.may_use_template(version.template.name)
        )


class RunsDoor(RunsRoom):
    """The newest runs first; `next` is the `before` of the next page."""

    def get(self, request: Request, brand: str) -> HttpResponseBase:
        self.may_look()
        query = query_of(self.http, known=("before", "limit"))
        limit = number_in(query, "limit", low=1, high=LARGEST_PAGE) or PAGE
        before = number_in(query, "before", low=0, high=HIGHEST)
        runs = list_runs(actor=self.actor, before=before, limit=limit + 1)
        page = runs[:limit]
        items = [run_line(run) for run in page if self.is_visible(run)]
        return json_answer({"items": items, "next": page[-1].pk if len(runs) > limit else None})


class RunDoor(RunsRoom):
    """The report of one run."""

    def get(self, request: Request, brand: str, run: str) -> HttpResponseBase:
        query_of(self.http, known=())
        return json_answer(run_details(actor=self.actor, run=self.found(run)))


class OperationsDoor(RunsRoom):
    """The operations of one run, filtered; `next` is the `after` of the next page."""

    def get(self, request: Request, brand: str, run: str) -> HttpResponseBase:
        row = self.found(run)
        query = query_of(self.http, known=FILTERS)
        page = operations_page(
            actor=self.actor,
            run=row,
            after=number_in(query, "after", low=0, high=HIGHEST) or 0,
            limit=number_in(query, "limit", low=1, high=LARGEST_PAGE) or PAGE,
            outcome=choice_in(query, "outcome", among=OUTCOMES),
            type=query.get("type"),
            code=query.get("code"),
            field=query.get("field"),
            text=query.get("text"),
        )
        shapes = OperationShapes(self.actor.brand)
        return json_answer({"run": row.pk, "items": list(map(shapes.shown, page.items)), "next": page.next})


class CommandDoor(RunningDoor, RunsRoom):
    """A POST that does something about a run. `choices` are what its body may say."""

    choices: Choices = {}

    def post(self, request: Request, brand: str, run: str) -> HttpResponseBase:
        row = self.found(run)
        check_json(self.http.META)
        query_of(self.http, known=())
        with self.body(limit=LARGEST_OPTIONS) as view:
            asked = self.asked(view)
            given = command_options(view, known=self.choices)
        return self.answer(asked=asked, start=lambda note: self.start(row.pk, given, note))

    def largest_body(self) -> int:
        return LARGEST_OPTIONS

    @abstractmethod
    def start(self, run: int, given: dict[str, Any], note: Note) -> Run:
        """The one call of a use case, which tells `note` of the run that it makes."""


class ApplyDoor(CommandDoor):
    """Writes what a simulation showed."""

    choices = {"stale": ("skip", "refuse")}

    def start(self, run: int, given: dict[str, Any], note: Note) -> Run:
        return start_apply(
            actor=self.actor,
            run=run,
            stale=given.get("stale", "skip"),
            trigger="api",
            clock=self.clock,
            note=note,
        )


class UndoDoor(CommandDoor):
    """Takes back what a run wrote."""

    choices = {"simulate": (), "conflicts": ("keep", "refuse")}

    def start(self, run: int, given: dict[str, Any], note: Note) -> Run:
        return start_undo(
            actor=self.actor,
            run=run,
            simulate=given.get("simulate", False),
            conflicts=given.get("conflicts", "keep"),
            trigger="api",
            clock=self.clock,
            note=note,
        )


class RetryDoor(CommandDoor):
    """Imports the failed rows of a run again: all of them, one, or those that were refused for the same reason."""

    choices = {
        "version": ("then", "now"),
        **dict.fromkeys(("simulate", "verbose", "stopOnError", "atomic"), ()),
        "row": int,
        **dict.fromkeys(("code", "type", "field", "name"), str),
    }

    def start(self, run: int, given: dict[str, Any], note: Note) -> Run:
        return start_retry(
            actor=self.actor,
            run=run,
            version=given.get("version", "then"),
            options=import_options(given),
            only=rows_asked(given),
            trigger="api",
            clock=self.clock,
            note=note,
        )


class CancelDoor(CommandDoor):
    """Asks a run to stop; the answer tells whether it has."""

    def start(self, run: int, given: dict[str, Any], note: Note) -> Run:
        return cancel(actor=self.actor, run=run, clock=self.clock)
