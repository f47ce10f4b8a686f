"""Why one operation does what it does: its source row read again, and the rules of its template one by one.

Nothing of this is stored. It is recomputed from the row as it came, the template version of the run and the catalog of
today; where one of them is gone, the explanation says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from integration_admin.accounts.access import Actor
from sync_app.engine.plan import DELETE, ERROR, INSERT, SKIP, UPDATE
from sync_app.models import FailedRow, Run, RunKind
from sync_app.runs.errors import RunRefused
from sync_app.runs.loading import LoadedImport, load_version, loaded_import
from sync_app.runs.readable import Readable
from sync_app.runs.reports.report import operation_of
from sync_app.runs.row_text import row_data
from sync_app.runs.rows.source import row_of
from templates_app.catalog.problems import Problem
from templates_app.language.drafts import Draft, FieldPolicy, MappedRow, TypePlan
from templates_app.mapping.tracing.trace_parts import Trace
from templates_app.mapping.tracing.traces import Tracer
from templates_app.sources.rows import Row, SourceRefused

REPLACED = {
    "Replace": "why_replaced",
    "Fill": "why_filled",
    "Leave": "why_replaced",
    "Lowest": "why_lowest",
    "Highest": "why_highest",
}
KEPT = {
    "Replace": "why_same",
    "Fill": "why_kept_filled",
    "Leave": "why_left",
    "Lowest": "why_not_lower",
    "Highest": "why_not_higher",
}


class OperationNotFound(RunRefused):
    """The run has no entry of this number, or has it no more."""

    status = 404

    def __init__(self) -> None:
        super().__init__("operation_not_found")


@dataclass(frozen=True, slots=True)
class Reason:
    """What became of one field, and by which rule: `why` is a problem's code and parameters, told by its sentence."""

    trace: Trace
    changed: bool
    why: Problem


@dataclass(frozen=True, slots=True)
class Explanation:
    """`operation` as a report tells it. `data` is its source row, None where there is none or it is gone.

    `rules` say how the record was looked for and what the Type allows; `reasons` tell the fields in the order of the
    template, but for those `hidden`, which name records this reader may not read; `missing` says why there are none.
    """

    operation: Mapping[str, Any]
    data: Any = None
    edited: bool = False
    rules: tuple[Problem, ...] = ()
    reasons: tuple[Reason, ...] = field(default_factory=tuple)
    missing: Problem | None = None
    hidden: tuple[str, ...] = ()


def explain(*, actor: Actor, run: Run, seq: int) -> Explanation:
    """Why the operation of this number is as it is. Raises OperationNotFound, and NotAllowed `type_not_readable`."""
    operation = operation_of(actor=actor, run=run, seq=seq)
    if operation is None:
        raise OperationNotFound
    actor.require_reading({operation["type"]})
    if run.kind == RunKind.UNDO and run.parent_id is not None:
        return Explanation(operation, missing=Problem("why_undone", {"run": run.parent_id}))
    if run.template_version is None or not operation["row"]:
        return Explanation(operation, missing=Problem("why_no_template"))
    return _retraced(actor, run, operation)


def _retraced(actor: Actor, run: Run, operation: Mapping[str, Any]) -> Explanation:
    loaded = _loaded(run)
    row = _row(run, loaded, operation["row"])
    if row is None:
        return Explanation(operation, missing=Problem("why_no_row"))
    readable = Readable(actor=actor, run=run)
    data = row.data if readable.rows else None
    edited = FailedRow.objects.filter(run=run.parent_id, row=row.number).exclude(edited="").exists()
    if loaded is None or run.template_version is None:
        return Explanation(operation, data, edited, missing=Problem("why_outdated"))
    template = load_version(run.template_version)
    tracer = Tracer(template.root, template.catalog, setting=template.setting)
    mapped = tracer.mapper.map(row)
    place = _draft_of(mapped, operation)
    if place is None:
        return Explanation(operation, data, edited, missing=Problem("why_other_rules"))
    draft = mapped.drafts[place]
    traces = tracer.traces(row, mapped)[place]
    shown = [trace for trace in traces if readable.value(operation["type"], trace.field)]
    return Explanation(
        operation,
        data,
        edited,
        rules=tuple(_rules(draft, operation)) if readable.key(operation["type"]) else (),
        reasons=tuple(_reason(trace, draft.plan, operation) for trace in shown),
        hidden=tuple(dict.fromkeys(trace.field for trace in traces if trace not in shown)),
    )


def _loaded(run: Run) -> LoadedImport | None:
    try:
        return loaded_import(run.template_version) if run.template_version is not None else None
    except RunRefused:
        return None


def _row(run: Run, loaded: LoadedImport | None, number: int) -> Row | None:
    """The source row as the run read it: out of its body, or as it was kept when it failed."""
    if loaded is not None:
        try:
            plan = run.parent if run.kind == RunKind.APPLY and run.parent is not None else run
            found = row_of(plan, loaded=loaded, number=number)
        except (RunRefused, SourceRefused):
            found = None
        if found is not None:
            return found
    kept = FailedRow.objects.filter(run=run, row=number).first()
    table = run.source.get("kind") != "json"
    return Row(number, row_data(kept.content), cells=table) if kept is not None else None


def _draft_of(mapped: MappedRow, operation: Mapping[str, Any]) -> int | None:
    """The draft an operation came of: by type and item, by its key where several have them."""
    fitting = [
        place
        for place, draft in enumerate(mapped.drafts)
        if draft.plan.entity.name == operation["type"] and draft.item == operation["item"]
    ]
    exact = [place for place in fitting if mapped.drafts[place].shown_key == operation["key"]]
    return next(iter(exact or fitting), None)


def _rules(draft: Draft, operation: Mapping[str, Any]) -> list[Problem]:
    """How the record was looked for, and what the Type allows."""
    plan, outcome = draft.plan, operation["operation"]
    if plan.match is None:
        return [Problem("why_no_key"), Problem("why_may_insert")]
    place: dict[str, str | int] = {"fields": ", ".join(plan.match.fields), "key": draft.shown_key}
    if outcome == ERROR:
        return []
    found = bool(operation["version"])
    if found:
        looked = Problem("why_found", {**place, "version": operation["version"]})
    elif outcome in (INSERT, SKIP):
        looked = Problem("why_not_found", place)
    else:
        looked = Problem("why_earlier_row", place)
    return [looked, *_allowed(plan, outcome, operation["code"])]


def _allowed(plan: TypePlan, outcome: str, code: str) -> list[Problem]:
    if outcome == INSERT:
        return [Problem("why_may_insert")]
    if outcome == UPDATE:
        return [Problem("why_may_update")]
    if outcome == DELETE:
        return [Problem("why_may_delete")]
    if code == "no_match" and not plan.insert:
        return [Problem("why_may_not_insert")]
    return [Problem("why_may_not_update")] if code == "update_not_allowed" else []


def _reason(trace: Trace, plan: TypePlan, operation: Mapping[str, Any]) -> Reason:
    changed = trace.field in operation["changes"]
    outcome = operation["operation"]
    if trace.problem is not None:
        code = "why_refused"
    elif outcome in (ERROR, SKIP, DELETE):
        code = "why_not_written"
    elif trace.via == "Default":
        code = _of_default(trace, changed=changed, inserts=outcome == INSERT)
    elif trace.outcome == "missing":
        code = "why_no_such_name"
    elif outcome == INSERT:
        code = "why_nothing_given" if trace.outcome == "empty" else "why_new_value"
    else:
        policy = plan.policies.get(trace.field, FieldPolicy())
        code = _of_value(policy, empty=trace.outcome == "empty", changed=changed)
    written = changed and code not in ("why_default_unused", "why_no_such_name", "why_nothing_given")
    return Reason(trace, written, Problem(code))


def _of_default(trace: Trace, *, changed: bool, inserts: bool) -> str:
    if trace.outcome == "unused":
        return "why_default_unused"
    if inserts or changed:
        return "why_default"
    return "why_default_kept" if "Update" in trace.when else "why_default_insert_only"


def _of_value(policy: FieldPolicy, *, empty: bool, changed: bool) -> str:
    if not empty:
        return (REPLACED if changed else KEPT)[policy.on_update]
    if changed:
        return "why_cleared"
    return "why_empty_kept" if policy.on_empty == "Keep" else "why_empty_already"
