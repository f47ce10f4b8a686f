"""What the forms of the mapping view offer: the types and fields of the catalog, and what the grammar lets stand."""

from __future__ import annotations

from dataclasses import dataclass

from templates_app.catalog.types import Catalog, EntityType, Field
from templates_app.language.attributes import Attribute
from templates_app.language.elements.rule import ElementRule
from templates_app.language.grammar import children_of, direction_of, rules_of
from templates_app.language.matching import alias_of
from templates_app.language.nodes import Element


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """A field of an entity type. `refers_to` is the type it points to, "" for a plain one."""

    name: str
    label: str
    kind: str
    required: bool
    writable: bool
    retired: bool
    custom: bool
    many: bool
    refers_to: str


@dataclass(frozen=True, slots=True)
class TypeChoice:
    """An entity type of the catalog. `keys` are the names of its declared keys, as `Match` says them.

    `custom`: a brand's own, which gave it its title.
    """

    name: str
    title: str
    custom: bool
    fields: tuple[FieldChoice, ...]
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AliasChoice:
    """A Type that the template declares, by the name its rows use."""

    alias: str
    entity: str
    path: str


@dataclass(frozen=True, slots=True)
class AttributeChoice:
    """An attribute the grammar knows; `form` is a `language.attributes.Form`. The sentence is to be translated."""

    name: str
    form: str
    required: bool
    choices: tuple[str, ...]
    default: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ElementChoice:
    """An element the grammar knows inside `parents`. `step`: it is one of the steps of a value."""

    tag: str
    parents: tuple[str, ...]
    sentence: str
    attributes: tuple[AttributeChoice, ...]
    children: tuple[str, ...]
    step: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """`types` are the catalog's, `aliases` the template's Types, `maps` the names of its maps, `steps` and `elements`
    what the grammar of this direction knows (steps apart)."""

    direction: str
    types: tuple[TypeChoice, ...]
    aliases: tuple[AliasChoice, ...]
    maps: tuple[str, ...]
    steps: tuple[ElementChoice, ...]
    elements: tuple[ElementChoice, ...]

    def element(self, tag: str, *, parent: str) -> ElementChoice | None:
        """What the grammar says of this element inside this parent."""
        known = (choice for choice in (*self.elements, *self.steps) if choice.tag == tag and parent in choice.parents)
        return next(known, None)


def choices_of(root: Element, catalog: Catalog) -> Choices:
    """The choices for this template. An unknown root has the grammar of neither direction."""
    direction = direction_of(root.tag)
    rules = rules_of(direction) if direction else ()
    return Choices(
        direction=direction or "",
        types=tuple(_type(entity) for entity in catalog.types.values()),
        aliases=tuple(_aliases(root)),
        maps=tuple(dict.fromkeys(element.get("Name") for element in root.elements("Map") if element.get("Name"))),
        steps=tuple(_element(rule) for rule in rules if rule.step),
        elements=tuple(_element(rule) for rule in rules if not rule.step),
    )


def _aliases(root: Element) -> list[AliasChoice]:
    """The first Type of each alias, which is the one that rows speak of."""
    found: dict[str, AliasChoice] = {}
    for index, element in enumerate(root.elements()):
        alias = alias_of(element) if element.tag == "Type" else ""
        if alias:
            found.setdefault(alias, AliasChoice(alias, element.get("Name"), str(index)))
    return list(found.values())


def _type(entity: EntityType) -> TypeChoice:
    fields = tuple(field_choice(field) for field in entity.fields.values())
    keys = tuple(key.name for key in entity.keys)
    return TypeChoice(entity.name, entity.title or entity.name, entity.custom, fields, keys)


def field_choice(field: Field) -> FieldChoice:
    """A field of the catalog as a form shows it."""
    return FieldChoice(
        name=field.name,
        label=field.label,
        kind=field.kind.name,
        required=field.required,
        writable=field.writable,
        retired=field.retired,
        custom=field.custom,
        many=field.kind.many,
        refers_to=str(getattr(field.kind, "target", "")) if field.kind.refers else "",
    )


def _element(rule: ElementRule) -> ElementChoice:
    return ElementChoice(
        tag=rule.tag,
        parents=rule.parents,
        sentence=rule.sentence,
        attributes=tuple(_attribute(attribute) for attribute in rule.attributes),
        children=tuple(child.tag for child in children_of(rule)),
        step=rule.step,
    )


def _attribute(attribute: Attribute) -> AttributeChoice:
    return AttributeChoice(
        name=attribute.name,
        form=attribute.form.value,
        required=attribute.required,
        choices=attribute.choices,
        default=attribute.default,
        sentence=attribute.sentence,
    )
