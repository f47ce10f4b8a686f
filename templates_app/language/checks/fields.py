"""Fields: that the catalog knows them, that they may be written, that each is fed once and none is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from templates_app.catalog.types import Field
from templates_app.language.checks.scope import Scope, TypeUse, error, target_of, unknown
from templates_app.language.findings import Finding
from templates_app.language.nodes import Element

_OWN_FIELD: Final = re.compile(r"_[A-Za-z0-9_]{1,60}", re.ASCII)


def is_own_field_name(name: str) -> bool:
    """Whether a brand may have a field of its own by this name."""
    return _OWN_FIELD.fullmatch(name) is not None


def unknown_fields(scope: Scope) -> Iterator[Finding]:
    """Of Properties, Sources, Links, Defaults, and of an export's conditions and orders."""
    for use, element in _named_fields(scope):
        name = element.get("Field")
        if use.entity is not None and name and use.field(name) is None:
            yield unknown_field(use, element, name)


def unknown_field(use: TypeUse, element: Element, name: str) -> Finding:
    """For a name of the brand's own kind, the offer to create the field; else the nearest known one."""
    type_name = use.element.get("Name")
    if is_own_field_name(name):
        fix = ("create_field", type_name, name)
        return error(element, "custom_field_unknown", fix=fix, name=name, type=type_name)
    known = list(use.entity.fields) if use.entity else []
    return unknown(element, "field_unknown", name, known, type=type_name)


def _named_fields(scope: Scope) -> Iterator[tuple[TypeUse, Element]]:
    yield from scope.targets()
    for use in scope.types:
        for element in use.element.elements("Default", "When", "Unless", "Order"):
            if element.has("Field"):
                yield use, element


def retired_fields(scope: Scope) -> Iterator[Finding]:
    for use, element in _named_fields(scope):
        field = use.field(element.get("Field"))
        if field is not None and field.retired:
            yield error(element, "field_retired", field=field.name, type=use.alias)


def fields_not_writable(scope: Scope) -> Iterator[Finding]:
    for use, element in _named_fields(scope):
        field = use.field(element.get("Field"))
        if field is not None and not field.writable and not field.retired and element.tag != "Source":
            yield error(element, "field_not_writable", field=field.name, type=use.alias)


def fields_fed_twice(scope: Scope) -> Iterator[Finding]:
    """A field that holds one value; lists add up, and one source name may feed any number of fields."""
    for use in scope.types:
        first: dict[str, Element] = {}
        for element in (*scope.properties(use), *scope.links(use)):
            field = use.field(element.get("Field"))
            if field is None or field.kind.many:
                continue
            earlier = first.setdefault(field.name, element)
            if earlier is not element:
                yield error(element, "field_fed_twice", field=field.name, type=use.alias, first=earlier.line)


def references_without_lookup(scope: Scope) -> Iterator[Finding]:
    for use in scope.types:
        for element in scope.properties(use):
            field = use.field(element.get("Field"))
            if field is not None and field.kind.refers and not element.elements("Lookup"):
                target = target_of(field)
                yield error(element, "reference_needs_lookup", field=field.name, type=use.alias, target=target)


def required_fields_never_filled(scope: Scope) -> Iterator[Finding]:
    for use in scope.known_types():
        if use.entity is None or not use.inserts():
            continue
        fed = {e.get("Field") for e in (*scope.properties(use), *scope.links(use), *scope.defaults(use))}
        for field in use.entity.fields.values():
            if _must_be_filled(field) and field.name not in fed:
                yield error(use.element, "required_field_not_filled", field=field.name, type=use.alias)


def _must_be_filled(field: Field) -> bool:
    return field.required and field.writable and not field.retired
