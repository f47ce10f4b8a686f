"""The short way of most rows of most imports: one plain draft, whose key comes for the first time."""

from __future__ import annotations

from collections.abc import Sequence

from sync_app.engine.guard import Guard
from sync_app.engine.merge import inserted, only_replaces, replaced, updated
from sync_app.engine.plan import INSERT, UNCHANGED, UPDATE, Operation, changes
from sync_app.engine.records import Data, Stored, which_hold
from sync_app.engine.view import View
from templates_app.catalog.types import KEY_VALUE_LENGTH
from templates_app.language.drafts import Draft, MappedRow, TypePlan

#: (type, key) -> the row and the Type that named it first.
Seen = dict[tuple[str, str], tuple[int, str]]


class ShortWay:
    """Plans what nothing can stand in the way of. It gives what the long way would give, or leaves the draft to it.

    `spares`: fields of records may have to stay as they are, so that no change is planned here.
    """

    def __init__(self, view: View, guard: Guard, seen: Seen, *, types: Sequence[TypePlan], spares: bool) -> None:
        self._view = view
        self._seen = seen
        plain = [plan for plan in types if plan.match and plan.plain and not plan.delete and not plan.defaults]
        self._spaces = {plan.alias: plan.match.space for plan in plain if plan.match is not None}
        self._writes = frozenset(plan.alias for plan in plain if not spares and not guard.guards(plan))
        self._replaces = frozenset(plan.alias for plan in plain if only_replaces(plan))

    def prepare(self, rows: Sequence[MappedRow]) -> list[Operation | None]:
        """What becomes of the rows whose records the store has, as it has them: found out of all at once.

        It holds while nothing else in this run was about the record; `operation` asks that when it is the row's turn.
        """
        prepared: list[Operation | None] = [None] * len(rows)
        single = [(place, mapped.drafts[0]) for place, mapped in enumerate(rows) if len(mapped.drafts) == 1]
        for alias, space in self._spaces.items():
            own = [(place, draft) for place, draft in single if draft.plan.alias == alias]
            records = self._view.each_alone(space, [draft.key for _, draft in own])
            known = [(place, draft, record) for (place, draft), record in zip(own, records, strict=True) if record]
            held = which_hold([record for *_, record in known], [draft.values for _, draft, _ in known])
            for (place, draft, record), same in zip(known, held, strict=True):
                prepared[place] = self._known(draft, rows[place].row.number, record, same=same)
        return prepared

    def operation(self, draft: Draft, row: int, prepared: Operation | None) -> Operation | None:
        """What becomes of this draft of row number `row`; None: that is for the long way to say."""
        plan, key = draft.plan, draft.key
        space = self._spaces.get(plan.alias)
        if space is None or key is None:
            return None
        seen = (plan.entity.name, key)
        if seen in self._seen:
            return None
        operation = self._new(draft, row, space, key) if prepared is None else self._still(prepared, space, key)
        if operation is not None:
            self._seen[seen] = (row, plan.alias)
        return operation

    def _still(self, prepared: Operation, space: str, key: str) -> Operation | None:
        if self._view.touched(prepared.record, space, key):
            return None
        if prepared.data is not None:
            entity = prepared.entity.name
            self._view.change(Stored(prepared.record, entity, prepared.data, prepared.version + 1))
        return prepared

    def _new(self, draft: Draft, row: int, space: str, key: str) -> Operation | None:
        plan = draft.plan
        if not plan.insert or plan.alias not in self._writes or len(key) > KEY_VALUE_LENGTH:
            return None
        if self._view.ids(space, key):
            return None
        data = inserted(plan, draft.values)
        record = self._view.provisional()
        self._view.add(Stored(record, plan.entity.name, data, 1), space, key)
        return Operation(plan.entity, INSERT, row, draft.item, draft.shown_key, record, 0, {}, data, None, data)

    def _known(self, draft: Draft, row: int, existing: Stored, *, same: bool) -> Operation | None:
        plan = draft.plan
        entity = plan.entity
        if existing.type != entity.name:
            return None
        here = (row, draft.item, draft.shown_key, existing.id, existing.version)
        if same:
            return Operation(entity, UNCHANGED, *here)
        if not plan.update or plan.alias not in self._writes:
            return None
        change = self._change(plan, draft.values, existing.data)
        if change is None:
            return Operation(entity, UNCHANGED, *here)
        data, before, after = change
        return Operation(entity, UPDATE, *here, before, after, existing.data, data)

    def _change(self, plan: TypePlan, values: Data, old: Data) -> tuple[Data, Data, Data] | None:
        """(data, before, after); None when nothing differs."""
        if plan.alias in self._replaces:
            return replaced(values, old)
        data = updated(plan, values, old)
        return None if data is None else (data, *changes(old, data))
