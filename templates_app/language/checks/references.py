"""References: Links point to earlier Types of the right kind, Lookups to a key of the type referred to."""

from __future__ import annotations

from collections.abc import Iterator

from templates_app.catalog.types import EntityType, Field
from templates_app.language.checks.lists import list_of
from templates_app.language.checks.scope import Scope, TypeUse, error, target_of, unknown, warning
from templates_app.language.findings import Finding
from templates_app.language.nodes import Element


def links_to_nowhere(scope: Scope) -> Iterator[Finding]:
    """A Link must name a Type declared before its own."""
    for link in scope.root.elements("Link"):
        own, to = scope.type_named(link.get("Type")), scope.type_named(link.get("To"))
        if to is None:
            if link.get("To"):
                yield unknown(link, "link_to_unknown", link.get("To"), scope.aliases())
        elif own is not None and own.index == to.index:
            yield error(link, "link_to_itself", type=own.alias)
        elif own is not None and own.index < to.index:
            yield error(link, "link_to_later", type=own.alias, to=to.alias)


def links_of_wrong_fields(scope: Scope) -> Iterator[Finding]:
    for link in scope.root.elements("Link"):
        field, to = scope.field_of(link), scope.type_named(link.get("To"))
        if field is None:
            continue
        if not field.kind.refers:
            yield error(link, "link_needs_reference", field=field.name, type=link.get("Type"))
        elif to is not None and to.entity is not None and target_of(field) not in ("", to.entity.name):
            yield error(link, "link_of_wrong_type", field=field.name, target=target_of(field), to=to.entity.name)


def links_into_lists(scope: Scope) -> Iterator[Finding]:
    """From outside, the items of an `Each` Type fit only into a list field."""
    for link in scope.root.elements("Link"):
        own, to, field = scope.type_named(link.get("Type")), scope.type_named(link.get("To")), scope.field_of(link)
        if own is None or to is None or field is None or field.kind.many or not field.kind.refers:
            continue
        if to.element.get("Each") and not _inside(own, to):
            yield error(link, "link_needs_list", field=field.name, type=own.alias, to=to.alias)


def _inside(own: TypeUse, to: TypeUse) -> bool:
    """Whether every record of `own` stands in one item of `to`: the same list, or a list within that list's items."""
    mine, theirs = list_of(own), list_of(to)
    return mine[: len(theirs)] == theirs


def lookups(scope: Scope) -> Iterator[Finding]:
    for element in scope.root.elements("Property"):
        found = element.elements("Lookup")
        yield from (error(again, "lookup_twice") for again in found[1:])
        field = scope.field_of(element)
        if found and field is not None:
            yield from _lookup(scope, found[0], field)
        if found and element.elements()[-1].tag != "Lookup":
            yield warning(found[0], "lookup_not_last")


def _lookup(scope: Scope, lookup: Element, field: Field) -> Iterator[Finding]:
    if not field.kind.refers:
        yield error(lookup, "lookup_needs_reference", field=field.name)
        return
    target = scope.catalog.get(target_of(field))
    if target is not None:
        yield from _lookup_key(lookup, target)


def _lookup_key(lookup: Element, target: EntityType) -> Iterator[Finding]:
    """One value can be compared with a key of one field only."""
    if not lookup.has("Match"):
        if not any(key.unique and len(key.fields) == 1 for key in target.keys):
            yield error(lookup, "lookup_needs_match", target=target.name, keys=_single_keys(target))
        return
    key = target.key_named(lookup.get("Match"))
    if key is None:
        offer = len(lookup.members("Match")) == 1 and lookup.get("Match").strip() in target.fields
        fix = ("declare_key", target.name, lookup.get("Match").strip()) if offer else ()
        keys = _single_keys(target)
        yield error(lookup, "lookup_key_not_declared", fix=fix, key=lookup.get("Match"), target=target.name, keys=keys)
    elif len(key.fields) > 1:
        yield error(lookup, "lookup_key_of_several", key=key.name, target=target.name)


def _single_keys(target: EntityType) -> str:
    return ", ".join(key.name for key in target.keys if len(key.fields) == 1)
