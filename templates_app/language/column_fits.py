"""An import template held against columns, for people: what each column feeds, and what has no column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from templates_app.language.columns import NameUse
from templates_app.language.drafts import TypePlan
from templates_app.language.names import Names
from templates_app.language.nodes import Element
from templates_app.language.type_compiler import lists_of


@dataclass(frozen=True, slots=True)
class Lacking:
    """A name of the template that no column fits. `fields` are `Alias.Field`.

    `required`: rows fail or cannot be matched without it.
    """

    name: str
    fields: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class ColumnFit:
    """`feeds`: column -> the fields it feeds, `Alias.Field`. `lacking`: the required ones first, each name once.

    `names` counts the names the template reads from columns.
    """

    feeds: dict[str, tuple[str, ...]]
    lacking: tuple[Lacking, ...]
    names: int


def fit_columns(root: Element, types: Sequence[TypePlan], columns: tuple[str, ...]) -> ColumnFit:
    """`root` is an `<In>` that passed the checks, `types` what it was compiled to."""
    spelled, flat = Names(), dict.fromkeys(columns)
    feeds: dict[str, tuple[str, ...]] = {}
    lacking: dict[str, Lacking] = {}
    known: set[str] = set()
    for use, field, required in _uses(root, types):
        name = use.names[0]
        known.add(name)
        taken = (spelled.key_for(wanted, flat) for wanted in use.columns_wanted())
        found = [column for column in dict.fromkeys(taken) if column is not None]
        for column in found if use.groups else found[:1]:
            feeds[column] = tuple(dict.fromkeys((*feeds.get(column, ()), field)))
        if not found:
            before = lacking.get(name, Lacking(name, (), False))
            lacking[name] = Lacking(name, (*before.fields, field), before.required or required)
    ordered = sorted(lacking.values(), key=lambda one: not one.required)
    return ColumnFit(feeds=feeds, lacking=tuple(ordered), names=len(known))


def _uses(root: Element, types: Sequence[TypePlan]) -> Iterator[tuple[NameUse, str, bool]]:
    """Every name that a Property takes from a row's columns, with its field and whether rows need it."""
    lists, plans = lists_of(root), {plan.alias: plan for plan in types}
    for element in root.elements("Property"):
        alias, name = element.get("Type"), element.get("Field")
        each, plan = lists.get(alias), plans.get(alias)
        if plan is None or (each is not None and not each.groups):
            continue
        needed = element.flag("Required") or (plan.match is not None and name in plan.match.fields)
        for source in element.elements("Source") or [element]:
            names = (source.get("Name"), *source.alternatives("Or"))
            yield NameUse(names, each.groups if each is not None else ()), f"{alias}.{name}", needed
