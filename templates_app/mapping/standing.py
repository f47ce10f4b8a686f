"""What of a template with errors can stand: the lines they are in are left out, so that the others can be tried."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.types import Catalog
from templates_app.language.checks import check
from templates_app.language.checks.scope import NO_BRAND
from templates_app.language.findings import Finding, Severity
from templates_app.language.matching import alias_of
from templates_app.language.nodes import Comment, Element
from templates_app.mapping.places import paths_at, walk

#: One line that falls takes others with it (a Type its Properties, they a key); more turns than this are not needed.
_TURNS: Final = 6

#: Errors about how a Type finds its records: without a key it can still insert.
_OF_KEYS: Final = frozenset(
    {
        "match_and_key",
        "key_not_declared",
        "key_fed_by_reference",
        "key_not_fed",
        "update_without_key",
        "delete_without_key",
        "delete_without_when",
        "custom_field_unknown",
        "field_unknown",
    }
)


@dataclass(frozen=True, slots=True)
class Standing:
    """`root` is what can be compiled, or None. `left_out` are the errors of the text itself, in its order.

    `paths`: id of each element of `root` -> its address in the whole tree.
    """

    root: Element | None
    left_out: tuple[Finding, ...]
    paths: Mapping[int, str]


def standing(root: Element, findings: Collection[Finding], catalog: Catalog, setting: Setting = NO_BRAND) -> Standing:
    """The tree without what the errors among `findings` stand in; the tree itself when there are none.

    Left out is the child of the root that the error is in; of a Type its Default or condition, or its `Match` and what
    needs one, where that is enough. An error of the root itself leaves nothing.
    """
    paths = {id(element): path for path, element in walk(root)}
    told = tuple(finding for finding in findings if finding.severity is Severity.ERROR)
    left, errors = root, told
    for _ in range(_TURNS):
        if not errors:
            return Standing(left, told, paths)
        reduced = _without(left, errors, paths)
        if reduced is None:
            break
        left = reduced
        found = check(left, catalog, setting=setting)
        errors = tuple(finding for finding in found if finding.severity is Severity.ERROR)
    return Standing(None, told, paths)


def _without(root: Element, errors: Collection[Finding], paths: dict[int, str]) -> Element | None:
    """The tree without the lines of these errors; None when nothing can be left out."""
    wrong: dict[str, list[Finding]] = {}
    places_of = paths_at(root, ((error.line, error.column) for error in errors))
    for error, path in zip(errors, places_of, strict=True):
        wrong.setdefault(path, []).append(error)
    if "" in wrong:
        return None
    kept: list[Element | Comment] = []
    keyless: set[str] = set()
    places = iter(range(len(root.children)))
    for child in root.children:
        if not isinstance(child, Element):
            kept.append(child)
            continue
        place = str(next(places))
        inside = {path: found for path, found in wrong.items() if path == place or path.startswith(f"{place}.")}
        reduced = _reduced(child, place, inside, paths) if inside else child
        if reduced is not None:
            kept.append(reduced)
            keyless |= {alias_of(child)} if place in inside else set()
    children = [_keyless(child, paths) if _is_key(child, keyless) else child for child in kept]
    left = replace(root, children=children)
    paths[id(left)] = ""
    return left


def _reduced(element: Element, place: str, wrong: Mapping[str, list[Finding]], paths: dict[int, str]) -> Element | None:
    """A Type without its wrong children, or without its key; None for what has to go whole."""
    attributes = dict(element.attributes)
    only_keys = all(finding.code in _OF_KEYS for finding in wrong.get(place, ()))
    if element.tag != "Type" or not only_keys or (place in wrong and not _eased(attributes)):
        return None
    children = element.elements()
    gone = {id(children[int(path.split(".")[1])]) for path in wrong if path != place}
    reduced = replace(
        element, attributes=attributes, children=[child for child in element.children if id(child) not in gone]
    )
    paths[id(reduced)] = paths[id(element)]
    return reduced


def _eased(attributes: dict[str, str]) -> bool:
    """Takes away the key of a Type, then what it cannot do without one. Whether there was anything to take."""
    for names in (("Match",), ("ShouldUpdate", "ShouldDelete")):
        given = [name for name in names if name in attributes]
        for name in given:
            del attributes[name]
        if given:
            return True
    return False


def _is_key(child: Element | Comment, keyless: Collection[str]) -> bool:
    return isinstance(child, Element) and child.tag == "Property" and child.has("Key") and child.get("Type") in keyless


def _keyless(child: Element | Comment, paths: dict[int, str]) -> Element | Comment:
    """A Property that is no longer part of a key."""
    if not isinstance(child, Element):
        return child
    plain = replace(child, attributes={name: value for name, value in child.attributes.items() if name != "Key"})
    paths[id(plain)] = paths[id(child)]
    return plain
