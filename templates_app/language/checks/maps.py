"""Value maps: named ones and those inside a step."""

from __future__ import annotations

from collections.abc import Iterator

from templates_app.language.checks.scope import Scope, error, hint, unknown, warning
from templates_app.language.findings import Finding
from templates_app.language.nodes import Element


def map_steps(scope: Scope) -> Iterator[Finding]:
    """A Map step uses a named map, or has its own cases; never both, never neither."""
    known = [element.get("Name") for element in scope.root.elements("Map")]
    for step in _steps(scope):
        own = step.elements("Case", "Otherwise")
        if step.has("Use") and own:
            yield error(step, "map_use_and_cases")
        elif not step.has("Use") and not own:
            yield error(step, "map_without_cases")
        elif step.has("Use") and step.get("Use") not in known:
            yield unknown(step, "map_unknown", step.get("Use"), known)


def named_maps(scope: Scope) -> Iterator[Finding]:
    used = {step.get("Use") for step in _steps(scope)}
    first: dict[str, Element] = {}
    for element in scope.root.elements("Map"):
        name = element.get("Name")
        earlier = first.setdefault(name, element)
        if earlier is not element:
            yield error(element, "map_twice", name=name, first=earlier.line)
        elif name and name not in used:
            yield hint(element, "map_unused", name=name)
        if not element.elements("Case", "Otherwise"):
            yield error(element, "map_without_cases")


def cases(scope: Scope) -> Iterator[Finding]:
    for holder in (*scope.root.elements("Map"), *_steps(scope)):
        yield from _cases_given_twice(holder)
        yield from _otherwise(holder)


def _cases_given_twice(holder: Element) -> Iterator[Finding]:
    first: dict[str, Element] = {}
    for case in holder.elements("Case"):
        if not case.get("From").strip():
            yield warning(case, "case_of_empty")
        earlier = first.setdefault(case.get("From"), case)
        if earlier is not case:
            yield warning(case, "case_twice", value=case.get("From"), first=earlier.line)


def _otherwise(holder: Element) -> Iterator[Finding]:
    found = holder.elements("Otherwise")
    yield from (error(again, "otherwise_twice") for again in found[1:])
    for element in found:
        if element.has("To") == element.flag("Keep"):
            yield error(element, "otherwise_needs_one")


def _steps(scope: Scope) -> Iterator[Element]:
    for element in scope.root.elements("Property"):
        for holder in (element, *element.elements("Source")):
            yield from holder.elements("Map")
