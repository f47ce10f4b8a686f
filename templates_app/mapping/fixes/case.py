"""A fix, and what those who offer fixes look at: a finding with its element, and the template around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from templates_app.catalog.problems import Params, shown
from templates_app.catalog.types import Catalog
from templates_app.language.checks.scope import Scope, TypeUse
from templates_app.language.elements.rule import ElementRule
from templates_app.language.findings import Finding
from templates_app.language.grammar import direction_of, rule_of
from templates_app.language.nodes import Element
from templates_app.mapping.edits.changes import Change, Remove, SetAttributes
from templates_app.mapping.places import element_at, parent_path, walk
from templates_app.mapping.words import Words, words


@dataclass(frozen=True, slots=True)
class Fix:
    """`words` go on the button. Either a `change` of the tree, or an act of the library that the door carries out:

    `act="create_field"` with `entity`, `name`, `kind`, `target` for a reference, and `identity` "true" where the field
    is to be a unique key; or `act="declare_key"` with `entity`, `fields` (comma separated) and `unique` ("true" /
    "false"). An act does not change the template.
    """

    words: Words
    change: Change | None = None
    act: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


class Template:
    """A template and its catalog, indexed when first asked for: a page shows the fixes of all its findings."""

    def __init__(self, root: Element, catalog: Catalog) -> None:
        self.root = root
        self.catalog = catalog

    @cached_property
    def scope(self) -> Scope:
        return Scope.of(root=self.root, catalog=self.catalog)

    @cached_property
    def places(self) -> dict[tuple[int, int], tuple[str, Element]]:
        """(line, column) -> the element that begins there, with its address."""
        return {(element.line, element.column): (path, element) for path, element in walk(self.root)}

    @cached_property
    def paths(self) -> dict[int, str]:
        """id of an element -> its address."""
        return {id(element): path for path, element in walk(self.root)}


@dataclass(frozen=True, slots=True)
class Case:
    """One finding of a template, with the element it is about."""

    template: Template
    finding: Finding
    path: str
    element: Element

    def param(self, name: str) -> str:
        return str(self.finding.params.get(name, ""))

    @property
    def root(self) -> Element:
        return self.template.root

    @property
    def scope(self) -> Scope:
        return self.template.scope

    @property
    def catalog(self) -> Catalog:
        return self.template.catalog

    @property
    def parent(self) -> Element:
        return element_at(self.root, parent_path(self.path)) or self.root

    @property
    def rule(self) -> ElementRule | None:
        """What the grammar says of the element where it stands."""
        direction = direction_of(self.root.tag)
        parent = self.parent.tag if self.path else ""
        return rule_of(direction=direction, parent=parent, tag=self.element.tag) if direction else None

    @property
    def use(self) -> TypeUse | None:
        """The Type that the element is, stands in, or names."""
        for holder in (self.element, self.parent):
            if holder.tag == "Type":
                return next((use for use in self.scope.types if use.element is holder), None)
        return self.scope.type_named(self.element.get("Type") or self.parent.get("Type"))

    def path_of(self, element: Element) -> str:
        return self.template.paths[id(element)]

    def set(self, code: str, *, path: str | None = None, said: Params | None = None, **attributes: str | None) -> Fix:
        """Attributes of the element, or of the one at `path`; None takes one away."""
        change = SetAttributes(self.path if path is None else path, attributes)
        return Fix(Words(code, said or {}), change)

    def remove(self) -> Fix:
        """The element goes."""
        if self.element.tag in ("Property", "Constant"):
            return Fix(words("fix_remove_row"), Remove(self.path))
        return Fix(words("fix_remove", tag=shown(self.element.tag)), Remove(self.path))

    def without(self, name: str) -> Fix:
        """The attribute goes."""
        return Fix(words("fix_without", attribute=shown(name)), SetAttributes(self.path, {name: None}))

    def written(self, name: str, value: str) -> Fix:
        """The attribute gets this value."""
        return Fix(words("fix_use", value=shown(value)), SetAttributes(self.path, {name: value}))


Fixer = Callable[[Case], Iterator[Fix]]
