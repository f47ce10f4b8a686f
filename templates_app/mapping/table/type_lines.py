"""Types, with their conditions, defaults and orders, as lines of the view."""

from __future__ import annotations

from templates_app.language.checks.scope import TypeUse
from templates_app.language.nodes import Element
from templates_app.mapping.table.condition_lines import condition_lines
from templates_app.mapping.table.element_parts import numbered, placed
from templates_app.mapping.table.lines import DefaultLine, KeyChoice, OrderLine, TypeLine
from templates_app.mapping.table.type_words import type_words
from templates_app.mapping.table.view import View
from templates_app.mapping.words import words

_DEFAULT_CODES = {"Leave": "default_leave", "Fill": "default_fill", "Replace": "default_replace"}


def type_line(view: View, use: TypeUse, path: str, comments: tuple[str, ...], rows: tuple[str, ...]) -> TypeLine:
    """A Type. `rows` are the addresses of what feeds or shows it."""
    element = use.element
    conditions = condition_lines(element, path, direction=view.direction)
    defaults = _defaults(view, use, path)
    orders = _orders(view, use, path)
    match, match_from = view.match(use.alias)
    taken = {line.path for line in conditions} | {line.path for line in defaults} | {line.path for line in orders}
    return TypeLine(
        name=element.get("Name"),
        alias=use.alias,
        written_alias=element.get("As"),
        title=(use.entity.title or use.entity.name) if use.entity else "",
        custom=use.entity is not None and use.entity.custom,
        known=use.entity is not None,
        insert=element.flag("ShouldInsert"),
        update=element.flag("ShouldUpdate"),
        delete=element.flag("ShouldDelete"),
        match=match,
        match_from=match_from,
        keys=_keys(use, match),
        repeated=element.get("Repeated", "Update"),
        each=element.get("Each"),
        through=element.get("Through"),
        conditions=conditions,
        defaults=defaults,
        orders=orders,
        rows=rows,
        words=type_words(element, first=use.index == 0, match=match, match_from=match_from, direction=view.direction),
        **placed(element, path, direction=view.direction, parent=view.root.tag, comments=comments, taken=taken),
    )


def _keys(use: TypeUse, match: tuple[str, ...]) -> tuple[KeyChoice, ...]:
    declared = use.entity.keys if use.entity else ()
    return tuple(KeyChoice(key.name, key.fields, key.unique, set(key.fields) == set(match)) for key in declared)


def _defaults(view: View, use: TypeUse, path: str) -> tuple[DefaultLine, ...]:
    known = view.direction == "in"
    return tuple(_default(view, use, at, child) for at, child in numbered(use.element, path, "Default") if known)


def _default(view: View, use: TypeUse, path: str, element: Element) -> DefaultLine:
    target = view.field(use, use.alias, element.get("Field"))
    on_update = element.get("OnUpdate", "Leave")
    code = _DEFAULT_CODES.get(on_update, "default_leave")
    return DefaultLine(
        field=target.field,
        label=target.label,
        kind=target.kind,
        value=element.get("Value"),
        on_update=on_update,
        words=words(code, field=target.label or target.field or "…", value=element.get("Value")),
        **placed(element, path, direction=view.direction, parent="Type"),
    )


def _orders(view: View, use: TypeUse, path: str) -> tuple[OrderLine, ...]:
    known = view.direction == "out"
    return tuple(_order(view, use, at, child) for at, child in numbered(use.element, path, "Order") if known)


def _order(view: View, use: TypeUse, path: str, element: Element) -> OrderLine:
    target = view.field(use, use.alias, element.get("Field"))
    code = "order_descending" if element.get("Direction") == "Descending" else "order_ascending"
    return OrderLine(
        field=target.field,
        label=target.label,
        words=words(code, field=target.label or target.field or "…"),
        **placed(element, path, direction=view.direction, parent="Type"),
    )
