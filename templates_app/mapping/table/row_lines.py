"""Properties, Constants and Links as lines of the view."""

from __future__ import annotations

from templates_app.language.nodes import Element
from templates_app.mapping.table.condition_lines import source_names
from templates_app.mapping.table.element_parts import numbered, placed
from templates_app.mapping.table.lines import ConstantLine, LinkLine, LookupLine, Row, SourceLine, Target
from templates_app.mapping.table.row_words import lookup_words, row_words, source_words
from templates_app.mapping.table.step_lines import step_chips
from templates_app.mapping.table.view import View
from templates_app.mapping.words import words


def row_line(view: View, element: Element, path: str, comments: tuple[str, ...]) -> Row:
    """A Property."""
    target = view.target(element)
    sources = tuple(_source(view, child, at) for at, child in numbered(element, path, "Source"))
    steps = step_chips(element, path, direction=view.direction)
    lookup = _lookup(view, element, path, target)
    names = _names(view, element)
    matched, why = view.match(target.alias)
    key = bool(target.field) and target.field in matched
    taken = {line.path for line in sources} | {chip.path for chip in steps} | ({lookup.path} if lookup else set())
    return Row(
        names=names,
        sources=sources,
        steps=steps,
        target=target,
        lookup=lookup,
        key=key,
        key_from=why if key else "",
        key_written=element.flag("Key"),
        required=element.flag("Required"),
        on_empty=element.get("OnEmpty", "Clear"),
        on_update=element.get("OnUpdate", "Replace"),
        empty=element.alternatives("Empty") if element.has("Empty") else None,
        writing=element.get("Writing", "Normal"),
        words=row_words(view.direction, names, sources, target, lookup=lookup is not None, key=key),
        **placed(element, path, direction=view.direction, parent=view.root.tag, comments=comments, taken=taken),
    )


def _names(view: View, element: Element) -> tuple[str, ...]:
    """An export has one target name, in which a bar is a bar."""
    return source_names(element) if view.direction == "in" else tuple(filter(None, (element.get("Name"),)))


def _source(view: View, element: Element, path: str) -> SourceLine:
    steps = step_chips(element, path, direction=view.direction)
    target = view.target(element) if view.direction == "out" else None
    names = source_names(element) if view.direction == "in" else ()
    return SourceLine(
        names=names,
        target=target,
        steps=steps,
        words=source_words(names, target),
        **placed(element, path, direction=view.direction, parent="Property", taken={step.path for step in steps}),
    )


def _lookup(view: View, element: Element, path: str, target: Target) -> LookupLine | None:
    """The first Lookup of an import's Property; an export has none."""
    found = next(numbered(element, path, "Lookup"), None) if view.direction == "in" else None
    if found is None:
        return None
    at, lookup = found
    entity = view.catalog.get(target.refers_to)
    return LookupLine(
        target=target.refers_to,
        match=lookup.get("Match"),
        on_missing=lookup.get("OnMissing", "Error"),
        keys=tuple(key.name for key in entity.keys if len(key.fields) == 1) if entity else (),
        words=lookup_words(lookup.get("Match"), target),
        **placed(lookup, at, direction="in", parent="Property"),
    )


def constant_line(view: View, element: Element, path: str, comments: tuple[str, ...]) -> ConstantLine:
    """A Constant of an export."""
    return ConstantLine(
        name=element.get("Name"),
        value=element.get("Value"),
        **placed(element, path, direction=view.direction, parent=view.root.tag, comments=comments),
    )


def link_line(view: View, element: Element, path: str, comments: tuple[str, ...]) -> LinkLine:
    """A Link of an import."""
    target = view.target(element)
    to = view.scope.type_named(element.get("To"))
    field = target.label or target.field or "…"
    return LinkLine(
        target=target,
        to=element.get("To"),
        to_entity=to.element.get("Name") if to is not None else "",
        on_missing=element.get("OnMissing", "Error"),
        on_update=element.get("OnUpdate", "Replace"),
        words=words("link_to", field=field, type=target.alias or "…", to=element.get("To") or "…"),
        **placed(element, path, direction=view.direction, parent=view.root.tag, comments=comments),
    )
