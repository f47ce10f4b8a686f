"""A tree while it is being edited: a copy, found by address, with the places where elements belong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from templates_app.catalog.types import Catalog
from templates_app.language.elements.rule import Direction
from templates_app.language.grammar import RULES, STEP_PARENTS, direction_of, rule_of
from templates_app.language.matching import alias_of
from templates_app.language.nodes import Comment, Element
from templates_app.language.steps import STEPS
from templates_app.mapping.edits.changes import Node
from templates_app.mapping.places import element_at, parent_path
from templates_app.mapping.refusals import EditRefused

#: The order of what stands in one parent; unknown elements come last.
_ORDER: Final = {
    "When": 0,
    "Unless": 0,
    "Type": 1,
    "Source": 1,
    "Default": 2,
    "Order": 2,
    "Property": 3,
    "Constant": 3,
    "Case": 3,
    "Link": 4,
    "Lookup": 4,
    "Otherwise": 5,
}
_STEPS_ORDER: Final = 3
_LAST: Final = 9
_LAST_ATTRIBUTE: Final = 99


def copied(node: Element) -> Element:
    """A copy of an element and all that is in it, places too."""
    children: list[Element | Comment] = [
        copied(child) if isinstance(child, Element) else Comment(child.text, child.line, child.column, child.spaced)
        for child in node.children
    ]
    return Element(node.tag, dict(node.attributes), children, node.line, node.column, node.spaced)


def built(node: Node) -> Element:
    return Element(node.tag, dict(node.attributes), [built(child) for child in node.children])


@dataclass(frozen=True, slots=True)
class Document:
    """`root` is a copy that edits change in place. `catalog` may be missing: then names are taken as they are typed."""

    root: Element
    catalog: Catalog | None

    @property
    def direction(self) -> Direction:
        direction = direction_of(self.root.tag)
        if direction is None:
            raise EditRefused("edit_root_unknown", tag=self.root.tag)
        return direction

    def at(self, path: str) -> Element:
        """The element at this address; refuses `edit_place_gone`."""
        found = element_at(self.root, path)
        if found is None:
            raise EditRefused("edit_place_gone")
        return found

    def below(self, path: str) -> tuple[Element, Element]:
        """(its parent, the element at this address); the root has no parent and is refused."""
        if not path:
            raise EditRefused("edit_not_for", tag=self.root.tag, what="other place")
        return self.at(parent_path(path)), self.at(path)

    def type_of(self, alias: str) -> Element | None:
        """The Type that rows of this alias speak of: the first."""
        return next((element for element in self.root.elements("Type") if alias_of(element) == alias), None)

    def may_stand(self, tag: str, parent: Element) -> None:
        """Refuses `edit_misplaced` for an element that the grammar does not let stand there."""
        if rule_of(direction=self.direction, parent=parent.tag, tag=tag) is None:
            raise EditRefused("edit_misplaced", tag=tag, parent=parent.tag)

    def insert(self, parent: Element, element: Element, *, like: Callable[[Element], bool] | None = None) -> None:
        """Puts an element below the last that is `like` it, else below the last of its kind, else where these go."""
        place = _below_last(parent, like) if like else None
        if place is None:
            order = order_of(element, parent)
            place = _below_last(parent, lambda child: order_of(child, parent) <= order)
        parent.children.insert(place or 0, element)


def order_of(element: Element, parent: Element) -> int:
    """Where an element stands among those of other tags in its parent, smallest first."""
    if parent.tag in STEP_PARENTS and element.tag in STEPS:
        return _STEPS_ORDER
    return 6 if element.tag == "Map" else _ORDER.get(element.tag, _LAST)


def kind_of(element: Element, parent: Element) -> str:
    """Elements of one kind stand in one list of the view: all steps, all conditions, else those of one tag."""
    if parent.tag in STEP_PARENTS and element.tag in STEPS:
        return "step"
    return "condition" if element.tag in ("When", "Unless") else element.tag


def place_in(parent: Element, element: Element) -> int:
    """The place of this very element among the children, comments counted."""
    return next(place for place, child in enumerate(parent.children) if child is element)


def take_out(parent: Element, element: Element) -> None:
    """Takes an element out. The blank line before it now stands before what follows."""
    place = place_in(parent, element)
    del parent.children[place]
    if place < len(parent.children):
        parent.children[place].spaced |= element.spaced


def put_beside(parent: Element, element: Element, beside: Element, *, before: bool) -> None:
    """Right before or after another child. Before the first of a group, it becomes the first of it."""
    place = place_in(parent, beside)
    element.spaced = before and beside.spaced
    if before:
        beside.spaced = False
    parent.children.insert(place if before else place + 1, element)


def _below_last(parent: Element, like: Callable[[Element], bool]) -> int | None:
    places = (place for place, child in enumerate(parent.children) if isinstance(child, Element) and like(child))
    last = max(places, default=None)
    return None if last is None else last + 1


def set_attribute(element: Element, name: str, value: str | None) -> None:
    """Sets an attribute where it stands; a new one where the grammar lists it. None takes it away."""
    if value is None:
        element.attributes.pop(name, None)
    elif element.has(name):
        element.attributes[name] = value
    else:
        order = _attribute_order(element.tag)
        place = order.get(name, _LAST_ATTRIBUTE)
        before = {n: v for n, v in element.attributes.items() if order.get(n, _LAST_ATTRIBUTE) <= place}
        after = {n: v for n, v in element.attributes.items() if n not in before}
        element.attributes = {**before, name: value, **after}


@cache
def _attribute_order(tag: str) -> Mapping[str, int]:
    """The attributes of the rules of this tag, in the order of the grammar."""
    names = (attribute.name for rule in RULES if rule.tag == tag for attribute in rule.attributes)
    return {name: place for place, name in enumerate(dict.fromkeys(names))}
