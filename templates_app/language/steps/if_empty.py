"""IfEmpty: a text in place of nothing. The only step that sees an empty value."""

from __future__ import annotations

from typing import Any

from templates_app.language.attributes import Attribute
from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps, Run, Step, StepSetting
from templates_app.language.values import is_empty


class IfEmpty(Step):
    tag = "IfEmpty"
    sentence = "Gives a text where the value is empty."
    attributes = (Attribute("Value", required=True, sentence="The text to give."),)
    gives = "any"
    passes_empty = False

    def build(self, element: Element, maps: Maps) -> Run:
        text = element.get("Value")

        def run(value: Any, setting: StepSetting) -> Any:
            return text if is_empty(value) else value

        return run
