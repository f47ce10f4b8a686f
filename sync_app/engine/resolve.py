"""From a draft's look-ups and links to record ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sync_app.engine.view import View
from templates_app.catalog.problems import Problem
from templates_app.language.drafts import Draft, LinkTo, Lookup, MappedRow


class Unresolved(Exception):
    """A reference of a row leads nowhere. `wait`: this template inserts such records, so a later row may bring it."""

    def __init__(self, problem: Problem | None, *, lookup: Lookup | None = None) -> None:
        super().__init__(problem.code if problem else "waiting")
        self.problem = problem
        self.lookup = lookup


class Resolver:
    """Resolves the reference values of one row's drafts against the view and the row's own records."""

    def __init__(self, view: View, *, inserted_types: frozenset[str]) -> None:
        self._view = view
        self._inserted = inserted_types
        self._final = False
        self._stuck: set[tuple[str, str]] = set()

    def end(self, left: Iterable[MappedRow]) -> None:
        """No row is to come; nothing woke these, which bring what others of them may ask for."""
        self._final = True
        self._stuck = {
            (draft.plan.match.space, draft.key)
            for mapped in left
            for draft in mapped.drafts
            if draft.plan.insert and draft.plan.match is not None and draft.key
        }

    def values(
        self, draft: Draft, results: list[int | None]
    ) -> tuple[dict[str, Any], list[Problem], dict[str, list[Lookup]]]:
        """(values with ids for references, problems, field -> look-ups a later row may answer). `results`: ids a draft.

        A field with such a look-up has no value yet, the others of a list included.
        """
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        later: dict[str, list[Lookup]] = {}
        for name, value in draft.values.items():
            many = isinstance(value, list) and bool(value) and isinstance(value[0], Lookup | LinkTo)
            ids: list[Any] = []
            for part in value if many else (value,):
                try:
                    ids.append(self._value(part, results))
                except Unresolved as missing:
                    if missing.problem is not None:
                        problems.append(missing.problem.at(type=draft.plan.alias, field=name))
                    elif missing.lookup is not None:
                        later.setdefault(name, []).append(missing.lookup)
            if name not in later and ids:
                values[name] = (list(dict.fromkeys(i for i in ids if i is not None)) or None) if many else ids[0]
        return values, problems, later

    def _value(self, value: Any, results: list[int | None]) -> Any:
        if isinstance(value, Lookup):
            return self._lookup(value)
        if isinstance(value, LinkTo):
            return self._link(value, results)
        return value

    def _lookup(self, lookup: Lookup) -> int | None:
        ids = [i for i in self._view.ids(lookup.key.space, lookup.value) if self._fits(i, lookup)]
        if len(ids) == 1:
            return ids[0]
        if ids:
            raise Unresolved(Problem("match_ambiguous", {"count": len(ids)}, name=lookup.name, value=lookup.shown))
        if lookup.entity in self._inserted and not self._final:
            raise Unresolved(None, lookup=lookup)
        if lookup.on_missing == "Null":
            return None
        stuck = (lookup.key.space, lookup.value) in self._stuck
        code = "reference_stuck" if stuck else "reference_missing"
        raise Unresolved(Problem(code, {"type": lookup.entity}, name=lookup.name, value=lookup.shown))

    def _fits(self, record_id: int, lookup: Lookup) -> bool:
        record = self._view.glance(record_id)
        return record.type == lookup.entity and not record.deleted

    def _link(self, link: LinkTo, results: list[int | None]) -> int | None:
        target = results[link.draft]
        if target is None and link.on_missing == "Error":
            raise Unresolved(Problem("link_missing"))
        return target
