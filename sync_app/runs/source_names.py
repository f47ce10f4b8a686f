"""What the planner refuses gets the name of the source it came from: a person looks for a column, not for a field."""

from __future__ import annotations

from sync_app.engine.plan import Operation, PlannedRow
from templates_app.catalog.problems import Problem
from templates_app.language.drafts import ImportMapper
from templates_app.sources.rows import Row


def named(planned: list[PlannedRow], mapper: ImportMapper) -> list[PlannedRow]:
    """The same rows; each problem with a field has the source name that feeds it, where one does."""
    for row in planned:
        if row.failed:
            for operation in row.operations:
                operation.problems = tuple(
                    _named(problem, operation, row.row, mapper) for problem in operation.problems
                )
    return planned


def _named(problem: Problem, operation: Operation, row: Row, mapper: ImportMapper) -> Problem:
    if problem.name or not problem.field:
        return problem
    alias = problem.type or operation.entity.name
    return problem.at(name=mapper.source_name(row, alias=alias, field=problem.field, item=operation.item))
