"""What stands between a wanted record and the overlay: its rules, and the identities that others may have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sync_app.engine.merge import broken_rules
from sync_app.engine.plan import Operation
from sync_app.engine.records import Stored
from sync_app.engine.unplanned import Failed
from sync_app.engine.view import View
from templates_app.catalog.problems import Problem
from templates_app.catalog.types import KEY_VALUE_LENGTH, Key
from templates_app.language.drafts import Draft, TypePlan


class Guard:
    """Lets a merged record into the overlay of its run, or raises `Failed`."""

    def __init__(self, view: View, types: Sequence[TypePlan]) -> None:
        self._view = view
        #: Aliases of plans whose records have rules, or identities beside the one they are matched by.
        self._guarded = frozenset(plan.alias for plan in types if self._is_guarded(plan))
        #: Those whose records may have the identity they are matched by through another key too, or get it by one.
        self._shared = frozenset(plan.alias for plan in types if _shares_space(plan))

    def _is_guarded(self, plan: TypePlan) -> bool:
        entity = plan.entity
        return bool(entity.rules or entity.required_fields) or self._view.guards(entity, but=plan.match)

    def guards(self, plan: TypePlan) -> bool:
        """Whether a record of this plan can fail here for more than the identity it is matched by."""
        return plan.alias in self._guarded

    def stand(self, operation: Operation, draft: Draft, existing: Stored | None) -> None:
        """Check the merged record and take it into the overlay."""
        data = operation.data or {}
        entity = draft.plan.entity
        touched = None if existing is None or existing.deleted else frozenset(operation.after)
        match = draft.plan.match if draft.key is not None else None
        known = None if draft.plan.alias in self._shared else match
        gone = self._view.identities(entity, existing.data, but=known) if existing is not None else {}
        come = self._view.identities(entity, data, but=known)
        if existing is None and match is not None and draft.key is not None:
            # A record that exists was found by this identity, and no policy can change it: only a new one brings it.
            come[match] = draft.key
        problems = broken_rules(entity, data, touched) + self._taken(operation.record, gone, come)
        if problems:
            raise Failed(*(problem.at(type=draft.plan.alias) for problem in problems))
        operation.old = existing.data if existing is not None else None
        self._view.put(Stored(operation.record, entity.name, data, operation.version + 1), gone=gone, come=come)

    def _taken(self, record: int, gone: Mapping[Key, str], come: Mapping[Key, str]) -> list[Problem]:
        """A unique identity that another record has, deleted ones included, or that is too long to be one."""
        problems = []
        for key, value in come.items():
            if not key.unique or gone.get(key) == value:
                continue
            if len(value) > KEY_VALUE_LENGTH:
                params: dict[str, str | int] = {"max": KEY_VALUE_LENGTH, "length": len(value)}
                problems.append(Problem("key_too_long", params, field=key.fields[0], value=value))
            elif any(i != record for i in self._view.ids(key.space, value)):
                problems.append(Problem("identity_taken", {"key": key.name}, field=key.fields[0], value=value))
        return problems


def _shares_space(plan: TypePlan) -> bool:
    match = plan.match
    return match is not None and any(key is not match and key.space == match.space for key in plan.entity.keys)
