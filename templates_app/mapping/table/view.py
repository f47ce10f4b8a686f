"""What the lines of the view look at: the template, its catalog, and which key each of its Types is matched by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from templates_app.catalog.types import Catalog
from templates_app.language.checks.scope import Scope, TypeUse, target_of
from templates_app.language.elements.rule import Direction
from templates_app.language.nodes import Element
from templates_app.mapping.table.lines import Target


@dataclass(frozen=True, slots=True)
class View:
    """One template, indexed once. `scope` is what the checker looks at, so that both judge alike."""

    root: Element
    catalog: Catalog
    direction: Direction
    scope: Scope
    #: Alias of a Type -> (the fields it is matched by, why: "match", "key", "catalog" or "").
    matches: Mapping[str, tuple[tuple[str, ...], str]]

    @classmethod
    def of(cls, *, root: Element, catalog: Catalog, direction: Direction) -> View:
        scope = Scope.of(root=root, catalog=catalog)
        uses = reversed(scope.types) if direction == "in" else ()
        return cls(root, catalog, direction, scope, {use.alias: _match(scope, use) for use in uses})

    def match(self, alias: str) -> tuple[tuple[str, ...], str]:
        return self.matches.get(alias, ((), ""))

    def target(self, element: Element) -> Target:
        """The field that an element names by `Type` and `Field`."""
        use = self.scope.type_named(element.get("Type"))
        return self.field(use, element.get("Type"), element.get("Field"))

    def field(self, use: TypeUse | None, alias: str, name: str) -> Target:
        """A field of a Type of the template, as the catalog knows it."""
        entity = use.element.get("Name") if use is not None else ""
        field = use.field(name) if use is not None else None
        if field is None:
            return Target(alias=alias, entity=entity, field=name)
        return Target(
            alias=alias,
            entity=entity,
            field=name,
            label=field.label,
            kind=field.kind.name,
            refers_to=target_of(field),
            many=field.kind.many,
            required=field.required,
            writable=field.writable,
            retired=field.retired,
            known=True,
        )


def _match(scope: Scope, use: TypeUse) -> tuple[tuple[str, ...], str]:
    """What a Type says is believed, declared or not: the view shows what stands there, the checker judges it."""
    if use.element.has("Match"):
        return use.element.members("Match"), "match"
    written = scope.key_fields(use)
    if written:
        return written, "key"
    key = scope.key(use)
    return (key.fields, "catalog") if key is not None else ((), "")
