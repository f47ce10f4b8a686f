"""Export: target names, each once, none in the way of another."""

from __future__ import annotations

from collections.abc import Iterator

from templates_app.language.checks.scope import Scope, error
from templates_app.language.findings import Finding
from templates_app.language.nodes import Element


def target_names(scope: Scope) -> Iterator[Finding]:
    """Within one item, and within the items of each list; `a` and `a/b` cannot both be."""
    for named in _scopes(scope).values():
        first: dict[str, Element] = {}
        for written, element in named:
            name = "/".join(part.strip() for part in written.split("/"))
            earlier = first.setdefault(name, element)
            if earlier is not element:
                yield error(element, "target_twice", name=name, first=earlier.line)
        yield from _in_the_way(first)


def _in_the_way(first: dict[str, Element]) -> Iterator[Finding]:
    for name, element in first.items():
        parts = name.split("/")
        if not all(parts):
            yield error(element, "target_part_empty", name=name)
        outer = next((outer for n in range(1, len(parts)) if (outer := "/".join(parts[:n])) in first), None)
        if outer is not None:
            yield error(element, "target_in_the_way", name=name, outer=outer, first=first[outer].line)


def _scopes(scope: Scope) -> dict[str, list[tuple[str, Element]]]:
    """List alias ("" = the item itself) -> its target names with who gives them, in the template's order."""
    lists = {use.alias for use in scope.types if use.element.has("Each")}
    found: dict[str, list[tuple[str, Element]]] = {alias: [] for alias in ("", *lists)}
    for use in scope.types:
        if use.element.get("Each"):
            found[""].append((use.element.get("Each"), use.element))
    for element in scope.root.elements("Property", "Constant"):
        sources = element.elements("Source")
        alias = (sources[0] if sources else element).get("Type")
        if element.get("Name"):
            found[alias if alias in lists else ""].append((element.get("Name"), element))
    return found


def sources_of_several_lists(scope: Scope) -> Iterator[Finding]:
    """Coupled fields stand in one item: those of a list cannot be coupled with those of another."""
    lists = {use.alias for use in scope.types if use.element.has("Each")}
    for element in scope.root.elements("Property"):
        met = {source.get("Type") if source.get("Type") in lists else "" for source in element.elements("Source")}
        if len(met) > 1:
            yield error(element, "sources_of_several_lists", name=element.get("Name"))
