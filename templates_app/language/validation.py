"""Holds a tree against the grammar: unknown and misplaced elements, unknown, missing and ill-formed attributes."""

from __future__ import annotations

from collections.abc import Iterator

from templates_app.catalog.problems import shown
from templates_app.language.attribute_forms import form_problem
from templates_app.language.attributes import Attribute
from templates_app.language.elements.rule import ElementRule
from templates_app.language.findings import Finding, Severity
from templates_app.language.grammar import ROOTS, children_of, direction_of, places_of, rule_of
from templates_app.language.nearest import nearest
from templates_app.language.nodes import Element


def validate(root: Element) -> Iterator[Finding]:
    """Every finding of the grammar, in the order of the text. What stands inside an unknown element is not judged."""
    direction = direction_of(root.tag)
    rule = rule_of(direction=direction, parent="", tag=root.tag) if direction else None
    if direction is None or rule is None:
        yield _error(root, "root_unknown", tag=shown(root.tag), known=", ".join(ROOTS))
        return
    yield from _element(root, rule)


def _element(element: Element, rule: ElementRule) -> Iterator[Finding]:
    yield from _attributes(element, rule)
    for child in element.elements():
        known = rule_of(direction=rule.direction, parent=rule.tag, tag=child.tag)
        if known is None:
            yield _unknown_element(child, rule)
        else:
            yield from _element(child, known)


def _unknown_element(element: Element, parent: ElementRule) -> Finding:
    places = places_of(direction=parent.direction, tag=element.tag)
    if places:
        inside = ", ".join(dict.fromkeys(places))
        return _error(element, "element_misplaced", tag=element.tag, parent=parent.tag, places=inside)
    like = nearest(element.tag, [rule.tag for rule in children_of(parent)])
    fix = ("rename", element.tag, like) if like else ()
    return _error(element, "element_unknown", fix=fix, tag=shown(element.tag), parent=parent.tag, nearest=like)


def _attributes(element: Element, rule: ElementRule) -> Iterator[Finding]:
    for name, value in element.attributes.items():
        attribute = rule.attribute(name)
        if attribute is None:
            yield _unknown_attribute(element, name, rule)
        else:
            yield from _form(element, attribute, value)
    for attribute in rule.attributes:
        if attribute.required and not element.has(attribute.name):
            yield _error(element, "attribute_missing", attribute=attribute.name, tag=rule.tag)


def _unknown_attribute(element: Element, name: str, rule: ElementRule) -> Finding:
    like = nearest(name, [attribute.name for attribute in rule.attributes])
    fix = ("rename", name, like) if like else ()
    return _error(element, "attribute_unknown", fix=fix, attribute=shown(name), tag=rule.tag, nearest=like)


def _form(element: Element, attribute: Attribute, value: str) -> Iterator[Finding]:
    problem = form_problem(element, attribute, value)
    if problem is not None:
        params = {"attribute": attribute.name, "tag": element.tag, "value": shown(value), **problem.params}
        yield Finding(Severity.ERROR, problem.code, params, element.line, element.column)


def _error(element: Element, code: str, *, fix: tuple[str, ...] = (), **params: str) -> Finding:
    """An error at this element. Params that are empty are left out, and with them the hint that speaks of them."""
    told = {name: value for name, value in params.items() if value}
    return Finding(Severity.ERROR, code, told, element.line, element.column, fix)
