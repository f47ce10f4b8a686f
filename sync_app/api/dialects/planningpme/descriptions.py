"""Templates and the brand's configuration, as the wire shows them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Access, AppKey, Brand
from integration_admin.accounts.quotas import calls_of_appkey, calls_of_brand
from integration_admin.languages import documented_code
from sync_app.api.dialects.planningpme.entity_names import address_of, dotted
from sync_app.api.dialects.planningpme.entity_queries import LARGEST_PAGE
from sync_app.api.dialects.planningpme.requests import LARGEST_RECORD, limits
from sync_app.runs.lists.filters import visible_fields
from templates_app.brand_catalog import catalog_of, setting_of
from templates_app.catalog.kinds.base import Kind
from templates_app.catalog.kinds.choices import Combo
from templates_app.catalog.kinds.registry import option_names
from templates_app.catalog.naming import json_name
from templates_app.catalog.types import Catalog, EntityType, Field
from templates_app.library.describing import PropertyDescription, TemplateDescription, TypeDescription
from templates_app.library.wording import description_in_words, field_in_words, type_in_words


def template_shape(described: TemplateDescription) -> dict[str, Any]:
    """One template: what it expects or gives, and an example of it."""
    return {
        "name": described.name,
        "direction": described.direction,
        "description": description_in_words(described),
        "version": described.version,
        "builtin": described.builtin,
        "types": [_type(one) for one in described.types],
        "properties": [_property(one) for one in described.properties],
        "links": [{"type": one.type, "field": one.field, "to": one.to} for one in described.links],
        "model": dict(described.example),
    }


def _type(described: TypeDescription) -> dict[str, Any]:
    return {
        "name": described.entity,
        "as": described.alias,
        "shouldInsert": described.insert,
        "shouldUpdate": described.update,
        "shouldDelete": described.delete,
        "match": list(described.match),
        "through": described.through,
        "each": described.each,
    }


def _property(described: PropertyDescription) -> dict[str, Any]:
    return {
        "name": described.names[0] if described.names else "",
        "names": list(described.names),
        "type": described.type,
        "entity": described.entity,
        "field": described.field,
        "kind": described.kind,
        "label": described.label,
        "required": described.required,
        "key": described.key,
        "lookup": described.lookup,
        "coupled": described.coupled,
        "steps": [
            {"name": step.tag, "options": dict(step.attributes), "does": gettext(step.sentence)}
            for step in described.steps
        ],
    }


def config_shape(appkey: AppKey, *, actor: Actor | None) -> dict[str, Any]:
    """The configuration of the key's brand; `actor` adds what the caller's user may do."""
    brand = appkey.brand
    catalog = catalog_of(brand)
    shape: dict[str, Any] = {
        "version": brand.api_version,
        "brand": {
            "key": brand.key,
            "name": brand.name,
            "language": documented_code(brand.language),
            "timeZone": brand.time_zone,
            "sandbox": brand.sandbox,
        },
        "languages": [documented_code(code) for code, _name in settings.LANGUAGES],
        "limits": told_limits() | {"callsPerHour": calls_of_appkey(appkey), "brandCallsPerHour": calls_of_brand(brand)},
        "entities": [_entity(one, actor) for one in catalog.types.values() if actor is None or _exists(one, actor)],
        "enums": {name: dict(members) for name, members in catalog.enums.items()} | _named_enums(catalog, brand),
    }
    return shape if actor is None else shape | {"user": _user(actor)}


def _named_enums(catalog: Catalog, brand: Brand) -> dict[str, dict[str, int | str]]:
    """The enums that fields name and this version does not document: their members as records show them."""
    setting = setting_of(brand)
    kinds = [one.kind for entity in catalog.types.values() for one in entity.fields.values()]
    return {
        kind.enum: {name: kind.render(name, setting) for name in kind.shown(setting)}
        for kind in kinds
        if isinstance(kind, Combo) and kind.enum and kind.enum not in catalog.enums
    }


def told_limits() -> dict[str, int]:
    """What holds for every brand."""
    source = limits()
    return {
        "bodyBytes": source.max_body,
        "rows": source.max_rows,
        "fields": source.max_fields,
        "depth": source.max_depth,
        "textLength": source.max_text,
        "pageSize": LARGEST_PAGE,
        "recordBytes": LARGEST_RECORD,
        "addressCallsPerMinute": settings.ADDRESS_QUOTA_PER_MINUTE,
        "tokenSeconds": settings.TOKEN_LIFETIME_SECONDS,
    }


def _exists(entity: EntityType, actor: Actor) -> bool:
    return actor.reads(entity.name) or actor.writes(entity.name)


def _entity(entity: EntityType, actor: Actor | None) -> dict[str, Any]:
    """`access` says what the caller may do with its records, where the caller is known."""
    access = {} if actor is None else {"access": _access(entity, actor)}
    fields = visible_fields(actor, entity) if actor is not None else _present(entity)
    return access | {
        "name": entity.name,
        "address": address_of(entity),
        "label": type_in_words(entity),
        "custom": entity.custom,
        "keys": [
            {"fields": list(key.fields), "unique": key.unique} for key in entity.keys if {*key.fields} <= {*fields}
        ],
        "fields": [_field(one) for one in fields.values()],
    }


def _present(entity: EntityType) -> dict[str, Field]:
    return {name: one for name, one in entity.fields.items() if not one.retired}


def _access(entity: EntityType, actor: Actor) -> str:
    if actor.reads(entity.name):
        return Access.ALL if actor.writes(entity.name) else Access.READ
    return Access.WRITE


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "json": json_name(field.name),
        "path": dotted(field.name),
        "inList": field.in_list,
        "label": field_in_words(field),
        "kind": field.kind.name,
        "required": field.required,
        "writable": field.writable,
        "custom": field.custom,
    } | _kind_options(field.kind)


def _kind_options(kind: Kind) -> dict[str, Any]:
    """What configures this kind beyond its name: its longest text, its choices, its target."""
    given = {name: getattr(kind, name) for name in option_names(kind.name)}
    return {json_name(_camel(name)): value for name, value in given.items() if value}


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def _user(actor: Actor) -> dict[str, Any]:
    return {
        "username": actor.membership.username if actor.membership else actor.name,
        "company": actor.company,
        "rights": sorted(right for right in actor.rights if actor.may(right)),
        "scopes": sorted(actor.scopes),
        "everyType": actor.every_type,
        "access": dict(actor.access),
        "templates": sorted(actor.allowed_templates) if actor.allowed_templates is not None else None,
    }
