"""Saying who changed a record since: for what an undo keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sync_app.engine.plan import PlannedRow
from sync_app.storage import journal
from templates_app.catalog.problems import Problem


def name_editors(planned: Sequence[PlannedRow], *, undone: int) -> None:
    """Put run and actor of the latest change since into the problems that say a field was kept because of one."""
    kept = [op for row in planned for op in row.operations if any(p.code == "kept_edited" for p in op.problems)]
    if not kept:
        return
    editors = journal.editors(records=[operation.record for operation in kept], after_run=undone)
    for operation in kept:
        operation.problems = tuple(_named(problem, editors.get(operation.record, ())) for problem in operation.problems)


def _named(problem: Problem, editors: Sequence[journal.Editor]) -> Problem:
    if problem.code != "kept_edited":
        return problem
    editor = next((e for e in editors if not problem.field or problem.field in e.fields), None)
    if editor is None:
        return problem
    return replace(problem, params={**problem.params, "run": editor.run, "by": editor.actor})
