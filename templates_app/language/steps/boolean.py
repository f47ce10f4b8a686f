"""Boolean: texts that mean yes or no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from templates_app.catalog.problems import Refused
from templates_app.language.attributes import Attribute, Form
from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps, Run, Step, StepSetting
from templates_app.language.values import text_of

#: How yes and no are kept here.
_KEPT: Final = {"true": True, "1": True, "false": False, "0": False}


class Boolean(Step):
    tag = "Boolean"
    sentence = (
        "Reads texts that mean yes or no; a text that is listed nowhere fails. On export, writes the first of each."
    )
    attributes = (
        Attribute("True", Form.ALTERNATIVES, required=True, sentence="Texts that mean yes."),
        Attribute("False", Form.ALTERNATIVES, sentence="Texts that mean no."),
    )
    gives = "any"

    def build(self, element: Element, maps: Maps) -> Run:
        meanings = _meanings(element)

        def run(value: Any, setting: StepSetting) -> bool:
            return value if isinstance(value, bool) else _meant(value, meanings)

        return run

    def build_export(self, element: Element, maps: Maps) -> Run:
        yes = element.alternatives("True")[0]
        no = next(iter(element.alternatives("False")), None)
        meanings = _meanings(element) | _KEPT

        def run(value: Any, setting: StepSetting) -> str | None:
            return yes if _meant(value, meanings) else no

        return run


def _meanings(element: Element) -> dict[str, bool]:
    meanings = {text.strip().casefold(): False for text in element.alternatives("False")}
    return meanings | {text.strip().casefold(): True for text in element.alternatives("True")}


def _meant(value: Any, meanings: Mapping[str, bool]) -> bool:
    text = text_of(value)
    meaning = meanings.get(text.strip().casefold())
    if meaning is None:
        raise Refused("boolean_unlisted", value=text)
    return meaning
