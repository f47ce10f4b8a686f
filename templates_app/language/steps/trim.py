"""Trim: outer blanks go."""

from __future__ import annotations

from typing import Any, Final

from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps, Run, Step, StepSetting
from templates_app.language.values import text_of

#: Zero-width space and byte order mark: invisible, not white space for Python, and met at the ends of real cells.
_INVISIBLE: Final = "\u200b\ufeff"


class Trim(Step):
    tag = "Trim"
    sentence = "Removes blanks at both ends."

    def build(self, element: Element, maps: Maps) -> Run:
        return _trim


def _trim(value: Any, setting: StepSetting) -> str:
    return text_of(value).strip().strip(_INVISIBLE).strip()
