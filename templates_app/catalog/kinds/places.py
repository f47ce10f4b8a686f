"""A place on the earth."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.decimals import number_text
from templates_app.catalog.kinds.plain import source_text
from templates_app.catalog.problems import Refused


@dataclass(frozen=True, slots=True)
class Position(Kind):
    """Latitude and longitude in degrees. Canonical `48.8566,2.3522`."""

    name: ClassVar[str] = "Position"

    def clean(self, value: object, setting: Setting) -> str | None:
        text = source_text(value)
        if text is None:
            return None
        latitude, comma, longitude = text.partition(",")
        if not comma:
            raise Refused("position_invalid", value=text)
        return f"{_degrees(latitude, 90, text)},{_degrees(longitude, 180, text)}"

    def text(self, value: str) -> str:
        return value


def _degrees(part: str, limit: int, shown: str) -> str:
    try:
        degrees = number_text(part.strip())
    except Refused:
        raise Refused("position_invalid", value=shown) from None
    if abs(Decimal(degrees)) > limit:
        raise Refused("position_invalid", value=shown)
    return degrees
