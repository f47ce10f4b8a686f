"""Defaults: values the field accepts, given once."""

from __future__ import annotations

from collections.abc import Iterator

from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.problems import Refused
from templates_app.catalog.types import Field
from templates_app.language.checks.scope import Scope, error, warning
from templates_app.language.findings import Finding
from templates_app.language.nodes import Element


def defaults(scope: Scope) -> Iterator[Finding]:
    for use in scope.types:
        first: dict[str, Element] = {}
        for element in scope.defaults(use):
            earlier = first.setdefault(element.get("Field"), element)
            if earlier is not element:
                yield error(element, "default_twice", field=element.get("Field"), first=earlier.line)
            field = use.field(element.get("Field"))
            if field is not None and element.has("Value"):
                yield from _default(element, field, scope.setting)


def _default(element: Element, field: Field, setting: Setting) -> Iterator[Finding]:
    if field.kind.refers:
        yield error(element, "default_on_reference", field=field.name)
        return
    value = element.get("Value")
    try:
        if field.kind.clean([value] if field.kind.many else value, setting) is None:
            yield warning(element, "default_empty", field=field.name)
    except Refused as refused:
        reason = refused.problem.code
        yield error(element, "default_refused", field=field.name, value=value, kind=field.kind.name, reason=reason)
