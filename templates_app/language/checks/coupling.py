"""Sources: a Property reads one name, or couples several Sources with a Join."""

from __future__ import annotations

from collections.abc import Iterator

from templates_app.language.checks.scope import Scope, error
from templates_app.language.findings import Finding
from templates_app.language.nodes import Element


def properties_without_source(scope: Scope) -> Iterator[Finding]:
    for element in scope.root.elements("Property"):
        sources = element.elements("Source")
        own = [name for name in _own_names(scope.root) if element.has(name)]
        if sources and own:
            yield error(element, "property_with_name_and_sources", attributes=", ".join(own))
        for name in _needed_names(scope.root):
            if not sources and not element.has(name):
                yield error(element, "property_without_source", attribute=name)


def sources_without_join(scope: Scope) -> Iterator[Finding]:
    for element in scope.root.elements("Property"):
        if len(element.elements("Source")) > 1 and not element.elements("Join"):
            yield error(element, "sources_without_join", field=_what(element))


def sources_after_steps(scope: Scope) -> Iterator[Finding]:
    """The Sources give the value that the steps work on, so they are read first wherever they stand."""
    for element in scope.root.elements("Property"):
        tags = [child.tag for child in element.elements()]
        for place, child in enumerate(element.elements()):
            if child.tag == "Source" and any(tag != "Source" for tag in tags[:place]):
                yield error(child, "source_after_steps")


def _own_names(root: Element) -> tuple[str, ...]:
    """The attributes of a Property that a Source takes over."""
    return ("Name", "Or") if root.tag == "In" else ("Type", "Field")


def _needed_names(root: Element) -> tuple[str, ...]:
    return ("Name",) if root.tag == "In" else ("Type", "Field")


def _what(element: Element) -> str:
    return element.get("Field") or element.get("Name")
