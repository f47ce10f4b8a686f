"""Map: a value becomes another by a list of cases, named once or written in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from templates_app.catalog.problems import Refused
from templates_app.language.attributes import Attribute, Form
from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps, Run, Step, StepSetting
from templates_app.language.values import text_of


class Map(Step):
    tag = "Map"
    sentence = "Replaces a value by the one that its case names."
    attributes = (Attribute("Use", Form.NAME, sentence="A named map of the template; else the cases stand inside."),)
    children = ("Case", "Otherwise")

    def build(self, element: Element, maps: Maps) -> Run:
        name = element.get("Use")
        if not element.has("Use"):
            return _by_cases(cases_of(element), *otherwise_of(element))
        if name not in maps.cases:
            raise ValueError(f"no map of this name: {name!r}")
        return _by_cases(maps.cases[name], name in maps.otherwise, maps.otherwise.get(name))


def named_maps(root: Element) -> Maps:
    """The `Map` elements of a template, by name."""
    cases = {}
    otherwise: dict[str, str | None] = {}
    for element in root.elements("Map"):
        cases[element.get("Name")] = cases_of(element)
        given, value = otherwise_of(element)
        if given:
            otherwise[element.get("Name")] = value
    return Maps(cases=cases, otherwise=otherwise)


def cases_of(element: Element) -> dict[str, str]:
    """`From` text -> `To` of the cases; of two cases for one text, the first counts."""
    cases: dict[str, str] = {}
    for case in element.elements("Case"):
        cases.setdefault(case.get("From"), case.get("To"))
    return cases


def otherwise_of(element: Element) -> tuple[bool, str | None]:
    """Whether there is an `Otherwise`, and what it gives; None keeps the value as it is."""
    for otherwise in element.elements("Otherwise"):
        return True, None if otherwise.flag("Keep") else otherwise.get("To")
    return False, None


def _by_cases(cases: Mapping[str, str], has_otherwise: bool, otherwise: str | None) -> Run:
    loosely: dict[str, str] = {}
    for written, target in cases.items():
        loosely.setdefault(written.strip().casefold(), target)

    def run(value: Any, setting: StepSetting) -> Any:
        text = text_of(value)
        target = cases.get(text)
        if target is None:
            target = loosely.get(text.strip().casefold())
        if target is not None:
            return target
        if not has_otherwise:
            raise Refused("map_no_case", value=text)
        return value if otherwise is None else otherwise

    return run
