"""A step in words, as its chip says it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from templates_app.language.letters import EXCEL
from templates_app.language.nodes import Element
from templates_app.language.steps import STEPS
from templates_app.mapping.words import Words, words

_PLAIN: Final = {"Trim": "step_trim", "Upper": "step_upper", "Lower": "step_lower", "Title": "step_title"}
_LATER: Final = {
    "Years": ("step_add_years", "step_take_years"),
    "Months": ("step_add_months", "step_take_months"),
    "Weeks": ("step_add_weeks", "step_take_weeks"),
    "Days": ("step_add_days", "step_take_days"),
    "Hours": ("step_add_hours", "step_take_hours"),
    "Minutes": ("step_add_minutes", "step_take_minutes"),
}


def step_words(element: Element, *, export: bool) -> Words:
    """What this step does. One of which an attribute is missing says that it is not filled in yet."""
    if element.tag in _PLAIN:
        return words(_PLAIN[element.tag])
    say = _SAYINGS.get(element.tag)
    if say is None or _incomplete(element):
        return words("step_incomplete", tag=element.tag)
    return say(element, export)


def _incomplete(element: Element) -> bool:
    step = STEPS.get(element.tag)
    return step is not None and any(a.required and not element.has(a.name) for a in step.attributes)


def _alternatives(element: Element, name: str) -> str:
    return ", ".join(element.alternatives(name))


def _replace(element: Element, _export: bool) -> Words:
    plain = not element.flag("Regex", default=True)
    pattern, new = element.get("Pattern"), element.get("With")
    if new:
        return Words("step_replace" if plain else "step_replace_pattern", {"pattern": pattern, "with": new})
    return words("step_drop" if plain else "step_drop_pattern", pattern=pattern)


def _cut(element: Element, _export: bool) -> Words:
    start, length = element.get("Start", "1"), element.get("Length")
    if length.startswith("-"):
        return words("step_cut_end", start=start, dropped=length[1:])
    return words("step_cut_length", start=start, length=length) if length else words("step_cut_from", start=start)


def _pad(element: Element, _export: bool) -> Words:
    code = "step_pad_right" if element.get("Side") == "Right" else "step_pad_left"
    return Words(code, {"with": element.get("With", "0"), "length": element.get("Length")})


def _split(element: Element, _export: bool) -> Words:
    by, part = element.get("By"), element.get("Part")
    if not part:
        return words("step_split_list", by=by)
    return words("step_split_last", by=by) if part == "-1" else words("step_split_part", by=by, part=part)


def _join(element: Element, _export: bool) -> Words:
    code = "step_join_all" if element.get("OnEmpty") == "Empty" else "step_join"
    return Words(code, {"with": element.get("With", " ")})


def _map(element: Element, _export: bool) -> Words:
    if element.has("Use"):
        return words("step_map_use", use=element.get("Use"))
    return words("step_map_cases", count=len(element.elements("Case")))


def _date(element: Element, export: bool) -> Words:
    written = element.get("Format")
    if written == EXCEL:
        return words("step_date_write_excel" if export else "step_date_excel")
    first = written.split("|")[0] if export else ", ".join(written.split("|"))
    return words("step_date_write" if export else "step_date_read", format=first)


def _add(element: Element, _export: bool) -> Words:
    codes = _LATER.get(element.get("Unit"))
    named = ", ".join(name for name in (element.get("Name"), *element.alternatives("Or")) if name)
    amount = element.get("Amount") or named
    if codes is None or not amount:
        return words("step_incomplete", tag=element.tag)
    earlier = element.has("Amount") and amount.startswith("-")
    return words(codes[1], amount=amount[1:]) if earlier else words(codes[0], amount=amount)


def _number(element: Element, _export: bool) -> Words:
    params = {"decimal": element.get("Decimal", "."), "thousands": element.get("Thousands"), "round": ""}
    code = "step_number_groups" if element.get("Thousands") else "step_number"
    return Words(f"{code}_round" if element.get("Round") else code, {**params, "round": element.get("Round")})


def _boolean(element: Element, _export: bool) -> Words:
    yes, no = _alternatives(element, "True"), _alternatives(element, "False")
    return words("step_boolean_both", yes=yes, no=no) if element.has("False") else words("step_boolean", yes=yes)


def _phone(element: Element, export: bool) -> Words:
    return words("step_phone_write" if export else "step_phone_read", region=element.get("Region"))


_SAYINGS: Final[Mapping[str, Callable[[Element, bool], Words]]] = {
    "Replace": _replace,
    "Extract": lambda element, _export: words("step_extract", pattern=element.get("Pattern")),
    "Cut": _cut,
    "Pad": _pad,
    "Prefix": lambda element, _export: words("step_prefix", text=element.get("Text")),
    "Suffix": lambda element, _export: words("step_suffix", text=element.get("Text")),
    "Split": _split,
    "Join": _join,
    "Map": _map,
    "Date": _date,
    "Add": _add,
    "RollOver": lambda element, _export: words("step_roll_over", field=element.get("Field")),
    "Number": _number,
    "Boolean": _boolean,
    "Phone": _phone,
    "IfEmpty": lambda element, _export: words("step_if_empty", value=element.get("Value")),
}
