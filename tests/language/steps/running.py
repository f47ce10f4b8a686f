"""Runs one step, or a chain of them, on a value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from templates_app.language.chains import compile_chain
from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps, StepSetting

PARIS = ZoneInfo("Europe/Paris")


def step(tag: str, *children: Element, **attributes: str) -> Element:
    return Element(tag, dict(attributes), list(children))


def run(
    *steps: Element,
    value: Any,
    export: bool = False,
    maps: Maps | None = None,
    row: Mapping[str, Any] | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Any:
    """What the steps make of a value. `row` answers `Add Name`, `fields` answer `RollOver`."""
    given = row or {}

    def source(name: str, others: tuple[str, ...]) -> Any:
        return next((given[key] for key in (name, *others) if given.get(key) not in (None, "")), None)

    chain = compile_chain(Element("Property", {}, list(steps)), maps or Maps(), export=export)
    return chain(value, StepSetting(zone=PARIS, source=source, field=(fields or {}).get))
