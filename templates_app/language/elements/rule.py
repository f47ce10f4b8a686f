"""What the grammar knows of one element at one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from templates_app.language.attributes import Attribute

Direction = Literal["in", "out"]


@dataclass(frozen=True, slots=True)
class ElementRule:
    """One element of one direction inside certain parents; the same tag may have another rule elsewhere.

    `parents` are tags (`""`: it is a root). `wide` elements accept every step as a child, beside `children`; `step`
    marks those steps.
    """

    tag: str
    direction: Direction
    parents: tuple[str, ...]
    sentence: str
    attributes: tuple[Attribute, ...] = ()
    children: tuple[str, ...] = ()
    wide: bool = False
    step: bool = False

    def attribute(self, name: str) -> Attribute | None:
        return next((attribute for attribute in self.attributes if attribute.name == name), None)
