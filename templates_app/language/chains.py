"""Chains of steps: what stands between a value of the source and its field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from templates_app.catalog.problems import Refused
from templates_app.language.nodes import Element
from templates_app.language.steps import STEPS
from templates_app.language.steps.base import Maps, Run, StepSetting
from templates_app.language.values import MAX_TEXT, is_empty

#: The texts of a list together: what one step over many items may produce.
MAX_LIST_TEXT: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Link:
    """One step of a chain, built."""

    run: Run
    passes_empty: bool
    whole_list: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps in order. `reads_row`: one of them looks at more than its value."""

    links: tuple[Link, ...]
    reads_row: bool

    def __call__(self, value: Any, setting: StepSetting) -> Any:
        """The value after all steps; None for empty. Raises `Refused`."""
        for link in self.links:
            if is_empty(value):
                value = None
                if link.passes_empty:
                    continue
            if link.whole_list or not isinstance(value, list):
                value = link.run(value, setting)
                if isinstance(value, str) and len(value) > MAX_TEXT:
                    raise Refused("step_output_too_long", value=value, limit=MAX_TEXT)
            else:
                value = _on_items(link, value, setting)
        return None if is_empty(value) else value


def compile_chain(element: Element, maps: Maps, *, export: bool = False) -> Chain:
    """The steps among the children of a Property or Source. ValueError when one cannot be built."""
    links = []
    reads_row = False
    for child in element.elements(*STEPS):
        step = STEPS[child.tag]
        run = step.build_export(child, maps) if export else step.build(child, maps)
        links.append(Link(run=run, passes_empty=step.passes_empty, whole_list=step.whole_list))
        reads_row = reads_row or step.reads_row
    return Chain(links=tuple(links), reads_row=reads_row)


def _on_items(link: Link, items: list[Any], setting: StepSetting) -> list[Any]:
    """The step on each item; a step that gives a list adds its members. Empty items stay, for `Join` to judge."""
    results: list[Any] = []
    length = 0
    for item in items:
        empty = is_empty(item)
        result = None if empty and link.passes_empty else link.run(None if empty else item, setting)
        results += result if isinstance(result, list) else [result]
        length += len(result) if isinstance(result, str) else 0
        if length > MAX_LIST_TEXT:
            raise Refused("step_output_too_long", value=item, limit=MAX_LIST_TEXT)
    return results
