"""Conditions of a template as lines of the view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from templates_app.language.elements.rule import Direction
from templates_app.language.grammar import rule_of
from templates_app.language.nodes import Element
from templates_app.mapping.table.element_parts import numbered, placed
from templates_app.mapping.table.lines import ConditionLine
from templates_app.mapping.words import Words, words

TESTS: Final = ("Equals", "In", "Matches", "Present", "AtLeast", "AtMost")
_SAID_NAMES: Final = 3
_CODES: Final = {
    "Equals": "equals",
    "In": "in",
    "Matches": "matches",
    "AtLeast": "at_least",
    "AtMost": "at_most",
}


def condition_lines(holder: Element, path: str, *, direction: Direction) -> tuple[ConditionLine, ...]:
    """The conditions of a Type, or of the root of an import."""
    found = numbered(holder, path, "When", "Unless")
    return tuple(
        _line(element, at, holder.tag, direction)
        for at, element in found
        if rule_of(direction=direction, parent=holder.tag, tag=element.tag)
    )


def _line(element: Element, path: str, parent: str, direction: Direction) -> ConditionLine:
    names = source_names(element) if direction == "in" else tuple(filter(None, (element.get("Field"),)))
    test = next((name for name in TESTS if element.has(name)), "")
    return ConditionLine(
        tag=element.tag,
        names=names,
        test=test,
        value=element.get(test) if test else "",
        words=condition_words(element, said_names(names)),
        **placed(element, path, direction=direction, parent=parent),
    )


def source_names(element: Element) -> tuple[str, ...]:
    """The source names an element reads, in the order they are tried: its Name, then those of Or."""
    return tuple(name for name in (element.get("Name"), *element.alternatives("Or")) if name)


def said_names(names: Sequence[str]) -> str:
    """Names as a sentence has room for them: of many, the first."""
    if not names:
        return "…"
    return " / ".join(names if len(names) <= _SAID_NAMES else (names[0], "…"))


def condition_words(element: Element, name: str) -> Words:
    """The condition in words: of several tests the first, of both bounds the range."""
    how = "unless" if element.tag == "Unless" else "when"
    test = next((test for test in TESTS if element.has(test)), "")
    if test == "Present":
        return words(f"{how}_present" if element.flag("Present") else f"{how}_absent", name=name)
    if test == "AtLeast" and element.has("AtMost"):
        return words(f"{how}_between", name=name, value=element.get("AtLeast"), upper=element.get("AtMost"))
    if not test:
        return words(f"{how}_untested", name=name)
    value = ", ".join(element.alternatives("In")) if test == "In" else element.get(test)
    return words(f"{how}_{_CODES[test]}", name=name, value=value)
