"""Edits of value maps: the pairs of a map as lines."""

from __future__ import annotations

from templates_app.language.grammar import STEP_PARENTS
from templates_app.language.nodes import Comment, Element
from templates_app.mapping.edits.changes import SetPairs
from templates_app.mapping.edits.document import Document, set_attribute, take_out
from templates_app.mapping.pairs import Pair, pairs_of
from templates_app.mapping.refusals import EditRefused


def set_pairs(document: Document, change: SetPairs) -> Element:
    """The cases in the order of the lines. A case whose value stays is kept; comments keep their place."""
    pairs = pairs_of(change.text)
    holder = _map(document, change.path)
    _set_cases(document, holder, pairs)
    if change.otherwise is not None:
        _set_otherwise(document, holder, change.otherwise, change.otherwise_value)
    return holder


def _map(document: Document, path: str) -> Element:
    element = document.at(path)
    if element.tag in STEP_PARENTS:
        step = next(iter(element.elements("Map")), None)
        if step is None:
            step = Element("Map")
            document.insert(element, step)
        element = step
    if element.tag != "Map":
        raise EditRefused("edit_not_for", tag=element.tag, what="Case")
    named = [found for found in document.root.elements("Map") if found.get("Name") == element.get("Use")]
    return named[0] if element.has("Use") and named else element


def _set_cases(document: Document, holder: Element, pairs: tuple[Pair, ...]) -> None:
    """The cases take the places of the old ones in turn; what is more goes below the last, what is less goes away."""
    kept: dict[str, list[Element]] = {}
    for case in holder.elements("Case"):
        kept.setdefault(case.get("From"), []).append(case)
    waiting = iter([_case(kept, pair) for pair in pairs])
    children: list[Element | Comment] = []
    for child in holder.children:
        case_here = isinstance(child, Element) and child.tag == "Case"
        following = next(waiting, None) if case_here else child
        children += [following] if following is not None else []
    holder.children[:] = children
    for case in waiting:
        document.insert(holder, case)


def _case(kept: dict[str, list[Element]], pair: Pair) -> Element:
    source, target = pair
    found = kept.get(source)
    case = found.pop(0) if found else Element("Case", {"From": source})
    case.attributes["To"] = target
    return case


def _set_otherwise(document: Document, holder: Element, kind: str, value: str) -> None:
    if kind not in ("fail", "keep", "value"):
        raise EditRefused("change_member_invalid", verb="pairs", member="otherwise")
    written = holder.elements("Otherwise")
    if kind == "fail":
        for element in written:
            take_out(holder, element)
        return
    otherwise = written[0] if written else Element("Otherwise")
    if not written:
        document.insert(holder, otherwise)
    set_attribute(otherwise, "Keep", "true" if kind == "keep" else None)
    set_attribute(otherwise, "To", value if kind == "value" else None)
