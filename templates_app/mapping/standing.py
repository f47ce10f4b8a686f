"""What of a template with errors can stand: the lines they are in are left out, so that the others can be tried."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from templates_app.catalog.types import Catalog
from templates_app.language.checks import check
from templates_app.language.findings import Finding, Severity
from templates_app.language.nodes import Comment, Element
from templates_app.mapping.places import paths_at, walk

#: One line that falls takes others with it (a Type its Properties, they a key); more turns than this are not needed.
_TURNS: Final = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """`root` is what can be compiled, or None. `left_out` are the errors of the text itself, in its order.

    `paths`: id of each element of `root` -> its address in the whole tree.
    """

    root: Element | None
    left_out: tuple[Finding, ...]
    paths: Mapping[int, str]


def standing(root: Element, findings: Collection[Finding], catalog: Catalog) -> Standing:
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
        errors = tuple(finding for finding in check(left, catalog) if finding.severity is Severity.ERROR)
    return Standing(None, told, paths)


def _without(root: Element, errors: Collection[Finding], paths: dict[int, str]) -> Element | None:
    """The tree without the lines of these errors; None when nothing can be left out."""
    wrong = set(paths_at(root, ((error.line, error.column) for error in errors)))
    if "" in wrong:
        return None
    kept: list[Element | Comment] = []
    places = iter(range(len(root.children)))
    for child in root.children:
        if not isinstance(child, Element):
            kept.append(child)
            continue
        place = str(next(places))
        inside = {path for path in wrong if path == place or path.startswith(f"{place}.")}
        reduced = _reduced(child, place, inside, paths) if inside else child
        if reduced is not None:
            kept.append(reduced)
    return replace(root, children=kept)


def _eased(attributes: dict[str, str]) -> bool:
    """Takes away what a Type is most often wrong by: its key, then what it cannot do without one. Whether it could."""
    for names in (("Match",), ("ShouldUpdate", "ShouldDelete")):
        given = [name for name in names if name in attributes]
        for name in given:
            del attributes[name]
        if given:
            return True
    return False


def _reduced(element: Element, place: str, wrong: set[str], paths: dict[int, str]) -> Element | None:
    """A Type without its wrong children, or without its key; None for what has to go whole."""
    attributes = dict(element.attributes)
    if element.tag != "Type" or (place in wrong and not _eased(attributes)):
        return None
    children = element.elements()
    gone = {id(children[int(path.split(".")[1])]) for path in wrong if path != place}
    reduced = replace(
        element, attributes=attributes, children=[child for child in element.children if id(child) not in gone]
    )
    paths[id(reduced)] = paths[id(element)]
    return reduced
