"""Split: a text cut at a separator; one part of it, or the list of all."""

from __future__ import annotations

from typing import Any

from templates_app.language.attributes import Attribute, Form
from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps, Run, Step, StepSetting
from templates_app.language.values import text_of


class Split(Step):
    tag = "Split"
    sentence = "Cuts a text at a separator and keeps one part; without a part, all of them as a list."
    attributes = (
        Attribute("By", Form.NAME, required=True, sentence="The separator, taken as it stands."),
        Attribute("Part", Form.POSITION, sentence="Which part, counted from 1; from the end with a minus."),
    )
    gives = "list"

    def build(self, element: Element, maps: Maps) -> Run:
        separator = element.get("By")
        if not element.has("Part"):
            return lambda value, setting: text_of(value).split(separator)
        part = int(element.get("Part"))

        def run(value: Any, setting: StepSetting) -> str | None:
            parts = text_of(value).split(separator)
            if abs(part) > len(parts):
                return None
            return parts[part - 1 if part > 0 else part]

        return run
