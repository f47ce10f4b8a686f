"""Pad: fill a text up to a length."""

from __future__ import annotations

from typing import Any

from templates_app.catalog.problems import Refused
from templates_app.language.attributes import Attribute, Form
from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps, Run, Step, StepSetting
from templates_app.language.values import MAX_TEXT, text_of


class Pad(Step):
    tag = "Pad"
    sentence = "Fills a text that is too short up to a length."
    attributes = (
        Attribute("Length", Form.NUMBER, required=True, sentence="The length to reach."),
        Attribute("With", default="0", sentence="What to fill with."),
        Attribute("Side", Form.CHOICE, choices=("Left", "Right"), default="Left", sentence="Where to fill."),
    )

    def build(self, element: Element, maps: Maps) -> Run:
        length = int(element.get("Length"))
        filling = element.get("With", "0")
        left = element.get("Side", "Left") == "Left"

        def run(value: Any, setting: StepSetting) -> str:
            text = text_of(value)
            lacking = length - len(text)
            if lacking <= 0 or not filling:
                return text
            if length > MAX_TEXT:
                raise Refused("step_output_too_long", value=text, limit=MAX_TEXT)
            added = (filling * (lacking // len(filling) + 1))[:lacking]
            return added + text if left else text + added

        return run
