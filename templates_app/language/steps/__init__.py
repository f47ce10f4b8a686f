"""The steps of the language, one a file."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from templates_app.language.steps.add import Add
from templates_app.language.steps.base import Step
from templates_app.language.steps.boolean import Boolean
from templates_app.language.steps.cut import Cut
from templates_app.language.steps.date import Date
from templates_app.language.steps.extract import Extract
from templates_app.language.steps.if_empty import IfEmpty
from templates_app.language.steps.join import Join
from templates_app.language.steps.lower import Lower
from templates_app.language.steps.mapping import Map
from templates_app.language.steps.number import Number
from templates_app.language.steps.pad import Pad
from templates_app.language.steps.phone import Phone
from templates_app.language.steps.prefix import Prefix
from templates_app.language.steps.replace import Replace
from templates_app.language.steps.roll_over import RollOver
from templates_app.language.steps.split import Split
from templates_app.language.steps.suffix import Suffix
from templates_app.language.steps.title import Title
from templates_app.language.steps.trim import Trim
from templates_app.language.steps.upper import Upper

_ALL: Final[tuple[Step, ...]] = (
    Trim(),
    Upper(),
    Lower(),
    Title(),
    Replace(),
    Extract(),
    Cut(),
    Pad(),
    Prefix(),
    Suffix(),
    Split(),
    Join(),
    Map(),
    Date(),
    Add(),
    RollOver(),
    Number(),
    Boolean(),
    Phone(),
    IfEmpty(),
)

#: Tag -> step, in the order of the manual.
STEPS: Final[Mapping[str, Step]] = MappingProxyType({step.tag: step for step in _ALL})
