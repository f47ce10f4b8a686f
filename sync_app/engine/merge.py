"""How a draft's values meet a record: what an insert holds, and what an update changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync_app.engine.records import Data
from sync_app.engine.sameness import differing, same
from templates_app.catalog.problems import Problem, shown
from templates_app.catalog.types import EntityType
from templates_app.language.drafts import FieldPolicy, TypePlan


def inserted(plan: TypePlan, values: Mapping[str, Any]) -> Data:
    """Insert: the value, else the Default, else nothing."""
    blank = None in values.values()
    data = {name: value for name, value in values.items() if value is not None} if blank else dict(values)
    for name, default in plan.defaults.items():
        if name not in data:
            data[name] = default.value
    return data


def revived(plan: TypePlan, values: Mapping[str, Any], old: Data) -> Data:
    """A deleted record comes back: what it had stays where the row says nothing, defaults fill what is empty."""
    data = old | {name: value for name, value in values.items() if value is not None}
    for name, value in values.items():
        if value is None and plan.policies[name].on_empty == "Clear":
            data.pop(name, None)
    for name, default in plan.defaults.items():
        data.setdefault(name, default.value)
    return data


def returning(plan: TypePlan, values: Mapping[str, Any], old: Data, data: Data) -> tuple[Problem, ...]:
    """What a revived record has again though the row gives no value for it: it is to be seen before it stands there."""
    fields = plan.entity.fields
    names = [name for name in sorted(old) if name in fields and values.get(name) is None]
    told = [(name, shown(fields[name].kind.text(old[name]))) for name in names if same(data.get(name), old[name])]
    return tuple(Problem("value_returns", {"value": value}, field=name, value=value) for name, value in told)


def updated(plan: TypePlan, values: Mapping[str, Any], old: Data) -> Data | None:
    """Update: by `OnEmpty` and `OnUpdate`, then the defaults that may fire. None when nothing differs.

    What an empty value does to a field with a default is the default's business: else a second import would empty what
    the first one filled.
    """
    different = differing(values, old)
    if not different and not plan.defaults:
        return None
    data = dict(old)
    for name in different:
        value = values[name]
        if value is not None or name not in plan.defaults:
            _feed(plan, data, name, value, old.get(name))
    for name, default in plan.defaults.items():
        _default(data, name, default.value, default.on_update, default.fed and values.get(name, 0) is not None)
    return None if same(data, old) else data


def only_replaces(plan: TypePlan) -> bool:
    """Whether what a row says of a field always takes the place of what stands there, and nothing else does."""
    return not plan.defaults and all(policy == FieldPolicy() for policy in plan.policies.values())


def replaced(values: Mapping[str, Any], old: Data) -> tuple[Data, Data, Data] | None:
    """What `updated` and `changes` give of a plan that only replaces: (data, before, after). None: nothing differs."""
    given = {name: values[name] for name in differing(values, old)}
    if not given:
        return None
    data = old | given
    if None in given.values():
        data = {name: value for name, value in data.items() if value is not None}
    names = sorted(given)
    return data, {name: old.get(name) for name in names}, {name: given[name] for name in names}


def first_given(values: Mapping[str, Any], old: Data) -> Data | None:
    """A new record gets the values it could not have at once, where nothing stands by now. None when there are none."""
    data = {name: value for name, value in values.items() if value is not None} | old
    return None if same(data, old) else data


def replaces(plan: TypePlan, name: str, value: Any) -> bool:
    """Whether this value, even an empty one, takes the place of what an earlier row says of the field."""
    policy = plan.policies[name]
    return policy.on_update == "Replace" and (value is not None or policy.on_empty == "Clear")


def _feed(plan: TypePlan, data: Data, name: str, value: Any, had: Any) -> None:
    policy = plan.policies[name]
    if value is None:
        if policy.on_empty == "Clear" and policy.on_update == "Replace":
            data.pop(name, None)
        return
    if had is None or policy.on_update == "Replace":
        if policy.on_update != "Leave":
            data[name] = value
    elif policy.on_update in ("Lowest", "Highest"):
        form = plan.entity.fields[name].kind.sort_form
        if (form(value) < form(had)) == (policy.on_update == "Lowest"):
            data[name] = value


def _default(data: Data, name: str, value: Any, on_update: str, silent: bool) -> None:
    """`silent`: the field is fed, and the row either gave a value or has no such name."""
    if silent or on_update == "Leave":
        return
    if on_update == "Replace" or name not in data:
        data[name] = value


def broken_rules(entity: EntityType, data: Data, touched: frozenset[str] | None) -> list[Problem]:
    """Required fields and entity rules on the merged record; only those `touched` (None = all of them)."""
    if not entity.rules and not entity.required_fields:
        return []
    problems = [
        Problem(code="field_required", field=name)
        for name in sorted(entity.required_fields)
        if name not in data and (touched is None or name in touched)
    ]
    for rule in entity.rules:
        if touched is None or touched.intersection(rule.fields):
            problem = rule.check(data)
            if problem is not None:
                problems.append(problem)
    return problems
