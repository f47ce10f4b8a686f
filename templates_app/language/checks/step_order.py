"""Steps follow one another only where the one can read what the other gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from templates_app.language.checks.scope import Scope, error
from templates_app.language.findings import Finding
from templates_app.language.grammar import step_of
from templates_app.language.nodes import Element
from templates_app.language.steps.base import Step

#: What a step that takes the one may be given: everything has a text; a number may still stand as a text. Whether the
#: value is a list is followed apart, because a step that is given a list works on each item.
_READABLE: Final[dict[str, frozenset[str]]] = {
    "any": frozenset({"any", "text", "number", "date"}),
    "text": frozenset({"any", "text", "number", "date"}),
    "number": frozenset({"any", "text", "number"}),
    "date": frozenset({"any", "date"}),
    "list": frozenset({"any", "text", "number", "date"}),
}


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is known of the value between two steps. `single`: it is certainly no list."""

    items: str = "any"
    single: bool = False

    def fits(self, step: Step) -> bool:
        return self.items in _READABLE[step.takes] and not (step.takes == "list" and self.single)

    def after(self, element: Element, step: Step) -> _Shape:
        if step.gives == "list":
            return _Shape("text", single=self.single and element.has("Part"))
        return _Shape(self.items if step.gives == "any" else step.gives, single=self.single or step.whole_list)


def steps_that_cannot_follow(scope: Scope) -> Iterator[Finding]:
    for element in scope.root.elements("Property"):
        for holder in (element, *element.elements("Source")):
            yield from _walk(holder)


def _walk(holder: Element) -> Iterator[Finding]:
    shape, before = _Shape(), ""
    for element in holder.elements():
        step = step_of(element.tag)
        if step is None:
            continue
        if before and not shape.fits(step):
            yield error(element, "step_cannot_follow", step=step.tag, before=before, needs=step.takes)
        shape, before = shape.after(element, step), step.tag
