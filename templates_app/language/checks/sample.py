"""Names of the template that no row of a sample has."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from templates_app.catalog.loose import loose_form
from templates_app.language.checks.scope import Scope, TypeUse, error, warning
from templates_app.language.findings import Finding
from templates_app.language.nearest import nearest
from templates_app.language.nodes import Element


def names_not_in_sample(scope: Scope, sample_names: Collection[str]) -> Iterator[Finding]:
    """`sample_names` are the columns, or the members of the rows, of a sample.

    An element is spoken of when none of its names is there: an error when its value must be, else a warning. Names
    below a list (`Each` with a path) belong to its items, not to the row, and are not judged; nor are `.` and `../x`.
    """
    known = {*sample_names, *map(loose_form, sample_names)}
    for element, use, must in _readers(scope):
        names = [name for base in _names(element) for name in _starred(base, use)]
        if names and not any(_found(name, known) for name in names):
            like = nearest(names[0], sample_names)
            params = {"name": element.get("Name"), "nearest": like, "tag": element.tag}
            fix = ("rename", element.get("Name"), like) if like else ()
            say = error if must else warning
            yield say(element, "name_not_in_sample", fix=fix, **params)


def _readers(scope: Scope) -> Iterator[tuple[Element, TypeUse | None, bool]]:
    """(element that reads source names, its Type, whether a value must be there), lists left out."""
    for condition in scope.root.elements("When", "Unless"):
        yield condition, None, False
    for use in scope.types:
        if not _reads_items(use):
            yield from ((condition, use, False) for condition in use.element.elements("When", "Unless"))
    for element in scope.root.elements("Property"):
        owner = scope.type_named(element.get("Type"))
        if owner is not None and not _reads_items(owner):
            must = element.flag("Required") or _feeds_key(scope, owner, element)
            yield from ((reader, owner, must and reader.tag != "Add") for reader in _within(element))


def _within(element: Element) -> Iterator[Element]:
    """The Property or its Sources, and their `Add`s that read an amount."""
    sources = element.elements("Source")
    yield from sources or [element]
    for holder in (element, *sources):
        yield from holder.elements("Add")


def _feeds_key(scope: Scope, owner: TypeUse, element: Element) -> bool:
    key = scope.key(owner)
    return key is not None and element.get("Field") in key.fields


def _reads_items(use: TypeUse) -> bool:
    return use.element.has("Each") and "*" not in use.element.get("Each")


def _names(element: Element) -> list[str]:
    named = [element.get("Name")] if element.get("Name") else []
    return [*named, *(name for name in element.alternatives("Or") if name)]


def _starred(name: str, use: TypeUse | None) -> list[str]:
    """What a name is called in each group of columns; itself where there are none."""
    groups = [member for member in use.element.members("Each") if "*" in member] if use else []
    return [group.replace("*", name) for group in groups] or [name]


def _found(name: str, known: Collection[str]) -> bool:
    """As a key as it stands or loosely; a path, by its first part."""
    first = name.split("/")[0].split("[")[0]
    if name == "." or first in ("", "..") or first.lstrip("-").isdigit():
        return True
    return any(spelling in known for spelling in (name, loose_form(name), first, loose_form(first)))
