"""The document of a brand, for one reader: only what exists for them, in their language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext

from integration_admin.accounts.models import Right, Scope
from integration_admin.accounts.quotas import calls_of_appkey, calls_of_brand
from sync_app.api.dialects.planningpme.descriptions import told_limits
from sync_app.api.openapi import entrance, exchanges, records, runs
from sync_app.api.openapi.audience import Audience
from sync_app.api.openapi.kinds import enum_schema
from sync_app.api.openapi.parts import Operation, named, refusals
from sync_app.api.openapi.pieces import headers, parameters, security_schemes, value_schema
from sync_app.api.openapi.record_shapes import Shown, given_schema, item_schema, record_schema
from sync_app.api.openapi.schemas import fixed_schemas
from sync_app.runs.lists.planned import DO
from templates_app.brand_catalog import catalog_of, setting_of
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.types import Catalog, EntityType, Field
from templates_app.library.describing import TemplateDescription, describe
from templates_app.library.versions import installed_templates
from templates_app.models import Direction, TemplateVersion

OPENAPI: Final = "3.1.0"


@dataclass(frozen=True, slots=True)
class Told:
    """What the operations are told: the reader, the types and templates that exist for them."""

    audience: Audience
    catalog: Catalog
    types: tuple[Shown, ...]
    templates: tuple[tuple[TemplateVersion, TemplateDescription], ...]

    @property
    def looks_at_runs(self) -> bool:
        return self.audience.has(Scope.RUNS, Scope.IMPORT)

    def commands(self, right: Right) -> bool:
        return self.audience.has(Scope.IMPORT) and self.audience.may(right)


Tells = Callable[[Told], Iterable[Operation]]


def _of_types(route: str, method: str) -> Tells:
    of_readers, make = records.ON_TYPES[route, method]

    def tell(told: Told) -> Iterator[Operation]:
        for one in told.types:
            name = one.entity.name
            if told.audience.reads(name) if of_readers else told.audience.writes(name):
                yield make(one, told.audience.brand.key)

    return tell


def _always(make: Callable[[Told], Operation]) -> Tells:
    return lambda told: (make(told),)


def _for_runs(make: Callable[[], Operation]) -> Tells:
    return lambda told: (make(),) if told.looks_at_runs else ()


def _for(right: Right, make: Callable[[], Operation]) -> Tells:
    return lambda told: (make(),) if told.commands(right) else ()


def _exchanges(direction: Direction) -> Tells:
    def tell(told: Told) -> Iterator[Operation]:
        for version, described in told.templates:
            if described.direction == direction:
                yield exchanges.exchange(version, described)

    return tell


def _planned(told: Told) -> Iterator[Operation]:
    if any(one.entity.name == DO for one in told.types) and told.audience.reads(DO):
        yield records.planned()


#: (name of the route, method) -> the operations that document it. Every route of the dialect stands here.
OPERATIONS: Final[Mapping[tuple[str, str], Tells]] = {
    ("token", "POST"): _always(lambda told: entrance.token(told.audience.brand, "post")),
    ("token", "PUT"): _always(lambda told: entrance.token(told.audience.brand, "put")),
    ("config", "GET"): _always(lambda told: entrance.config()),
    ("templates", "GET"): _always(lambda told: exchanges.list_templates()),
    ("exchange", "POST"): _exchanges(Direction.IN),
    ("exchange", "GET"): _exchanges(Direction.OUT),
    ("runs", "GET"): _for_runs(runs.list_runs),
    ("run", "GET"): _for_runs(runs.read_run),
    ("operations", "GET"): _for_runs(runs.operations),
    ("apply", "POST"): _for(Right.IMPORT, runs.apply),
    ("undo", "POST"): _for(Right.UNDO, runs.undo),
    ("retry", "POST"): _for(Right.IMPORT, runs.retry),
    ("cancel", "POST"): _for(Right.IMPORT, runs.cancel),
    ("planned", "POST"): _planned,
    **{(route, method): _of_types(route, method) for route, method in records.ON_TYPES},
}


def document(*, audience: Audience, origin: str) -> dict[str, Any]:
    """The OpenAPI document. `origin` is the address of the site, `https://host`."""
    brand = audience.brand
    told = _told(audience)
    operations = [operation for tell in OPERATIONS.values() for operation in tell(told)]
    return {
        "openapi": OPENAPI,
        "info": {
            "title": gettext("The API of {brand}").format(brand=brand.name),
            "version": brand.api_version,
            "description": f"{_manners()}\n\n{_limits(audience)}",
        },
        "servers": [{"url": f"{origin}/{brand.key}"}],
        "tags": _tags(told, operations),
        "paths": _paths(operations),
        "components": {
            "securitySchemes": security_schemes(),
            "parameters": parameters(),
            "headers": headers(),
            "responses": _responses(),
            "schemas": _schemas(told),
        },
    }


def _manners() -> str:
    return gettext(
        "Every call carries the application key in `X-APPKEY` and a token of `/token` in `Authorization`. "
        "A wrong request is refused as a whole; a wrong row of an import is told in its report."
    )


def _limits(audience: Audience) -> str:
    limits, key = told_limits(), audience.appkey
    return gettext(
        "Limits: {body} bytes a body, {record} bytes a record, {rows} rows an import; {address} calls a minute from an "
        "address, {calls} an hour with an application key, {brand} an hour in the brand."
    ).format(
        body=limits["bodyBytes"],
        record=limits["recordBytes"],
        rows=limits["rows"],
        address=limits["addressCallsPerMinute"],
        calls=settings.APPKEY_QUOTA_PER_HOUR if key is None else calls_of_appkey(key),
        brand=calls_of_brand(audience.brand),
    )


def _told(audience: Audience) -> Told:
    catalog = catalog_of(audience.brand)
    setting = setting_of(audience.brand)
    there = [one for one in catalog.types.values() if audience.has(Scope.RECORDS) and _exists(audience, one)]
    installed = ((one, describe(version=one, catalog=catalog)) for one in installed_templates(audience.brand))
    return Told(
        audience=audience,
        catalog=catalog,
        types=tuple(
            Shown(one, dict(_visible(audience, one)), setting, readable=audience.reads(one.name)) for one in there
        ),
        templates=tuple((version, described) for version, described in installed if audience.uses(described)),
    )


def _exists(audience: Audience, entity: EntityType) -> bool:
    return audience.reads(entity.name) or audience.writes(entity.name)


def _visible(audience: Audience, entity: EntityType) -> Iterator[tuple[str, Field]]:
    """As `visible_fields` of a known caller: not retired, and no references to what may not be read."""
    for name, field in entity.fields.items():
        kind = field.kind
        follows = not isinstance(kind, Reference | ReferenceList) or audience.reads(kind.target)
        if follows and not field.retired:
            yield name, field


def _tags(told: Told, operations: Iterable[Operation]) -> list[dict[str, str]]:
    used = {tag for operation in operations for tag in operation.shape["tags"]}
    words = {
        entrance.TAG: gettext("A token, and what the brand is"),
        exchanges.IMPORTS: gettext("Each template that takes rows"),
        exchanges.EXPORTS: gettext("Each template that gives records"),
        runs.TAG: gettext("What was done, and what can be done about it"),
    } | {one.entity.name: one.title for one in told.types}
    return [{"name": name, "description": text} for name, text in words.items() if name in used]


def _paths(operations: Iterable[Operation]) -> dict[str, dict[str, Any]]:
    """An address that two operations would share belongs to the first: that is how requests are led, too."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {}).setdefault(operation.method, operation.shape)
    return paths


def _responses() -> dict[str, Any]:
    usual = refusals(named("Problem"), prefix="", example={"code": "…", "message": "…", "requestId": "…"})
    oauth = {"error": "…", "error_description": "…", "requestId": "…"}
    return dict(usual) | dict(refusals(named("TokenProblem"), prefix="Token", example=oauth))


def _schemas(told: Told) -> dict[str, Any]:
    setting = setting_of(told.audience.brand)
    schemas = dict(fixed_schemas()) | {"Value": value_schema()}
    named_enums = {getattr(field.kind, "enum", "") for one in told.types for field in one.fields.values()}
    for name in sorted({*told.catalog.enums, *named_enums} - {""}):
        schemas[f"{name}Enum"] = enum_schema(name, setting)
    for one in told.types:
        if one.readable:
            schemas |= {one.item: item_schema(one), one.record: record_schema(one)}
        if told.audience.writes(one.entity.name):
            schemas[one.given] = given_schema(one)
    return schemas
