"""The steps of a value, one at a time: each link of the compiled chain runs alone, as the whole chain would run it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from templates_app.catalog.problems import Problem, Refused
from templates_app.language.chains import Chain
from templates_app.language.nodes import Element
from templates_app.language.steps import STEPS
from templates_app.language.steps.base import StepSetting
from templates_app.language.values import is_empty
from templates_app.mapping.tracing.seen import seen
from templates_app.mapping.tracing.trace_parts import Seen, Stage


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step as the template has it: its address, tag and attributes."""

    path: str
    tag: str
    arguments: tuple[tuple[str, str], ...]


def step_lines(element: Element, paths: Mapping[int, str]) -> tuple[StepLine, ...]:
    """The steps of a Property or Source, in the order of its chain. `paths`: id of an element -> its address."""
    return tuple(
        StepLine(paths.get(id(child), ""), child.tag, tuple(child.attributes.items()))
        for child in element.elements(*STEPS)
    )


def staged(
    chain: Chain, lines: tuple[StepLine, ...], value: Any, setting: StepSetting
) -> tuple[tuple[Stage, ...], Any, Problem | None]:
    """What each step makes of a value; the value after all of them; what one refused, after which nothing runs."""
    stages: list[Stage] = []
    for link, line in zip(chain.links, lines, strict=True):
        before = seen(value)
        passed = link.passes_empty and is_empty(value)
        try:
            value = Chain((link,), chain.reads_row)(value, setting)
        except Refused as refused:
            stages.append(Stage(line.path, line.tag, line.arguments, before, Seen(), problem=refused.problem))
            return tuple(stages), None, refused.problem
        stages.append(Stage(line.path, line.tag, line.arguments, before, seen(value), passed=passed))
    # A chain without steps still takes what is blank for empty.
    return tuple(stages), None if is_empty(value) else value, None
