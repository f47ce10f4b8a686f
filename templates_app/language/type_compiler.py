"""Compiles one `<Type>` of an import: its plan for the engine, and its mapper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.problems import Refused
from templates_app.catalog.types import Catalog, EntityType
from templates_app.language.column_feeds import ColumnFeeds
from templates_app.language.drafts import DefaultPlan, FieldPolicy, OnEmpty, OnMissing, OnUpdate, Repeated, TypePlan
from templates_app.language.each import Each, compile_each
from templates_app.language.feeds import Feed, compile_feed
from templates_app.language.keys import compile_key
from templates_app.language.links import RecordLink, shared_depth
from templates_app.language.matching import alias_of, match_key, properties_of
from templates_app.language.nodes import Element
from templates_app.language.plain_feeds import PlainFeeds
from templates_app.language.row_conditions import compile_conditions
from templates_app.language.steps.base import Maps, StepSetting
from templates_app.language.type_mapper import Direct, TypeMapper


@dataclass(frozen=True, slots=True)
class Template:
    """What all Types of one import template share while they are compiled."""

    root: Element
    catalog: Catalog
    setting: Setting
    maps: Maps
    empties: frozenset[str]
    lists: Mapping[str, Each | None]

    def links_of(self, alias: str) -> list[Element]:
        return [link for link in self.root.elements("Link") if link.get("Type") == alias]


def lists_of(root: Element) -> dict[str, Each | None]:
    """Alias -> the list its records come from, None for the row itself."""
    return {
        alias_of(element): compile_each(element.get("Each")) if element.has("Each") else None
        for element in root.elements("Type")
    }


def compile_type(element: Element, index: int, template: Template) -> TypeMapper:
    """One Type. ValueError when the template did not pass the checks."""
    alias = alias_of(element)
    entity = template.catalog.get(element.get("Name"))
    if entity is None:
        raise ValueError(f"no entity type {element.get('Name')!r}")
    properties = list(properties_of(element, template.root))
    feeds = tuple(
        compile_feed(
            child,
            entity=entity,
            catalog=template.catalog,
            maps=template.maps,
            empties=template.empties,
            setting=template.setting,
        )
        for child in properties
    )
    plan = _plan(element, index, entity, template, properties)
    key = None
    if plan.match is not None:
        defaults = {name: default.value for name, default in plan.defaults.items()}
        names = {child.get("Field"): _source_name(child) for child in properties}
        key = compile_key(plan.match, entity=entity, alias=alias, defaults=defaults, names=names)
    plain = [feed for feed in feeds if feed.plain_length]
    direct = [feed for feed in feeds if feed.direct and not feed.plain_length]
    return TypeMapper(
        plan=plan,
        each=template.lists[alias],
        conditions=compile_conditions(element, template.empties, template.setting.zone),
        plain=PlainFeeds(plain),
        direct=tuple(map(_direct, direct)),
        columns=ColumnFeeds([*plain, *direct]),
        short_feeds=[feed for feed in feeds if feed.direct],
        feeds=tuple(feed for feed in feeds if not feed.direct),
        links=tuple(_link(link, alias, entity, template) for link in template.links_of(alias)),
        required=tuple(feed for feed in feeds if feed.required),
        key=key,
        setting=template.setting,
        blind=StepSetting(zone=template.setting.zone, source=_nothing_there, field=_nothing_mapped),
        linked=any(link.get("To") == alias for link in template.root.elements("Link")),
    )


def _plan(element: Element, index: int, entity: EntityType, template: Template, properties: list[Element]) -> TypePlan:
    feeding = [*properties, *template.links_of(alias_of(element))]
    fed = {child.get("Field") for child in feeding}
    return TypePlan(
        index=index,
        alias=alias_of(element),
        entity=entity,
        insert=element.flag("ShouldInsert"),
        update=element.flag("ShouldUpdate"),
        delete=element.flag("ShouldDelete"),
        match=match_key(element, template.root, entity),
        repeated=cast(Repeated, element.get("Repeated", "Update")),
        defaults={child.get("Field"): _default(child, entity, fed, template) for child in element.elements("Default")},
        policies={child.get("Field"): _policy(child) for child in reversed(feeding)},
        plain=not any(entity.fields[name].kind.refers for name in fed),
    )


def _source_name(element: Element) -> str:
    """The name of a Property for messages: its own, or those of its Sources."""
    return ", ".join(child.get("Name") for child in (element.elements("Source") or [element]))


def _policy(element: Element) -> FieldPolicy:
    return FieldPolicy(
        on_empty=cast(OnEmpty, element.get("OnEmpty", "Clear")),
        on_update=cast(OnUpdate, element.get("OnUpdate", "Replace")),
    )


def _default(element: Element, entity: EntityType, fed: set[str], template: Template) -> DefaultPlan:
    field = entity.fields.get(element.get("Field"))
    if field is None or field.kind.refers:
        raise ValueError(f"no field for a default: {entity.name}.{element.get('Field')}")
    value: Any = element.get("Value")
    try:
        canonical = field.kind.clean([value] if field.kind.many else value, template.setting)
    except Refused as refused:
        raise ValueError(f"{entity.name}.{field.name} refuses its default: {refused.problem.code}") from refused
    on_update = cast(Any, element.get("OnUpdate", "Leave"))
    return DefaultPlan(value=canonical, on_update=on_update, fed=field.name in fed)


def _link(element: Element, alias: str, entity: EntityType, template: Template) -> RecordLink:
    field = entity.fields.get(element.get("Field"))
    to = element.get("To")
    aliases = list(template.lists)
    if field is None or not field.kind.refers:
        raise ValueError(f"no reference field for a Link: {entity.name}.{element.get('Field')}")
    if to not in aliases or aliases.index(to) >= aliases.index(alias):
        raise ValueError(f"a Link needs a Type declared before: {to!r}")
    own, other = template.lists[alias], template.lists[to]
    return RecordLink(
        field=field.name,
        many=field.kind.many,
        to=to,
        on_missing=cast(OnMissing, element.get("OnMissing", "Error")),
        shared=shared_depth(own.identity if own else (), other.identity if other else ()),
    )


def _direct(feed: Feed) -> Direct:
    named = feed.input.named
    empties = named.empties if named is not None else frozenset()
    return (feed.field, feed.direct, feed.clean, feed.memory, empties, feed)


def _nothing_there(_name: str, _others: tuple[str, ...]) -> None:
    return None


def _nothing_mapped(_name: str) -> None:
    return None
