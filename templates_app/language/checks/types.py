"""Types: that the catalog knows them, that each has one name, and that something feeds or shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from templates_app.language.checks.scope import Scope, TypeUse, error, hint, unknown, warning
from templates_app.language.findings import Finding

_WRITING: Final = ("ShouldInsert", "ShouldUpdate")


def unknown_types(scope: Scope) -> Iterator[Finding]:
    for use in scope.types:
        name = use.element.get("Name")
        if use.entity is None and name:
            yield unknown(use.element, "type_unknown", name, list(scope.catalog.types))


def no_types(scope: Scope) -> Iterator[Finding]:
    if not scope.types:
        yield error(scope.root, "types_missing", tag=scope.root.tag)


def names_given_twice(scope: Scope) -> Iterator[Finding]:
    """Two Types of one name, or an alias that another Type has already."""
    for use in scope.types:
        first = scope.type_named(use.alias)
        if first is None or first.index == use.index or not use.alias:
            continue
        code = "alias_twice" if use.element.has("As") else "type_twice"
        yield error(use.element, code, name=use.alias, first=first.element.line)


def undeclared_types(scope: Scope) -> Iterator[Finding]:
    """Properties, Sources and Links of a Type that the template does not declare."""
    for child in scope.root.elements("Property", "Link"):
        for element in (child, *child.elements("Source")):
            name = element.get("Type")
            if name and scope.type_named(name) is None:
                yield unknown(element, "type_not_declared", name, scope.aliases(), tag=element.tag)


def types_nothing_feeds(scope: Scope) -> Iterator[Finding]:
    for use in scope.types:
        if use.alias and not scope.properties(use) and not scope.links(use):
            yield error(use.element, "type_not_fed", type=use.alias)


def look_up_only(scope: Scope) -> Iterator[Finding]:
    for use in scope.types:
        if use.alias and not use.writes():
            yield hint(use.element, "type_look_up_only", type=use.alias)


def deletions(scope: Scope) -> Iterator[Finding]:
    for use in scope.types:
        if use.element.flag("ShouldDelete") and not use.element.elements("When"):
            yield error(use.element, "delete_without_when", type=use.alias)


def deletions_that_write(scope: Scope) -> Iterator[Finding]:
    """A Type deletes or writes: its rows name what is to go, so nothing they say is written."""
    for use in scope.types:
        idle = [name for name in _WRITING if use.element.flag(name)]
        if idle and use.element.flag("ShouldDelete"):
            yield warning(use.element, "delete_and_write", type=use.alias, attributes=", ".join(idle))


def types_not_shown(scope: Scope) -> Iterator[Finding]:
    """Export: a Type of which no field is shown and that leads to no other Type."""
    for use in scope.types:
        if use.alias and use.index and not _shown(scope, use):
            yield hint(use.element, "type_not_shown", type=use.alias)


def _shown(scope: Scope, use: TypeUse) -> bool:
    shows = any(shown is use for shown, _ in scope.targets())
    leads = any(other.element.get("Through").split(".")[0] == use.alias for other in scope.types)
    return shows or leads
