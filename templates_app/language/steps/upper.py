"""Upper: capital letters."""

from __future__ import annotations

from typing import Any

from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps, Run, Step, StepSetting
from templates_app.language.values import text_of


class Upper(Step):
    tag = "Upper"
    sentence = "Writes everything in capital letters."

    def build(self, element: Element, maps: Maps) -> Run:
        return _upper


def _upper(value: Any, setting: StepSetting) -> str:
    return text_of(value).upper()
