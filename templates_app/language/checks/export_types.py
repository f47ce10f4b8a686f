"""Export: how each further Type is reached from the first."""

from __future__ import annotations

from collections.abc import Iterator

from templates_app.language.checks.fields import unknown_field
from templates_app.language.checks.scope import Scope, TypeUse, error, target_of, unknown
from templates_app.language.findings import Finding


def ways_to_types(scope: Scope) -> Iterator[Finding]:
    for use in scope.types:
        way = use.element.get("Through")
        if use.index == 0:
            yield from _first(use)
        elif not way:
            yield error(use.element, "through_missing", type=use.alias)
        elif use.element.has("Each"):
            yield from _each(scope, use, way)
        else:
            yield from _through(scope, use, way)


def _first(use: TypeUse) -> Iterator[Finding]:
    for name in ("Through", "Each"):
        if use.element.has(name):
            yield error(use.element, "first_type_has_way", attribute=name, type=use.alias)


def _through(scope: Scope, use: TypeUse, way: str) -> Iterator[Finding]:
    """`Field` of the first Type, or `Alias.Field` of another."""
    alias, _, name = way.rpartition(".")
    parent = scope.type_named(alias) if alias else scope.types[0]
    if parent is None:
        yield unknown(use.element, "through_unknown", alias, scope.aliases(), type=use.alias)
    elif parent.index and parent.element.has("Each"):
        yield error(use.element, "through_list", type=use.alias, list=parent.alias)
    else:
        yield from _reference(parent, name, use, target=use)


def _each(scope: Scope, use: TypeUse, way: str) -> Iterator[Finding]:
    """`Alias.Field`: a field of this very Type that points to the first one."""
    alias, _, name = way.rpartition(".")
    if alias and alias not in (use.alias, use.element.get("Name")):
        yield error(use.element, "each_through_other", type=use.alias, through=way)
        return
    yield from _reference(use, name, use, target=scope.types[0])


def _reference(holder: TypeUse, name: str, use: TypeUse, *, target: TypeUse) -> Iterator[Finding]:
    """The field of `holder` exists, is a reference, and points to the type of `target`."""
    if holder.entity is None or target.entity is None:
        return
    field = holder.field(name)
    if field is None:
        yield unknown_field(holder, use.element, name)
    elif not field.kind.refers:
        yield error(use.element, "through_needs_reference", field=name, type=holder.alias)
    elif target_of(field) not in ("", target.entity.name):
        points = target_of(field)
        yield error(use.element, "through_of_wrong_type", field=name, target=points, type=target.entity.name)


def circles(scope: Scope) -> Iterator[Finding]:
    """Types that are reached only through one another, and so never."""
    for use in scope.types[1:]:
        if not use.element.has("Each") and _leads_back(scope, use):
            yield error(use.element, "through_circle", type=use.alias)


def _leads_back(scope: Scope, use: TypeUse) -> bool:
    at: TypeUse | None = use
    seen: set[int] = set()
    while at is not None and at.index != 0 and at.index not in seen:
        seen.add(at.index)
        alias = at.element.get("Through").rpartition(".")[0]
        at = scope.type_named(alias) if alias else scope.types[0]
    return at is not None and at.index == use.index
