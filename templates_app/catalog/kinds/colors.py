"""A colour."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.plain import source_text
from templates_app.catalog.problems import Refused

_COLOR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True)
class Color(Kind):
    """A colour of the screen. Canonical `#RRGGBB`, capitals."""

    name: ClassVar[str] = "Color"

    def clean(self, value: object, setting: Setting) -> str | None:
        text = source_text(value)
        if text is None:
            return None
        if not _COLOR.fullmatch(text):
            raise Refused("color_invalid", value=text)
        return text.upper()

    def text(self, value: str) -> str:
        return value
