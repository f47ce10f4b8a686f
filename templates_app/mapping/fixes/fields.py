"""Fixes of fields that are not known, not writable, or fed twice, and of defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from templates_app.catalog.kinds.choices import Combo
from templates_app.language.nearest import nearest
from templates_app.language.nodes import Element
from templates_app.mapping.edits.changes import SetAttributes
from templates_app.mapping.fixes.case import Case, Fix, Fixer
from templates_app.mapping.words import words

#: What a step tells of the field that it feeds.
_KINDS: Final = {"Number": "Double", "Boolean": "Check", "Phone": "Phone"}
#: Kinds whose values can tell records apart.
_IDENTITIES: Final = ("Text", "Numeric")


def unknown_custom_field(case: Case) -> Iterator[Fix]:
    """Created with the kind that the steps of the row suggest, as a key where the Type lacks one; or another meant."""
    name, use = case.param("name"), case.use
    entity = use.element.get("Name") if use is not None else case.param("type")
    kind, target = _kind(case)
    params = {"entity": entity, "name": name, "kind": kind, **({"target": target} if target else {})}
    said = {"entity": entity, "name": name, "kind": kind}
    if kind in _IDENTITIES and _could_be_key(case, name):
        yield Fix(words("fix_create_key", **said), act="create_field", params={**params, "identity": "true"})
    yield Fix(words("fix_create_field", **said), act="create_field", params=params)
    known = [field for field in (use.entity.fields if use and use.entity else ()) if field.startswith("_")]
    like = nearest(name, known)
    if like:
        yield from _renamed(case, name, like)


def _kind(case: Case) -> tuple[str, str]:
    """(kind, the type it points to)."""
    if case.element.tag == "Link":
        to = case.scope.type_named(case.element.get("To"))
        return ("Reference", to.element.get("Name")) if to is not None and to.entity is not None else ("Text", "")
    if case.element.tag not in ("Property", "Source") or case.root.tag == "Out":
        return "Text", ""
    return next((kind for kind in map(_kind_of_step, reversed(case.element.elements())) if kind), "Text"), ""


def _kind_of_step(step: Element) -> str:
    if step.tag == "Date":
        letters = step.get("Format")
        return "DateTime" if "H" in letters or "h" in letters or letters == "Excel" else "Date"
    return _KINDS.get(step.tag, "")


def _could_be_key(case: Case, name: str) -> bool:
    """The Type names it as its key, or has none and writes records that exist."""
    use = case.use
    if use is None or case.root.tag != "In" or case.element.tag not in ("Property", "Type"):
        return False
    named = use.element.members("Match") or case.scope.key_fields(use)
    if named:
        return named == (name,)
    return case.scope.key(use) is None and (use.element.flag("ShouldUpdate") or not use.writes())


def unknown_field(case: Case) -> Iterator[Fix]:
    like = case.param("nearest")
    if like:
        yield from _renamed(case, case.finding.fix[1], like)
    if case.element.tag != "Type":
        yield case.remove()


def _renamed(case: Case, old: str, new: str) -> Iterator[Fix]:
    """In the Field of the element; of a Type in its Match or Through."""
    element = case.element
    said = words("fix_use", value=new)
    if element.get("Field") == old:
        yield Fix(said, SetAttributes(case.path, {"Field": new}))
    elif old in element.members("Match"):
        members = [new if name == old else name for name in element.members("Match")]
        yield Fix(said, SetAttributes(case.path, {"Match": ",".join(members)}))
    elif element.get("Through").rpartition(".")[2] == old:
        before, dot, _ = element.get("Through").rpartition(".")
        yield Fix(said, SetAttributes(case.path, {"Through": f"{before}{dot}{new}"}))


def unwanted(case: Case) -> Iterator[Fix]:
    yield case.remove()


def refused_default(case: Case) -> Iterator[Fix]:
    """The nearest choice, where the field has choices."""
    field = case.use.field(case.element.get("Field")) if case.use is not None else None
    names = field.kind.members().names if field is not None and isinstance(field.kind, Combo) else ()
    like = nearest(case.element.get("Value"), names)
    for name in [like] if like else names[:4]:
        yield case.written("Value", name)
    yield case.remove()


FIELD_FIXES: Final[Mapping[str, Fixer]] = {
    "custom_field_unknown": unknown_custom_field,
    "default_empty": unwanted,
    "default_on_reference": unwanted,
    "default_refused": refused_default,
    "default_twice": unwanted,
    "field_fed_twice": unwanted,
    "field_not_writable": unwanted,
    "field_retired": unwanted,
    "field_unknown": unknown_field,
}
