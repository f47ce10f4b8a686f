"""Extract: the part that matches, else empty."""

from __future__ import annotations

from typing import Any

from templates_app.language.attributes import Attribute, Form
from templates_app.language.nodes import Element
from templates_app.language.patterns import compile_pattern
from templates_app.language.steps.base import Maps, Run, Step, StepSetting
from templates_app.language.values import text_of


class Extract(Step):
    tag = "Extract"
    sentence = "Keeps the part that matches the pattern (its first group, if it has one); empty when nothing matches."
    attributes = (Attribute("Pattern", Form.PATTERN, required=True, sentence="What to look for."),)

    def build(self, element: Element, maps: Maps) -> Run:
        pattern = compile_pattern(element.get("Pattern"))
        group = 1 if pattern.groups else 0

        def run(value: Any, setting: StepSetting) -> str | None:
            match = pattern.search(text_of(value))
            return None if match is None else match.group(group)

        return run
