"""What the rules of the checker look at: the template's Types beside the catalog's, and short ways to say a finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Final
from zoneinfo import ZoneInfo

from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.problems import shown
from templates_app.catalog.types import Catalog, EntityType, Field, Key
from templates_app.language.findings import Finding, Severity
from templates_app.language.matching import alias_of, match_key
from templates_app.language.nearest import nearest
from templates_app.language.nodes import Element
from templates_app.language.sentences import SENTENCES

#: Code -> the params that its sentence speaks of.
_SAID: Final = {
    code: frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)
    for code, sentence in SENTENCES.items()
}
#: What values mean where no brand is asked.
NO_BRAND: Final = Setting(ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class TypeUse:
    """One `<Type>` of the template; `entity` is None when the catalog has no type of its name."""

    index: int
    element: Element
    entity: EntityType | None

    @property
    def alias(self) -> str:
        return alias_of(self.element)

    def writes(self) -> bool:
        return any(self.element.flag(name) for name in ("ShouldInsert", "ShouldUpdate", "ShouldDelete"))

    def inserts(self) -> bool:
        """A Type that deletes never does."""
        return self.element.flag("ShouldInsert") and not self.element.flag("ShouldDelete")

    def field(self, name: str) -> Field | None:
        return self.entity.fields.get(name) if self.entity else None


@dataclass(frozen=True, slots=True)
class Scope:
    """One template and what it is checked against, indexed once: a template may have 2,000 elements.

    `setting`: what values mean to the brand. `named`: alias -> the first Type of this alias. `fed`: (tag, alias) ->
    Properties or Links that name the alias. `keys`: index of a Type -> the key it is matched by.
    """

    root: Element
    catalog: Catalog
    setting: Setting
    types: tuple[TypeUse, ...]
    named: Mapping[str, TypeUse]
    fed: Mapping[tuple[str, str], list[Element]]
    keys: Mapping[int, Key | None]

    @classmethod
    def of(cls, *, root: Element, catalog: Catalog, setting: Setting = NO_BRAND) -> Scope:
        elements = enumerate(root.elements("Type"))
        types = tuple(TypeUse(index, element, catalog.get(element.get("Name"))) for index, element in elements)
        named: dict[str, TypeUse] = {}
        for use in types:
            named.setdefault(use.alias, use)
        fed: dict[tuple[str, str], list[Element]] = {}
        for child in root.elements("Property", "Link"):
            fed.setdefault((child.tag, child.get("Type")), []).append(child)
        keys = {use.index: match_key(use.element, root, use.entity) if use.entity else None for use in types}
        return cls(root, catalog, setting, types, named, fed, keys)

    def type_named(self, alias: str) -> TypeUse | None:
        """The first Type of this alias."""
        return self.named.get(alias)

    def known_types(self) -> list[TypeUse]:
        """The Types the catalog knows; of several of one name, the first, which the Properties speak of."""
        return [use for use in self.types if use.entity and self.type_named(use.alias) is use]

    def aliases(self) -> list[str]:
        return [use.alias for use in self.types if use.alias]

    def properties(self, use: TypeUse) -> list[Element]:
        return self.fed.get(("Property", use.alias), [])

    def links(self, use: TypeUse) -> list[Element]:
        return self.fed.get(("Link", use.alias), [])

    def defaults(self, use: TypeUse) -> list[Element]:
        return use.element.elements("Default")

    def key(self, use: TypeUse) -> Key | None:
        return self.keys[use.index]

    def key_fields(self, use: TypeUse) -> tuple[str, ...]:
        """The fields of the Type's `Key="true"` Properties, each once."""
        return tuple(dict.fromkeys(p.get("Field") for p in self.properties(use) if p.flag("Key")))

    def field_of(self, element: Element) -> Field | None:
        """The catalog field that an element with `Type` and `Field` speaks of, where both are known."""
        use = self.type_named(element.get("Type"))
        return use.field(element.get("Field")) if use else None

    def targets(self) -> Iterator[tuple[TypeUse, Element]]:
        """Every element that names a field of one of its Types by `Type` and `Field`, with that Type."""
        for child in self.root.elements("Property", "Link"):
            for element in (child, *child.elements("Source")):
                use = self.type_named(element.get("Type"))
                if use is not None and element.has("Field"):
                    yield use, element


def target_of(field: Field) -> str:
    """The entity type that a reference field points to; "" for any other field."""
    return str(getattr(field.kind, "target", "")) if field.kind.refers else ""


def error(element: Element, code: str, *, fix: tuple[str, ...] = (), **params: str | int) -> Finding:
    return _finding(Severity.ERROR, element, code, fix, params)


def warning(element: Element, code: str, *, fix: tuple[str, ...] = (), **params: str | int) -> Finding:
    return _finding(Severity.WARNING, element, code, fix, params)


def hint(element: Element, code: str, *, fix: tuple[str, ...] = (), **params: str | int) -> Finding:
    return _finding(Severity.HINT, element, code, fix, params)


def unknown(element: Element, code: str, name: str, known: list[str], **params: str | int) -> Finding:
    """An error about a name nothing has, with the nearest known one and the offer to take it."""
    like = nearest(name, known)
    fix = ("rename", name, like) if like else ()
    return error(element, code, fix=fix, name=name, nearest=like, **params)


def _finding(
    severity: Severity, element: Element, code: str, fix: tuple[str, ...], params: dict[str, str | int]
) -> Finding:
    """Params that are empty are left out, and with them the hint that speaks of them; never what the sentence says."""
    said = _SAID[code]
    told = {
        name: shown(value) if isinstance(value, str) else value
        for name, value in params.items()
        if value != "" or name in said
    }
    return Finding(severity, code, told, element.line, element.column, fix)
