"""Fixes of what the grammar refuses: tags, attributes and the form of their texts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from templates_app.language.attributes import Form
from templates_app.language.letters import date_formats
from templates_app.language.nearest import nearest
from templates_app.mapping.edits.changes import Retag, SetAttributes
from templates_app.mapping.fixes.case import Case, Fix, Fixer
from templates_app.mapping.words import words

_YES: Final = ("1", "yes", "y", "oui", "ja", "si", "vrai", "wahr", "on", "t", "x")
_STRFTIME: Final = {"%d": "dd", "%m": "MM", "%Y": "yyyy", "%y": "yy", "%H": "HH", "%M": "mm", "%S": "ss"}
#: Two small letters that no hours stand before, and no seconds after.
_MONTH_IN_SMALL: Final = re.compile(r"(?<![Hh])(?<![Hh][:.h])mm(?!:?s)")
_OTHER_LETTERS: Final = str.maketrans({"Y": "y", "D": "d", "J": "d", "A": "y", "j": "d", "a": "y", "T": "d"})


def unknown_element(case: Case) -> Iterator[Fix]:
    like = case.param("nearest")
    if like:
        yield Fix(words("fix_use", value=like), Retag(case.path, like))
    yield case.remove()


def misplaced_element(case: Case) -> Iterator[Fix]:
    yield case.remove()


def unknown_attribute(case: Case) -> Iterator[Fix]:
    """Its value goes to the one that was meant, unless that stands there as well."""
    name = next((name for name in case.element.attributes if _is_told(case, name)), "")
    like = case.param("nearest")
    if like and name and not case.element.has(like):
        change = SetAttributes(case.path, {name: None, like: case.element.get(name)})
        yield Fix(words("fix_use", value=like), change)
    if name:
        yield case.without(name)


def _is_told(case: Case, name: str) -> bool:
    """Whether the finding speaks of this attribute. Params are cut for showing; names rarely are."""
    known = case.rule is not None and case.rule.attribute(name) is not None
    return not known and case.param("attribute") in (name, case.finding.fix[1] if case.finding.fix else name)


def missing_attribute(case: Case) -> Iterator[Fix]:
    """Of a Type there may be one only; of a choice, each."""
    name = case.param("attribute")
    attribute = case.rule.attribute(name) if case.rule else None
    if name == "Type":
        yield from (case.written(name, alias) for alias in dict.fromkeys(case.scope.aliases()[:3]))
    elif attribute is not None and attribute.form is Form.CHOICE:
        yield from (case.written(name, choice) for choice in attribute.choices[:6])


def invalid_choice(case: Case) -> Iterator[Fix]:
    name = case.param("attribute")
    attribute = case.rule.attribute(name) if case.rule else None
    if attribute is None:
        return
    like = nearest(case.element.get(name), attribute.choices)
    offered = (like,) if like else attribute.choices[:4]
    yield from (case.written(name, choice) for choice in offered)
    if not attribute.required:
        yield case.without(name)


def invalid_flag(case: Case) -> Iterator[Fix]:
    name = case.param("attribute")
    yes = case.element.get(name).strip().lower() in (*_YES, "true")
    for value in ("true", "false") if yes else ("false", "true"):
        yield case.written(name, value)


def empty_name(case: Case) -> Iterator[Fix]:
    name = case.param("attribute")
    attribute = case.rule.attribute(name) if case.rule else None
    if attribute is not None and not attribute.required:
        yield case.without(name)


def empty_member(case: Case) -> Iterator[Fix]:
    name = case.param("attribute")
    members = [member for member in case.element.members(name) if member]
    yield case.written(name, ",".join(members)) if members else case.without(name)


def empty_other_name(case: Case) -> Iterator[Fix]:
    names = [name for name in case.element.alternatives("Or") if name.strip()]
    yield case.written("Or", "|".join(names)) if names else case.without("Or")


def zero_position(case: Case) -> Iterator[Fix]:
    yield case.written(case.param("attribute"), "1")


def invalid_format(case: Case) -> Iterator[Fix]:
    """The letters of other systems: `DD/MM/YYYY`, `%d/%m/%Y`, `JJ/MM/AAAA`, `TT.MM.JJJJ`; `mm` where months stand."""
    written = case.element.get("Format")
    meant = written
    for sign, letters in _STRFTIME.items():
        meant = meant.replace(sign, letters)
    others = written.replace("JJJJ", "yyyy").translate(_OTHER_LETTERS)
    for candidate in dict.fromkeys((meant, others, _MONTH_IN_SMALL.sub("MM", written))):
        if candidate != written and _readable(candidate):
            yield case.written("Format", candidate)


def _readable(written: str) -> bool:
    try:
        return bool(date_formats(written))
    except ValueError:
        return False


def invalid_pattern(case: Case) -> Iterator[Fix]:
    """A text with signs of its own is often meant as it stands."""
    if case.element.tag == "Replace":
        yield Fix(words("fix_plain_text"), SetAttributes(case.path, {"Regex": "false"}))


GRAMMAR_FIXES: Final[Mapping[str, Fixer]] = {
    "attribute_missing": missing_attribute,
    "attribute_unknown": unknown_attribute,
    "choice_invalid": invalid_choice,
    "element_misplaced": misplaced_element,
    "element_unknown": unknown_element,
    "flag_invalid": invalid_flag,
    "format_invalid": invalid_format,
    "member_empty": empty_member,
    "name_empty": empty_name,
    "other_name_empty": empty_other_name,
    "pattern_invalid": invalid_pattern,
    "position_zero": zero_position,
}
