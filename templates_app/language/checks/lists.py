"""Lists: `Each` of a Type, and the column names a source without a header line is given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from templates_app.catalog.folding import fold
from templates_app.language.checks.scope import Scope, TypeUse, error
from templates_app.language.each import list_parts
from templates_app.language.findings import Finding
from templates_app.language.nodes import Element

_CONDITIONS: Final = re.compile(r"\[[^\]]*\]")


def each_of_types(scope: Scope) -> Iterator[Finding]:
    """A path to one list; or groups of columns, each written with one star."""
    for use in scope.types:
        members = use.element.members("Each")
        starred = [member for member in members if "*" in member]
        if not starred:
            yield from _path(use.element)
        elif len(starred) < len(members):
            yield error(use.element, "each_mixed", each=use.element.get("Each"))
        else:
            yield from _groups(use.element, members)


def list_of(use: TypeUse) -> tuple[str, ...]:
    """The members that lead to the list of a Type, conditions aside; () when it has none, its groups as one member."""
    each = use.element.get("Each")
    parts = () if "*" in each else list_parts(each)
    return tuple(part.member for part in parts) or (",".join(use.element.members("Each")),)


def _path(element: Element) -> Iterator[Finding]:
    each = element.get("Each")
    if "," in _CONDITIONS.sub("", each):
        yield error(element, "each_of_several_lists", each=each)
    elif each and not list_parts(each):
        yield error(element, "each_not_a_path", each=each)


def _groups(element: Element, members: tuple[str, ...]) -> Iterator[Finding]:
    for place, member in enumerate(members):
        if member.count("*") > 1:
            yield error(element, "each_stars", group=member)
        if member in members[:place]:
            yield error(element, "each_group_twice", group=member)


def columns(scope: Scope) -> Iterator[Finding]:
    seen: set[str] = set()
    for name in scope.root.members("Columns"):
        if name and fold(name) in seen:
            yield error(scope.root, "column_twice", name=name)
        seen.add(fold(name))


def empty_names(scope: Scope) -> Iterator[Finding]:
    """A list of other names with a gap in it, such as `Or="a||b"`."""
    for element in _all(scope.root):
        if element.has("Or") and not all(name.strip() for name in element.alternatives("Or")):
            yield error(element, "other_name_empty", tag=element.tag)


def _all(element: Element) -> Iterator[Element]:
    yield element
    for child in element.elements():
        yield from _all(child)
