"""Prefix: a text put before the value."""

from __future__ import annotations

from typing import Any

from templates_app.language.attributes import Attribute
from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps, Run, Step, StepSetting
from templates_app.language.values import text_of


class Prefix(Step):
    tag = "Prefix"
    sentence = "Puts a text before the value; an empty value stays empty."
    attributes = (Attribute("Text", required=True, sentence="The text to put before the value."),)

    def build(self, element: Element, maps: Maps) -> Run:
        text = element.get("Text")

        def run(value: Any, setting: StepSetting) -> str:
            return text + text_of(value)

        return run
