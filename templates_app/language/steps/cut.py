"""Cut: a part of a text by position."""

from __future__ import annotations

from typing import Any

from templates_app.language.attributes import Attribute, Form
from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps, Run, Step, StepSetting
from templates_app.language.values import text_of


class Cut(Step):
    tag = "Cut"
    sentence = "Keeps a part of the text, by position."
    attributes = (
        Attribute("Start", Form.POSITION, default="1", sentence="First character; from the end with a minus."),
        Attribute("Length", Form.NUMBER, sentence="How many characters; with a minus, how many to drop at the end."),
    )

    def build(self, element: Element, maps: Maps) -> Run:
        start = int(element.get("Start", "1"))
        length = int(element.get("Length")) if element.has("Length") else None

        def run(value: Any, setting: StepSetting) -> str:
            text = text_of(value)
            first = start - 1 if start > 0 else max(len(text) + start, 0)
            if length is None:
                return text[first:]
            return text[first : first + length] if length >= 0 else text[first : max(len(text) + length, 0)]

        return run
