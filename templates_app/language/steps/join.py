"""Join: the members of a list, coupled into one text."""

from __future__ import annotations

from typing import Any

from templates_app.language.attributes import Attribute, Form
from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps, Run, Step, StepSetting
from templates_app.language.values import is_empty, limited, text_of


class Join(Step):
    tag = "Join"
    sentence = "Couples several values into one text."
    attributes = (
        Attribute("With", default=" ", sentence="What to put between the values."),
        Attribute(
            "OnEmpty",
            Form.CHOICE,
            choices=("Skip", "Empty"),
            default="Skip",
            sentence="Skip leaves empty values out; Empty makes the whole empty when one is (for keys and dates).",
        ),
    )
    takes = "list"
    whole_list = True

    def build(self, element: Element, maps: Maps) -> Run:
        between = element.get("With", " ")
        all_or_nothing = element.get("OnEmpty", "Skip") == "Empty"

        def run(value: Any, setting: StepSetting) -> str | None:
            members = value if isinstance(value, list) else [value]
            texts = [text_of(member) for member in members if not is_empty(member)]
            if all_or_nothing and len(texts) < len(members):
                return None
            return limited(between.join(texts))

        return run
