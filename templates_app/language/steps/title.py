"""Title: each word begins with a capital letter."""

from __future__ import annotations

import re
from typing import Any, Final

from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps, Run, Step, StepSetting
from templates_app.language.values import text_of

#: A word is letters and digits with inner apostrophes; `d'` and `O'` are words of their own, `don't` is one.
_WORD: Final = re.compile(r"[^\W_](?=['’])|[^\W_]+(?:['’][^\W_]+)*")


class Title(Step):
    tag = "Title"
    sentence = "Begins each word with a capital letter and writes the rest in small letters."

    def build(self, element: Element, maps: Maps) -> Run:
        return _title


def _title(value: Any, setting: StepSetting) -> str:
    return _WORD.sub(lambda word: word[0][0].upper() + word[0][1:].lower(), text_of(value))
