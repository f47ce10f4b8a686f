"""What a step is: one class a file, with its attributes, what it takes and gives, and a function built once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from templates_app.language.attributes import Attribute
from templates_app.language.nodes import Element

#: A step's function: a value that is not empty (text, int, Decimal, bool, date, datetime, time or a list of those) to
#: a value, or None for empty. Raises `Refused` when it cannot.
Run = Callable[[Any, "StepSetting"], Any]


@dataclass(slots=True)
class StepSetting:
    """What a step may look at beside its value, for one row.

    `zone` is the brand's. `source(name, alternatives)` reads another source name of the same row (`Add Name`), None
    when missing or empty. `field(name)` reads a field of the same record mapped above (`RollOver`), canonical or None.
    """

    zone: ZoneInfo
    source: Callable[[str, tuple[str, ...]], Any]
    field: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Maps:
    """The named value maps of the template: name -> (`From` text -> `To`), and what an unlisted value becomes."""

    cases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    otherwise: Mapping[str, str | None] = field(default_factory=dict)


class Step(ABC):
    """One step of the language.

    `takes` / `gives` name value shapes for the checker: "text", "number", "date", "list", "any". `whole_list` steps
    (`Join`) get a list as it is; others run on each item.
    """

    tag: ClassVar[str]
    sentence: ClassVar[str]
    attributes: ClassVar[tuple[Attribute, ...]] = ()
    children: ClassVar[tuple[str, ...]] = ()
    takes: ClassVar[str] = "any"
    gives: ClassVar[str] = "text"
    whole_list: ClassVar[bool] = False
    passes_empty: ClassVar[bool] = True
    #: The step reads other names or fields of the same row through its `StepSetting`.
    reads_row: ClassVar[bool] = False

    @abstractmethod
    def build(self, element: Element, maps: Maps) -> Run:
        """The step's function for this element. The element has passed the grammar and the checks."""

    def build_export(self, element: Element, maps: Maps) -> Run:
        """The step's function in an `<Out>`, where it writes rather than reads. By default the same."""
        return self.build(element, maps)
