"""Steps and maps as lines of the view."""

from __future__ import annotations

from templates_app.language.elements.rule import Direction
from templates_app.language.nodes import Element
from templates_app.language.steps import STEPS
from templates_app.mapping.pairs import pairs_text
from templates_app.mapping.table.element_parts import numbered, others_of, placed
from templates_app.mapping.table.lines import OtherLine, PairLine, PairTable, StepChip
from templates_app.mapping.table.step_words import step_words
from templates_app.mapping.words import words


def step_chips(holder: Element, path: str, *, direction: Direction) -> tuple[StepChip, ...]:
    """The steps of a Property or Source, in their order."""
    return tuple(_chip(element, at, holder.tag, direction) for at, element in numbered(holder, path, *STEPS))


def _chip(element: Element, path: str, parent: str, direction: Direction) -> StepChip:
    own_pairs = element.tag == "Map" and bool(element.elements("Case", "Otherwise") or not element.has("Use"))
    pairs, others = pair_table(element, path, direction=direction) if own_pairs else (None, None)
    return StepChip(
        tag=element.tag,
        words=step_words(element, export=direction == "out"),
        use=element.get("Use") if element.tag == "Map" else "",
        pairs=pairs,
        **placed(element, path, direction=direction, parent=parent, others=others),
    )


def pair_table(element: Element, path: str, *, direction: Direction) -> tuple[PairTable, tuple[OtherLine, ...]]:
    """The cases of a map, and what else stands in it."""
    pairs = tuple(_pair(case, at, direction) for at, case in numbered(element, path, "Case"))
    otherwise_path, otherwise = next(numbered(element, path, "Otherwise"), ("", None))
    kind, value = _otherwise(otherwise)
    taken = {otherwise_path, *(pair.path for pair in pairs)}
    table = PairTable(
        pairs=pairs,
        text=pairs_text((pair.source, pair.target) for pair in pairs),
        otherwise=kind,
        otherwise_value=value,
        otherwise_path=otherwise_path,
        words=words(f"pairs_{kind}", count=len(pairs), value=value),
    )
    inside = others_of(otherwise, otherwise_path, direction=direction, taken=()) if otherwise else ()
    return table, (*others_of(element, path, direction=direction, taken=taken), *inside)


def _pair(case: Element, path: str, direction: Direction) -> PairLine:
    return PairLine(
        source=case.get("From"),
        target=case.get("To"),
        **placed(case, path, direction=direction, parent="Map"),
    )


def _otherwise(element: Element | None) -> tuple[str, str]:
    if element is None:
        return "fail", ""
    return ("keep", "") if element.flag("Keep") else ("value", element.get("To"))
