"""Lower: small letters."""

from __future__ import annotations

from typing import Any

from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps, Run, Step, StepSetting
from templates_app.language.values import text_of


class Lower(Step):
    tag = "Lower"
    sentence = "Writes everything in small letters."

    def build(self, element: Element, maps: Maps) -> Run:
        return _lower


def _lower(value: Any, setting: StepSetting) -> str:
    return text_of(value).lower()
