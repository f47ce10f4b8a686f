"""Compiles a checked template into its mapper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.types import Catalog
from templates_app.language.columns import ColumnUse, NameUse
from templates_app.language.drafts import ExportMapper, ImportMapper
from templates_app.language.each import Each
from templates_app.language.export_compiler import compile_items
from templates_app.language.import_mapper import CompiledImport
from templates_app.language.inputs import empties_of
from templates_app.language.names import Names
from templates_app.language.nodes import Element
from templates_app.language.row_conditions import compile_conditions
from templates_app.language.steps.mapping import named_maps
from templates_app.language.type_compiler import Template, compile_type, lists_of
from templates_app.sources.header_names import WantedNames


def compile_import(root: Element, catalog: Catalog, *, setting: Setting) -> ImportMapper:
    """The mapper of an `<In>`. The template passed the checks against this catalog; else ValueError."""
    template = shared_parts(root, catalog, setting=setting)
    mappers = tuple(compile_type(element, index, template) for index, element in enumerate(root.elements("Type")))
    return CompiledImport(
        types=tuple(mapper.plan for mapper in mappers),
        conditions=compile_conditions(root, template.empties, setting.zone),
        mappers=mappers,
        uses=_uses(root, template.lists),
        names=Names(),
    )


def shared_parts(root: Element, catalog: Catalog, *, setting: Setting) -> Template:
    """What all Types of an `<In>` share while they are compiled. ValueError when it did not pass the checks."""
    if root.tag != "In":
        raise ValueError("an import template begins with In")
    lists = lists_of(root)
    if len(lists) < len(root.elements("Type")):
        raise ValueError("two Types have one name")
    return Template(
        root=root,
        catalog=catalog,
        setting=setting,
        maps=named_maps(root),
        empties=empties_of(root),
        lists=lists,
    )


def compile_export(root: Element, catalog: Catalog, *, setting: Setting) -> ExportMapper:
    """The mapper of an `<Out>`. The template passed the checks against this catalog; else ValueError."""
    if root.tag != "Out":
        raise ValueError("an export template begins with Out")
    return compile_items(root, catalog, setting=setting)


def source_options(root: Element) -> tuple[str, tuple[str, ...]]:
    """What a source must know of an import template before it is read: `Rows` and `Columns`."""
    return root.get("Rows"), root.members("Columns")


def wanted_names(root: Element) -> WantedNames:
    """What is read of the columns of a table: for each place the names that would do. Of any text, checked or not."""
    try:
        uses = _uses(root, lists_of(root))
    except ValueError:
        return ()
    places = (tuple(filter(None, use.columns_wanted())) for use in uses.named)
    return tuple(place for place in dict.fromkeys(places) if place)


def _uses(root: Element, lists: Mapping[str, Each | None]) -> ColumnUse:
    """The names of a template that the columns of a source can have: those of rows and of column groups."""
    named: list[NameUse] = []
    others = [_use(child, None) for child in root.elements("When", "Unless")]
    for element, alias in _holders(root):
        each = lists.get(alias)
        if each is not None and not each.groups:
            others += [NameUse((each.name,))] if element.tag == "Type" else []
            continue
        if element.tag == "Type":
            others += [_use(child, each) for child in element.elements("When", "Unless")]
            continue
        sources = element.elements("Source")
        named += [_use(child, each) for child in (sources or [element])]
        others += [_use(step, each) for step in _named_steps(element, *sources)]
    return ColumnUse(named=tuple(named), others=tuple(others))


def _named_steps(*holders: Element) -> Iterator[Element]:
    """The steps that read a source name of their own."""
    return (step for holder in holders for step in holder.elements("Add") if step.has("Name"))


def _holders(root: Element) -> Iterator[tuple[Element, str]]:
    """Types and Properties, each with the alias of the Type whose items their names are relative to."""
    for element in root.elements("Type", "Property"):
        yield element, (element.get("As") or element.get("Name")) if element.tag == "Type" else element.get("Type")


def _use(element: Element, each: Each | None) -> NameUse:
    return NameUse(
        names=(element.get("Name"), *element.alternatives("Or")), groups=each.groups if each is not None else ()
    )
