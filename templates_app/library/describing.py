"""What a template does, in words: for the API's list of templates, for the admin and for partners."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from templates_app.brand_catalog import catalog_of
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.types import Catalog
from templates_app.language.matching import alias_of, match_key
from templates_app.language.nodes import Element
from templates_app.language.reader import read
from templates_app.language.steps import STEPS
from templates_app.library.examples import example_of
from templates_app.models import Direction, TemplateVersion


@dataclass(frozen=True, slots=True)
class StepDescription:
    """One step of a Property. `sentence` is ours, to be translated by the door."""

    tag: str
    attributes: Mapping[str, str]
    sentence: str


@dataclass(frozen=True, slots=True)
class PropertyDescription:
    """A source or target name and the field behind it.

    `names`: the name and its alternatives, in the order they are tried; several first names where `coupled`. `type` is
    the alias, `entity` the entity type; `kind` and `label` are empty for a field the catalog does not know. `lookup`:
    the value identifies another record. `target` is the entity type a reference leads to, empty for other kinds.
    """

    names: tuple[str, ...]
    type: str
    entity: str
    field: str
    kind: str
    label: str
    required: bool
    key: bool
    lookup: bool
    coupled: bool
    steps: tuple[StepDescription, ...]
    target: str = ""


@dataclass(frozen=True, slots=True)
class TypeDescription:
    """A `<Type>`. `match` are the fields its records are found by; `through` and `each` how it is reached."""

    alias: str
    entity: str
    insert: bool
    update: bool
    delete: bool
    match: tuple[str, ...]
    through: str
    each: str


@dataclass(frozen=True, slots=True)
class LinkDescription:
    """A reference field that is set to another record of the same row."""

    type: str
    field: str
    to: str


@dataclass(frozen=True, slots=True)
class TemplateDescription:
    """`direction` is `in` or `out`; `example` one row or item. A text that cannot be read has no types."""

    name: str
    direction: str
    description: str
    builtin: bool
    version: int
    digest: str
    types: tuple[TypeDescription, ...] = ()
    properties: tuple[PropertyDescription, ...] = ()
    links: tuple[LinkDescription, ...] = ()
    example: Mapping[str, Any] = field(default_factory=dict)

    @property
    def written(self) -> frozenset[str]:
        """The entity types that a call writes."""
        return frozenset(one.entity for one in self.types if one.insert or one.update or one.delete)

    @property
    def spoken_of(self) -> frozenset[str]:
        """The entity types that a call reads: those of the text, and for an import those that fields refer to."""
        referred = {one.target for one in self.properties if one.target} if self.direction == Direction.IN else set()
        return frozenset(referred | {one.entity for one in self.types})


def describe(*, version: TemplateVersion, catalog: Catalog | None = None) -> TemplateDescription:
    """The description of a version against this catalog (default: the brand's, as it is now)."""
    template = version.template
    known = catalog if catalog is not None else catalog_of(template.brand)
    head = TemplateDescription(
        name=template.name,
        direction=template.direction,
        description=template.description,
        builtin=template.builtin,
        version=version.number,
        digest=version.digest,
    )
    root = read(version.xml).root
    return head if root is None else _with_content(head, root, known)


def _with_content(head: TemplateDescription, root: Element, catalog: Catalog) -> TemplateDescription:
    return replace(
        head,
        types=tuple(_type(element, root, catalog) for element in root.elements("Type")),
        properties=tuple(_properties(root, catalog)),
        links=tuple(LinkDescription(e.get("Type"), e.get("Field"), e.get("To")) for e in root.elements("Link")),
        example=example_of(root, catalog),
    )


def _type(element: Element, root: Element, catalog: Catalog) -> TypeDescription:
    entity = catalog.get(element.get("Name"))
    key = match_key(element, root, entity) if entity is not None and root.tag == "In" else None
    return TypeDescription(
        alias=alias_of(element),
        entity=element.get("Name"),
        insert=element.flag("ShouldInsert"),
        update=element.flag("ShouldUpdate"),
        delete=element.flag("ShouldDelete"),
        match=key.fields if key is not None else (),
        through=element.get("Through"),
        each=element.get("Each"),
    )


def _properties(root: Element, catalog: Catalog) -> Iterator[PropertyDescription]:
    entities = {alias_of(element): element.get("Name") for element in root.elements("Type")}
    keys = {alias_of(e): _type(e, root, catalog).match for e in root.elements("Type")}
    for element in root.elements("Property"):
        first = next(iter(element.elements("Source")), element)
        alias = element.get("Type") or first.get("Type") or next(iter(entities), "")
        name = element.get("Field") or first.get("Field")
        yield _property(element, alias, entities.get(alias, ""), name, catalog, key=name in keys.get(alias, ()))


def _property(
    element: Element, alias: str, entity: str, name: str, catalog: Catalog, *, key: bool
) -> PropertyDescription:
    found = catalog.get(entity)
    known = found.fields.get(name) if found is not None else None
    sources = element.elements("Source")
    return PropertyDescription(
        names=_names(element, sources),
        type=alias,
        entity=entity,
        field=name,
        kind=known.kind.name if known is not None else "",
        label=known.label if known is not None else "",
        required=element.flag("Required"),
        key=key,
        lookup=bool(element.elements("Lookup")),
        coupled=len(sources) > 1,
        steps=tuple(_steps(element)),
        target=known.kind.target if known is not None and isinstance(known.kind, Reference | ReferenceList) else "",
    )


def _names(element: Element, sources: list[Element]) -> tuple[str, ...]:
    read_from = [source for source in sources if source.has("Name")] or [element]
    return tuple(name for e in read_from for name in (e.get("Name"), *e.alternatives("Or")) if name)


def _steps(element: Element) -> Iterator[StepDescription]:
    for child in element.elements(*STEPS, "Source"):
        if child.tag == "Source":
            yield from _steps(child)
        else:
            yield StepDescription(child.tag, dict(child.attributes), STEPS[child.tag].sentence)
