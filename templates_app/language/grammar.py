"""The grammar: which element may stand where, with which attributes. One table feeds the reader, the checker, the
writer, the editor's forms, the downloadable schema and the manual; the steps join it from their own registry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from templates_app.language.elements.exports import EXPORT_ELEMENTS
from templates_app.language.elements.imports import IMPORT_ELEMENTS
from templates_app.language.elements.rule import Direction, ElementRule
from templates_app.language.steps import STEPS
from templates_app.language.steps.base import Step

ROOTS: Final[Mapping[str, Direction]] = {"In": "in", "Out": "out"}
STEP_PARENTS: Final = ("Property", "Source")


def _step_rule(direction: Direction, step: Step) -> ElementRule:
    return ElementRule(
        step.tag, direction, STEP_PARENTS, step.sentence, step.attributes, children=step.children, step=True
    )


def _step_rules() -> Iterator[ElementRule]:
    for direction in ROOTS.values():
        yield from (_step_rule(direction, step) for step in STEPS.values())


RULES: Final[tuple[ElementRule, ...]] = (*IMPORT_ELEMENTS, *EXPORT_ELEMENTS, *_step_rules())

_BY_PLACE: Final = {(rule.direction, parent, rule.tag): rule for rule in RULES for parent in rule.parents}


def direction_of(root_tag: str) -> Direction | None:
    """`in` for `<In>`, `out` for `<Out>`, None for any other root."""
    return ROOTS.get(root_tag)


def rule_of(*, direction: Direction, parent: str, tag: str) -> ElementRule | None:
    """The rule of an element inside this parent (`""` for the root), or None where it may not stand."""
    return _BY_PLACE.get((direction, parent, tag))


def children_of(rule: ElementRule) -> tuple[ElementRule, ...]:
    """The rules of the elements that may stand inside, own children first, then the steps, in the table's order."""
    steps = STEPS if rule.wide else ()
    found = (rule_of(direction=rule.direction, parent=rule.tag, tag=tag) for tag in (*rule.children, *steps))
    return tuple(child for child in found if child is not None)


def places_of(*, direction: Direction, tag: str) -> tuple[str, ...]:
    """The parents an element of this tag may stand in, in the table's order; none for an unknown tag."""
    rules = (rule for rule in RULES if rule.direction == direction and rule.tag == tag)
    return tuple(parent for rule in rules for parent in rule.parents if parent)


def rules_of(direction: Direction) -> tuple[ElementRule, ...]:
    """All rules of one direction: the root first, the steps last."""
    return tuple(rule for rule in RULES if rule.direction == direction)


def step_of(tag: str) -> Step | None:
    return STEPS.get(tag)
