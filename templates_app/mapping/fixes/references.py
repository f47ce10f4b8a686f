"""Fixes of Links and Lookups, and of how an export reaches its Types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from templates_app.catalog.types import EntityType, Field
from templates_app.language.checks.scope import TypeUse, target_of
from templates_app.mapping.edits.changes import Add, Move, Node, SetAttributes
from templates_app.mapping.fixes.case import Case, Fix, Fixer
from templates_app.mapping.words import words

_MOST: Final = 4


def link_to_unknown(case: Case) -> Iterator[Fix]:
    like = case.param("nearest")
    if like:
        yield case.written("To", like)
    yield case.remove()


def link_to_later(case: Case) -> Iterator[Fix]:
    own, to = case.scope.type_named(case.element.get("Type")), case.scope.type_named(case.element.get("To"))
    if own is not None and to is not None:
        change = Move(case.path_of(to.element), before=case.path_of(own.element))
        yield Fix(words("fix_move_above", moved=to.alias, other=own.alias), change)


def link_of_wrong_field(case: Case) -> Iterator[Fix]:
    """The fields that do point to the type of `To`; lists only where several records come."""
    own, to = case.scope.type_named(case.element.get("Type")), case.scope.type_named(case.element.get("To"))
    needs_list = case.finding.code == "link_needs_list"
    if own is not None and own.entity is not None and to is not None and to.entity is not None:
        for field in _pointing(own.entity, to.entity.name):
            if field.kind.many or not needs_list:
                yield case.written("Field", field.name)
    yield case.remove()


def _pointing(entity: EntityType, target: str) -> list[Field]:
    fields = (field for field in entity.fields.values() if field.kind.refers and field.writable and not field.retired)
    return [field for field in fields if target_of(field) == target][:_MOST]


def needs_lookup(case: Case) -> Iterator[Fix]:
    """By each key of one field; the first unique one needs no Match."""
    target = case.catalog.get(case.param("target"))
    if target is None:
        return
    for name, unique in _single_keys(target):
        said = words("fix_lookup", target=target.name, key=name)
        yield Fix(said, Add(case.path, Node("Lookup", {} if unique else {"Match": name})))


def _single_keys(target: EntityType) -> list[tuple[str, bool]]:
    """(key, whether it is the one that a Lookup takes without being told)."""
    singles = sorted((key for key in target.keys if len(key.fields) == 1), key=lambda key: not key.unique)
    first = next((key for key in target.keys if key.unique and len(key.fields) == 1), None)
    return [(key.name, key is first) for key in singles[:_MOST]]


def lookup_key(case: Case) -> Iterator[Fix]:
    field = case.scope.field_of(case.parent)
    target = case.catalog.get(target_of(field)) if field is not None else None
    if case.finding.fix[:1] == ("declare_key",):
        entity, fields = case.finding.fix[1:3]
        params = {"entity": entity, "fields": fields, "unique": "false"}
        yield Fix(words("fix_declare_key", fields=fields, entity=entity), act="declare_key", params=params)
    for name, _ in _single_keys(target) if target is not None else []:
        said = words("fix_lookup", target=case.param("target"), key=name)
        yield Fix(said, SetAttributes(case.path, {"Match": name}))


def lookup_last(case: Case) -> Iterator[Fix]:
    last = case.parent.elements()[-1]
    yield Fix(words("fix_move_last"), Move(case.path, after=case.path_of(last)))


def unwanted(case: Case) -> Iterator[Fix]:
    yield case.remove()


def first_type(case: Case) -> Iterator[Fix]:
    yield case.without(case.param("attribute"))


def way_to_type(case: Case) -> Iterator[Fix]:
    """The reference fields that lead to the Type: of the first, and of those that are no lists."""
    use = case.use
    if use is None or use.entity is None:
        return
    ways = _own_ways(case, use) if use.element.has("Each") else _ways(case, use)
    for way in ways[:_MOST]:
        if way != use.element.get("Through"):
            yield Fix(words("fix_through", through=way), SetAttributes(case.path, {"Through": way}))


def _ways(case: Case, use: TypeUse) -> list[str]:
    found = []
    for other in case.scope.types:
        if other is use or other.entity is None or use.entity is None or (other.index and other.element.has("Each")):
            continue
        before = f"{other.alias}." if other.index else ""
        found += [f"{before}{field.name}" for field in _pointing(other.entity, use.entity.name)]
    return found


def _own_ways(case: Case, use: TypeUse) -> list[str]:
    first = case.scope.types[0].entity
    if first is None or use.entity is None:
        return []
    return [f"{use.alias}.{field.name}" for field in _pointing(use.entity, first.name)]


REFERENCE_FIXES: Final[Mapping[str, Fixer]] = {
    "each_through_other": way_to_type,
    "first_type_has_way": first_type,
    "link_needs_list": link_of_wrong_field,
    "link_needs_reference": link_of_wrong_field,
    "link_of_wrong_type": link_of_wrong_field,
    "link_to_itself": unwanted,
    "link_to_later": link_to_later,
    "link_to_unknown": link_to_unknown,
    "lookup_key_not_declared": lookup_key,
    "lookup_key_of_several": lookup_key,
    "lookup_needs_match": lookup_key,
    "lookup_needs_reference": unwanted,
    "lookup_not_last": lookup_last,
    "lookup_twice": unwanted,
    "reference_needs_lookup": needs_lookup,
    "through_circle": way_to_type,
    "through_list": way_to_type,
    "through_missing": way_to_type,
    "through_needs_reference": way_to_type,
    "through_of_wrong_type": way_to_type,
    "through_unknown": way_to_type,
}
