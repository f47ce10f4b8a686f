"""Fixes of Types and of the keys by which their records are found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from templates_app.catalog.types import Key
from templates_app.language.checks.scope import TypeUse
from templates_app.mapping.edits.changes import Add, Node, SetAttributes, SetEntity, SetMatch
from templates_app.mapping.fixes.case import Case, Fix, Fixer
from templates_app.mapping.words import words

_MOST: Final = 3


def unknown_type(case: Case) -> Iterator[Fix]:
    like = case.param("nearest")
    if like:
        yield Fix(words("fix_use", value=like), SetEntity(case.path, like))


def undeclared_type(case: Case) -> Iterator[Fix]:
    """The Type that was meant; or the catalog's type of this name, declared; or the only one there is."""
    like, name = case.param("nearest"), case.element.get("Type")
    aliases = list(dict.fromkeys(case.scope.aliases()))
    for alias in [like] if like else aliases[:1] if len(aliases) == 1 else []:
        yield case.written("Type", alias)
    if case.catalog.get(name) is not None:
        switches = {"ShouldInsert": "true", "ShouldUpdate": "true"} if case.root.tag == "In" else {}
        yield Fix(words("fix_add_type", name=name), Add("", Node("Type", {"Name": name, **switches})))
    yield case.remove()


def second_name(case: Case) -> Iterator[Fix]:
    """Another name, which nothing uses yet: what names this one means the first Type of the name."""
    taken = set(case.scope.aliases())
    base = case.element.get("Name")
    name = next(f"{base}{number}" for number in range(2, len(taken) + 3) if f"{base}{number}" not in taken)
    yield Fix(words("fix_name", name=name), SetAttributes(case.path, {"As": name}))
    yield case.remove()


def useless_type(case: Case) -> Iterator[Fix]:
    yield case.remove()


def looked_up_only(case: Case) -> Iterator[Fix]:
    yield case.set("fix_insert_and_update", ShouldInsert="true", ShouldUpdate="true")
    yield case.set("fix_insert", ShouldInsert="true")
    yield case.set("fix_update", ShouldUpdate="true")


def deletes_all(case: Case) -> Iterator[Fix]:
    yield case.set("fix_no_delete", ShouldDelete=None)


def deletes_and_writes(case: Case) -> Iterator[Fix]:
    """It deletes as it does, or it deletes nothing and writes."""
    yield case.set("fix_only_delete", ShouldInsert=None, ShouldUpdate=None)
    yield case.set("fix_no_delete", ShouldDelete=None)


def required_field(case: Case) -> Iterator[Fix]:
    field, use = case.param("field"), case.use
    if use is None:
        return
    yield Fix(words("fix_add_row", field=field), Add("", Node("Property", {"Type": use.alias, "Field": field})))
    yield Fix(words("fix_add_default", field=field), Add(case.path, Node("Default", {"Field": field, "Value": ""})))
    yield case.set("fix_no_insert", ShouldInsert=None)


def without_key(case: Case) -> Iterator[Fix]:
    """A declared key that the rows fill; else a field that could be one; else to write less."""
    yield from _declared_keys(case)
    yield from _declaration(case)
    if case.finding.code == "update_without_key":
        yield case.set("fix_no_update", ShouldUpdate=None)
    elif case.finding.code == "delete_without_key":
        yield case.set("fix_no_delete", ShouldDelete=None)


def undeclared_key(case: Case) -> Iterator[Fix]:
    yield from _declaration(case)
    yield from _declared_keys(case)
    if case.element.has("Match"):
        yield case.without("Match")


def key_not_fed(case: Case) -> Iterator[Fix]:
    field, use = case.param("field"), case.use
    if use is not None:
        yield Fix(words("fix_add_row", field=field), Add("", Node("Property", {"Type": use.alias, "Field": field})))
    yield from _declared_keys(case)


def key_by_reference(case: Case) -> Iterator[Fix]:
    yield from _declared_keys(case)


def two_keys(case: Case) -> Iterator[Fix]:
    """Match and Key say the same thing twice: one of them goes."""
    use = case.use
    if use is None:
        return
    match = case.element.members("Match")
    yield Fix(words("fix_match", type=use.alias, fields=", ".join(match)), SetMatch(case.path, match))
    written = case.scope.key_fields(use)
    yield Fix(words("fix_match", type=use.alias, fields=", ".join(written)), SetAttributes(case.path, {"Match": None}))


def _declared_keys(case: Case) -> Iterator[Fix]:
    """The keys of the catalog whose fields the rows fill, unique ones first; but not the one that is named already."""
    use = case.use
    if use is None or use.entity is None:
        return
    present = {*case.element.members("Match")} or set(case.scope.key_fields(use))
    keys = [key for key in use.entity.keys if _filled(case, use, key) and set(key.fields) != present]
    for key in sorted(keys, key=lambda key: not key.unique)[:_MOST]:
        yield Fix(words("fix_match", type=use.alias, fields=", ".join(key.fields)), SetMatch(case.path, key.fields))


def _filled(case: Case, use: TypeUse, key: Key) -> bool:
    rows = case.scope.properties(use)
    return set(key.fields) <= {row.get("Field") for row in rows if not row.elements("Lookup")}


def _declaration(case: Case) -> Iterator[Fix]:
    """The checker's offer, where the fields exist: a field that is yet to be created becomes a key with that."""
    if case.finding.fix[:1] != ("declare_key",) or case.use is None or case.use.entity is None:
        return
    entity, fields = case.finding.fix[1:3]
    if all(name in case.use.entity.fields for name in fields.split(",")):
        params = {"entity": entity, "fields": fields, "unique": "true"}
        said = words("fix_declare_key", fields=", ".join(fields.split(",")), entity=entity)
        yield Fix(said, act="declare_key", params=params)


TYPE_FIXES: Final[Mapping[str, Fixer]] = {
    "alias_twice": second_name,
    "delete_and_write": deletes_and_writes,
    "delete_without_key": without_key,
    "delete_without_when": deletes_all,
    "key_fed_by_reference": key_by_reference,
    "key_not_declared": undeclared_key,
    "key_not_fed": key_not_fed,
    "look_up_without_key": without_key,
    "match_and_key": two_keys,
    "only_inserts": without_key,
    "required_field_not_filled": required_field,
    "type_look_up_only": looked_up_only,
    "type_not_declared": undeclared_type,
    "type_not_fed": useless_type,
    "type_not_shown": useless_type,
    "type_twice": second_name,
    "type_unknown": unknown_type,
    "update_without_key": without_key,
}
