"""Why a draft does not become an operation: it cannot stand, or it waits for a record that a later row may bring."""

from __future__ import annotations

from templates_app.catalog.problems import Problem
from templates_app.language.drafts import Draft, Lookup


class Failed(Exception):
    """One draft of a row cannot stand."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems[0].code)
        self.problems = problems


class Waits(Exception):
    """The row waits for a record that a later row may bring."""

    def __init__(self, lookup: Lookup) -> None:
        super().__init__(lookup.value)
        self.wanted = (lookup.key.space, lookup.value)


def of_key(draft: Draft, code: str, **params: int) -> Problem:
    """A problem of the key a draft is found by."""
    field = draft.plan.match.fields[0] if draft.plan.match is not None else ""
    return Problem(code, params, type=draft.plan.alias, field=field, value=draft.shown_key)
