"""Every value that is sent explains itself: record, field, steps, target name. See `traces` for the other direction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.problems import Problem, Refused
from templates_app.catalog.types import Catalog
from templates_app.language.drafts import ExportRecord
from templates_app.language.export_compiler import Output, compile_items, compile_target, output_of
from templates_app.language.export_mapper import CompiledExport
from templates_app.language.nodes import Element
from templates_app.language.targets import Records, Shown, Target
from templates_app.language.writings import step_value, written
from templates_app.mapping.places import walk
from templates_app.mapping.tracing.seen import seen, seen_canonical
from templates_app.mapping.tracing.stages import StepLine, staged, step_lines
from templates_app.mapping.tracing.trace_parts import Origin, Stage, Trace

#: Of a list inside an item, so many records are traced.
TRACED_ITEMS: Final = 10


@dataclass(frozen=True, slots=True)
class _Line:
    """One Property or Constant, compiled. `list_alias`: the `Each` Type whose records it is written for, if any."""

    path: str
    target: Target
    labels: tuple[str, ...]
    steps: tuple[StepLine, ...]
    sources: tuple[tuple[str, tuple[StepLine, ...]], ...]
    list_alias: str


class ExportTracer:
    """Traces of items of one export template. `root` passed the checks against `catalog`; else ValueError.

    `paths`: see `traces.Tracer`. `mapper` is the template compiled.
    """

    def __init__(
        self, root: Element, catalog: Catalog, *, setting: Setting, paths: Mapping[int, str] | None = None
    ) -> None:
        self.mapper: CompiledExport = compile_items(root, catalog, setting=setting)
        paths = paths if paths is not None else {id(element): path for path, element in walk(root)}
        output = output_of(root, catalog, setting=setting)
        lists = output.list_aliases()
        self._lines = tuple(_line(one, output, lists, paths) for one in root.elements("Property", "Constant"))

    def traces(
        self, records: Records, lists: Mapping[str, list[ExportRecord]], labels: Mapping[int, str]
    ) -> tuple[Trace, ...]:
        """One trace for each value of an item, in the order of the template; of a list, one for each record."""
        return tuple(self._traces(self.mapper.passing(records), lists, labels))

    def _traces(
        self, records: Records, lists: Mapping[str, list[ExportRecord]], labels: Mapping[int, str]
    ) -> Iterator[Trace]:
        for line in self._lines:
            if not line.list_alias:
                yield self._of(line, records, labels)
                continue
            listed = self.mapper.passing_items(line.list_alias, lists)[:TRACED_ITEMS]
            for place, record in enumerate(listed, start=1):
                yield replace(self._of(line, {**records, line.list_alias: record}, labels), item=str(place))

    def _of(self, line: _Line, records: Records, labels: Mapping[int, str]) -> Trace:
        target, setting, blind = line.target, self.mapper.setting, self.mapper.blind
        if not target.shown:
            return Trace(
                path=line.path, via="Constant", target=target.name, value=target.constant, shown=seen(target.constant)
            )
        first = target.shown[0]
        known = Trace(
            path=line.path,
            via="Property",
            alias=first.alias,
            field=first.field,
            label=line.labels[0],
            kind=first.kind.name,
            target=target.name,
        )
        read = [
            self._origin(*one, records, labels) for one in zip(target.shown, line.labels, line.sources, strict=True)
        ]
        stages: tuple[Stage, ...] = ()
        problem = next((refused for _, _, refused in read if refused is not None), None)
        if problem is None and target.chain is not None:
            values = [value for _, value, _ in read]
            stages, _, problem = staged(target.chain, line.steps, values if len(values) > 1 else values[0], blind)
        known = replace(known, origins=tuple(origin for origin, _, _ in read), stages=stages)
        try:
            value = target.value(records, labels, setting, blind)
        except Refused as refused:
            return replace(known, outcome="problem", problem=refused.problem)
        return replace(known, outcome="empty" if value is None else "value", value=value, shown=seen(_plain(value)))

    def _origin(
        self,
        shown: Shown,
        label: str,
        source: tuple[str, tuple[StepLine, ...]],
        records: Records,
        labels: Mapping[int, str],
    ) -> tuple[Origin, Any, Problem | None]:
        """Where a value stands, what goes into the steps of the Property, and what a step of its own refused."""
        setting = self.mapper.setting
        canonical = shown.canonical(records)
        kept = written(shown.kind, canonical, "Normal", labels, setting) if shown.kind.refers else canonical
        raw = seen(kept) if shown.kind.refers else seen_canonical(shown.kind, canonical, setting)
        path, steps = source
        missing = records.get(shown.alias) is None
        origin = Origin(path, shown.field, label, raw, missing=missing, alias=shown.alias)
        value = step_value(shown.kind, canonical, labels, setting)
        if shown.chain is None:
            return origin, value, None
        stages, value, problem = staged(shown.chain, steps, value, self.mapper.blind)
        return replace(origin, stages=stages), value, problem


def _line(element: Element, output: Output, lists: frozenset[str], paths: Mapping[int, str]) -> _Line:
    target = compile_target(element, output)
    sources = element.elements("Source") if target.shown else []
    own = [(paths.get(id(source), ""), step_lines(source, paths)) for source in sources]
    path = paths.get(id(element), "")
    return _Line(
        path=path,
        target=target,
        labels=tuple(output.types[shown.alias][1].fields[shown.field].label for shown in target.shown),
        steps=step_lines(element, paths),
        sources=tuple(own) if own else ((path, ()),),
        list_alias=next((shown.alias for shown in target.shown if shown.alias in lists), ""),
    )


def _plain(value: Any) -> Any:
    """`{key, label}` by its label."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.get("label", "") if isinstance(value, dict) and value.keys() == {"key", "label"} else value
