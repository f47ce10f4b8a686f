"""Properties, Constants and Links as lines of the view."""

from __future__ import annotations

from templates_app.language.grammar import rule_of
from templates_app.language.nodes import Element
from templates_app.mapping.table.condition_lines import source_names
from templates_app.mapping.table.element_parts import cells_of, numbered, others_of
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
        path=path,
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
        cells=cells_of(element, rule_of(direction=view.direction, parent=view.root.tag, tag="Property")),
        line=element.line,
        column=element.column,
        comments=comments,
        others=others_of(element, path, direction=view.direction, taken=taken),
    )


def _names(view: View, element: Element) -> tuple[str, ...]:
    """An export has one target name, in which a bar is a bar."""
    return source_names(element) if view.direction == "in" else tuple(filter(None, (element.get("Name"),)))


def _source(view: View, element: Element, path: str) -> SourceLine:
    steps = step_chips(element, path, direction=view.direction)
    target = view.target(element) if view.direction == "out" else None
    names = source_names(element) if view.direction == "in" else ()
    return SourceLine(
        path=path,
        names=names,
        target=target,
        steps=steps,
        words=source_words(names, target),
        cells=cells_of(element, rule_of(direction=view.direction, parent="Property", tag="Source")),
        line=element.line,
        column=element.column,
        others=others_of(element, path, direction=view.direction, taken={step.path for step in steps}),
    )


def _lookup(view: View, element: Element, path: str, target: Target) -> LookupLine | None:
    """The first Lookup of an import's Property; an export has none."""
    found = next(numbered(element, path, "Lookup"), None) if view.direction == "in" else None
    if found is None:
        return None
    at, lookup = found
    entity = view.catalog.get(target.refers_to)
    return LookupLine(
        path=at,
        target=target.refers_to,
        match=lookup.get("Match"),
        on_missing=lookup.get("OnMissing", "Error"),
        keys=tuple(key.name for key in entity.keys if len(key.fields) == 1) if entity else (),
        words=lookup_words(lookup.get("Match"), target),
        cells=cells_of(lookup, rule_of(direction="in", parent="Property", tag="Lookup")),
        line=lookup.line,
        column=lookup.column,
        others=others_of(lookup, at, direction="in", taken=()),
    )


def constant_line(view: View, element: Element, path: str, comments: tuple[str, ...]) -> ConstantLine:
    """A Constant of an export."""
    return ConstantLine(
        path=path,
        name=element.get("Name"),
        value=element.get("Value"),
        cells=cells_of(element, rule_of(direction="out", parent="Out", tag="Constant")),
        line=element.line,
        column=element.column,
        comments=comments,
        others=others_of(element, path, direction=view.direction, taken=()),
    )


def link_line(view: View, element: Element, path: str, comments: tuple[str, ...]) -> LinkLine:
    """A Link of an import."""
    target = view.target(element)
    to = view.scope.type_named(element.get("To"))
    field = target.label or target.field or "…"
    return LinkLine(
        path=path,
        target=target,
        to=element.get("To"),
        to_entity=to.element.get("Name") if to is not None else "",
        on_missing=element.get("OnMissing", "Error"),
        on_update=element.get("OnUpdate", "Replace"),
        words=words("link_to", field=field, type=target.alias or "…", to=element.get("To") or "…"),
        cells=cells_of(element, rule_of(direction="in", parent="In", tag="Link")),
        line=element.line,
        column=element.column,
        comments=comments,
        others=others_of(element, path, direction=view.direction, taken=()),
    )
