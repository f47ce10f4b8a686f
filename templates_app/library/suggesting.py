"""Suggest mappings for a file from the brand's catalog and from what its other templates do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.utils.module_loading import import_string

from integration_admin.accounts.access import Actor
from templates_app.brand_catalog import catalog_of
from templates_app.language.matching import alias_of
from templates_app.language.nodes import Element
from templates_app.language.reader import read
from templates_app.language.steps import STEPS
from templates_app.library.permission import require_right
from templates_app.mapping.flattening import flattened
from templates_app.mapping.suggesting.suggest import suggest
from templates_app.mapping.suggesting.suggestions import Earlier, ProposedStep, Suggestions
from templates_app.models import Direction, Template, TemplateVersion
from templates_app.sources.rows import Source

#: How many rows of a file are looked at, and how many of the brand's other templates.
LOOKED_AT: Final = 300
TEMPLATES_ASKED: Final = 100


def suggestions_for(
    *,
    actor: Actor,
    source: Source,
    template: Template | None = None,
    root: Element | None = None,
    types: Sequence[str] = (),
) -> Suggestions:
    """Suggestions for the columns of a source; objects in the rows of JSON are columns `a/b`.

    `root`: the tree being edited; what it maps is left alone, and its Types are those suggested for, unless `types`
    says others. Earlier mappings come from the newest versions of the brand's other import templates; values that
    refer to records are looked up among those of the brand.
    Raises NotAllowed.
    """
    require_right(actor, template)
    columns, rows = flattened(source.format.columns, [row.data for row in islice(source.rows(), LOOKED_AT)])
    names = _aliases(root)
    catalog = catalog_of(actor.brand)
    return suggest(
        columns=columns,
        rows=rows,
        catalog=catalog,
        types=tuple(types) or tuple(dict.fromkeys(name for name in names.values() if name in catalog.types)),
        earlier=earlier_mappings(actor=actor, but=template),
        mapped=_names_read(root),
        taken=_fields_fed(root, names),
        records=import_string(settings.FOUND_RECORDS)(actor=actor),
    )


def earlier_mappings(*, actor: Actor, but: Template | None = None) -> tuple[Earlier, ...]:
    """What the brand's other import templates map, the one changed last first. Raises NotAllowed."""
    require_right(actor)
    newest = TemplateVersion.objects.filter(template=OuterRef("template")).order_by("-number").values("number")[:1]
    found = TemplateVersion.objects.filter(
        template__brand=actor.brand,
        template__direction=Direction.IN,
        template__builtin=False,
        template__archived=False,
        number=Subquery(newest),
    )
    versions = found.order_by("-created_at", "-pk").values_list("template_id", "template__name", "xml")
    return tuple(
        earlier
        for pk, name, xml in versions[:TEMPLATES_ASKED]
        if but is None or pk != but.pk
        for earlier in _mappings(name, read(xml).root)
    )


def _mappings(template: str, root: Element | None) -> Iterator[Earlier]:
    """The Properties of one source; those coupled of several are nobody else's."""
    names = _aliases(root)
    for element in root.elements("Property") if root is not None else ():
        if element.elements("Source") or element.get("Type") not in names:
            continue
        steps = tuple(_proposed(child) for child in element.elements(*STEPS, "Lookup"))
        if any(step is None for step in steps):
            continue
        for name in filter(None, (element.get("Name"), *element.alternatives("Or"))):
            yield Earlier(
                template=template,
                name=name,
                type=names[element.get("Type")],
                field=element.get("Field"),
                steps=tuple(step for step in steps if step is not None),
            )


def _proposed(element: Element) -> ProposedStep | None:
    """A step that makes sense elsewhere; None for one that leans on its template (a named map)."""
    if element.tag == "Map" and (element.has("Use") or element.elements("Otherwise")):
        return None
    cases = tuple((case.get("From"), case.get("To")) for case in element.elements("Case"))
    return ProposedStep(element.tag, tuple(element.attributes.items()), cases)


def _aliases(root: Element | None) -> dict[str, str]:
    """alias -> entity type."""
    if root is None or root.tag != "In":
        return {}
    return {alias_of(element): element.get("Name") for element in root.elements("Type")}


def _names_read(root: Element | None) -> list[str]:
    """Every source name that a Property reads."""
    holders = [
        holder
        for element in (root.elements("Property") if root is not None else ())
        for holder in (element, *element.elements("Source"))
    ]
    return [name for holder in holders for name in (holder.get("Name"), *holder.alternatives("Or")) if name]


def _fields_fed(root: Element | None, names: dict[str, str]) -> set[tuple[str, str]]:
    feeding = root.elements("Property", "Link") if root is not None else []
    return {(names.get(element.get("Type"), ""), element.get("Field")) for element in feeding}
