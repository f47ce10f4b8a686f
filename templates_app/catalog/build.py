"""Extending a catalog with what a brand declares: its own types, fields and keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.kinds.structures import Json
from templates_app.catalog.kinds.text import Memo
from templates_app.catalog.refusals import CatalogRefused
from templates_app.catalog.types import Catalog, EntityType, Field, Key

_TYPE_NAME = re.compile(r"[A-Z][A-Za-z0-9]{0,59}")
_CUSTOM_FIELD = re.compile(r"_[A-Za-z0-9_]{1,60}")
_OWN_FIELD = re.compile(r"[A-Z][A-Za-z0-9]{0,59}")


def extend(
    catalog: Catalog,
    *,
    types: Iterable[EntityType] = (),
    fields: Mapping[str, Iterable[Field]] | None = None,
    keys: Mapping[str, Iterable[Key]] | None = None,
) -> Catalog:
    """The catalog with further types, and with further fields and keys of types (by type name). `catalog` stays as is.

    Fields added to a built-in type are named `_X`; types of the brand's own may also have PascalCase fields. Added
    keys come before the built-in ones, in the order given. Raises `CatalogRefused` at the first that does not fit.
    """
    extended = dict(catalog.types)
    for entity in types:
        _check_type(entity, extended)
        extended[entity.name] = replace(entity, custom=True)
    for name, added in (fields or {}).items():
        extended[name] = _with_fields(_known(extended, name), added)
    for name, declared in (keys or {}).items():
        extended[name] = _with_keys(_known(extended, name), declared)
    _check_targets(extended)
    _check_spaces(extended)
    return Catalog(types=MappingProxyType(extended), enums=catalog.enums)


def declared_key(entity: str, *fields: str, unique: bool = False, space: str = "") -> Key:
    """A key of these fields. Without `space` it has one of its own, named `Type.Field,Field`."""
    return Key(fields=fields, space=space or f"{entity}.{','.join(fields)}", unique=unique)


def _known(types: Mapping[str, EntityType], name: str) -> EntityType:
    if name not in types:
        raise CatalogRefused("type_unknown", type=name, name=name)
    return types[name]


def _check_type(entity: EntityType, types: Mapping[str, EntityType]) -> None:
    if not _TYPE_NAME.fullmatch(entity.name):
        raise CatalogRefused("type_name_invalid", type=entity.name, name=entity.name)
    if entity.name.lower() in {name.lower() for name in types}:
        raise CatalogRefused("type_exists", type=entity.name, name=entity.name)
    own = replace(entity, custom=True)
    for name, field in entity.fields.items():
        _check_field_name(own, name)
        if field.name != name:
            raise CatalogRefused("field_name_invalid", type=entity.name, field=name, name=field.name)
    _check_no_twins(entity.name, entity.fields)
    for field_name in (name for alternative in entity.label for name in alternative):
        if field_name not in entity.fields:
            raise CatalogRefused("declared_field_unknown", type=entity.name, field=field_name, name=field_name)
    _with_keys(replace(own, keys=()), entity.keys)


def _check_field_name(entity: EntityType, name: str) -> None:
    if _CUSTOM_FIELD.fullmatch(name) or (entity.custom and _OWN_FIELD.fullmatch(name)):
        return
    raise CatalogRefused("field_name_invalid", type=entity.name, field=name, name=name)


def _check_no_twins(entity: str, names: Iterable[str]) -> None:
    """Names that differ in letter case only would be one and the same to a reader, and to the wire's camelCase."""
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            raise CatalogRefused("field_exists", type=entity, field=name, name=name)
        seen.add(name.lower())


def _with_fields(entity: EntityType, added: Iterable[Field]) -> EntityType:
    fields = list(added)
    for field in fields:
        _check_field_name(entity, field.name)
    _check_no_twins(entity.name, [*entity.fields, *(field.name for field in fields)])
    merged = {**entity.fields, **{field.name: field for field in fields}}
    return replace(entity, fields=MappingProxyType(merged))


def _with_keys(entity: EntityType, declared: Iterable[Key]) -> EntityType:
    keys: list[Key] = []
    names = {key.fields for key in entity.keys}
    for key in declared:
        _check_key(entity, key)
        if key.fields in names:
            raise CatalogRefused("key_exists", type=entity.name, name=key.name)
        names.add(key.fields)
        keys.append(key)
    return replace(entity, keys=(*keys, *entity.keys))


def _check_key(entity: EntityType, key: Key) -> None:
    if not key.fields or not key.space:
        raise CatalogRefused("key_empty", type=entity.name)
    if len(set(key.fields)) < len(key.fields):
        raise CatalogRefused("key_field_repeated", type=entity.name, name=key.name)
    for name in key.fields:
        field = entity.fields.get(name)
        if field is None:
            raise CatalogRefused("declared_field_unknown", type=entity.name, field=name, name=name)
        if field.kind.many or isinstance(field.kind, Memo | Json):
            raise CatalogRefused("key_field_unfit", type=entity.name, field=name, name=name)


def _check_targets(types: Mapping[str, EntityType]) -> None:
    for entity in types.values():
        for field in entity.fields.values():
            kind = field.kind
            if isinstance(kind, Reference | ReferenceList) and kind.target not in types:
                raise CatalogRefused("target_unknown", type=entity.name, field=field.name, name=kind.target)


def _check_spaces(types: Mapping[str, EntityType]) -> None:
    """One look-up space is guarded one way: a unique key beside one that is not would guard neither."""
    unique: dict[str, bool] = {}
    for entity in types.values():
        for key in entity.keys:
            if unique.setdefault(key.space, key.unique) is not key.unique:
                raise CatalogRefused("key_space_mixed", type=entity.name, name=key.space)
