"""Every value explains itself: the row is read again, step by step, with the very parts the importer is compiled of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.problems import Problem, Refused
from templates_app.catalog.types import Catalog, EntityType, Field
from templates_app.language.compiler import compile_import, shared_parts
from templates_app.language.drafts import DefaultPlan, Draft, ImportMapper, LinkTo, MappedRow
from templates_app.language.feeds import Feed, compile_feed
from templates_app.language.inputs import Named
from templates_app.language.lookups import lookup_key
from templates_app.language.names import Names, Scope
from templates_app.language.nodes import Element
from templates_app.language.source_names import item_scope
from templates_app.language.steps.base import StepSetting
from templates_app.language.type_compiler import Template
from templates_app.language.values import MISSING
from templates_app.mapping.places import walk
from templates_app.mapping.tracing.seen import seen, seen_canonical
from templates_app.mapping.tracing.stages import StepLine, staged, step_lines
from templates_app.mapping.tracing.trace_parts import Origin, Outcome, Seen, Stage, Trace
from templates_app.sources.rows import Row


@dataclass(frozen=True, slots=True)
class _Line:
    """One Property, compiled: its feed, and what the template says of its steps and sources."""

    path: str
    field: Field
    feed: Feed
    steps: tuple[StepLine, ...]
    sources: tuple[tuple[str, tuple[StepLine, ...]], ...]
    lookup: str


@dataclass(frozen=True, slots=True)
class _LinkLine:
    path: str
    field: Field
    to: str


class Tracer:
    """Traces of rows through one import template. `root` passed the checks against `catalog`; else ValueError.

    `paths` (id of an element -> address) is for a tree that lacks parts of the one a person sees; by default every
    address is that in `root`. `mapper` is the template compiled: map with it what is to be traced.
    """

    def __init__(
        self, root: Element, catalog: Catalog, *, setting: Setting, paths: Mapping[int, str] | None = None
    ) -> None:
        self.mapper: ImportMapper = compile_import(root, catalog, setting=setting)
        self._parts = shared_parts(root, catalog, setting=setting)
        self._paths = paths if paths is not None else {id(element): path for path, element in walk(root)}
        self._names = Names()
        self._lines = {plan.alias: self._compiled(root, plan.alias, plan.entity) for plan in self.mapper.types}
        self._defaults = self._default_paths(root)

    def traces(
        self, row: Row, mapped: MappedRow | None = None, *, limit: int | None = None
    ) -> tuple[tuple[Trace, ...], ...]:
        """For each draft of the row, in their order: its Properties and Links as the template has them, then Defaults.

        At most `limit` drafts are traced. A row that gives no draft (unreadable, or left out) has no traces.
        """
        mapped = mapped if mapped is not None else self.mapper.map(row)
        outer = Scope(row.data, row.parents, cells=row.cells)
        return tuple(self._of_draft(draft, mapped, outer) for draft in mapped.drafts[:limit])

    def _of_draft(self, draft: Draft, mapped: MappedRow, outer: Scope) -> tuple[Trace, ...]:
        plan = draft.plan
        scope = item_scope(self._parts.lists[plan.alias], draft.item, outer, self._names)
        found = [
            self._property(line, draft, scope) if isinstance(line, _Line) else _link(line, draft, mapped)
            for line in self._lines[plan.alias]
        ]
        for name, default in plan.defaults.items():
            path = self._defaults.get((plan.alias, name), "")
            found.append(_default(path, plan.entity.fields[name], default, draft, self._parts.setting))
        return tuple(replace(one, alias=plan.alias, item=draft.item) for one in found)

    # --- one Property

    def _property(self, line: _Line, draft: Draft, scope: Scope) -> Trace:
        feed, alias = line.feed, draft.plan.alias
        setting = self._seeing(feed, draft.values, scope)
        known = Trace(
            path=line.path, via="Property", field=feed.field, label=line.field.label, kind=line.field.kind.name
        )
        try:
            origins, value, problem = self._read(line, scope, setting)
            stages: tuple[Stage, ...] = ()
            if problem is None and value is not MISSING:
                stages, value, problem = staged(feed.input.chain, line.steps, value, setting)
            known = replace(known, origins=origins, stages=stages, lookup=line.lookup)
            value = None if problem is not None else feed.finished(value, scope, self._names)
        except Refused as refused:
            value, problem = None, refused.problem
        if problem is not None:
            problem = feed.placed(problem, scope, self._names, alias)
        elif feed.required and draft.values.get(feed.field) is None:
            problem = feed.lacking(scope, self._names, alias)
        return _ended(known, value, problem, line.field, self._parts.setting)

    def _read(self, line: _Line, scope: Scope, setting: StepSetting) -> tuple[tuple[Origin, ...], Any, Problem | None]:
        """Where the value stands, and what goes into the steps of the Property."""
        given = line.feed.input
        if given.named is not None:
            origin, value = self._origin(line.path, given.named, scope)
            return (origin,), line.feed.given(value, scope), None
        origins: list[Origin] = []
        stepped: list[Any] = []
        refused: Problem | None = None
        for (named, chain), (path, steps) in zip(given.sources, line.sources, strict=True):
            origin, value = self._origin(path, named, scope)
            stages, value, problem = staged(chain, steps, None if value is MISSING else value, setting)
            origins.append(replace(origin, stages=stages))
            stepped.append(value)
            refused = refused or problem
        if all(origin.missing for origin in origins):
            return tuple(origins), MISSING, None
        return tuple(origins), None if refused else given.together(stepped), refused

    def _origin(self, path: str, named: Named, scope: Scope) -> tuple[Origin, Any]:
        value = named.read(scope, self._names)
        taken = self._names.chosen(named.names, named.empties, scope)
        raw = value if value is not None else self._first_raw(named, scope)
        origin = Origin(path=path, name=named.names[0], taken=taken, raw=seen(raw), missing=value is MISSING)
        return origin, value

    def _first_raw(self, named: Named, scope: Scope) -> Any:
        """What stands there though it means nothing: a text of `Empty`, blanks."""
        for name in named.names:
            value = self._names.read(name, scope)
            if value is not MISSING and value is not None:
                return value
        return None

    def _seeing(self, feed: Feed, values: Mapping[str, Any], scope: Scope) -> StepSetting:
        def source(name: str, others: tuple[str, ...]) -> Any:
            value = self._names.first((name, *others), feed.input.empties, scope)
            return None if value is MISSING else value

        return StepSetting(zone=self._parts.setting.zone, source=source, field=values.get)

    # --- compiling

    def _compiled(self, root: Element, alias: str, entity: EntityType) -> tuple[_Line | _LinkLine, ...]:
        lines: list[_Line | _LinkLine] = []
        for element in root.elements("Property", "Link"):
            if element.get("Type") != alias:
                continue
            path, field = self._paths.get(id(element), ""), entity.fields[element.get("Field")]
            if element.tag == "Link":
                lines.append(_LinkLine(path, field, element.get("To")))
            else:
                lines.append(self._line(element, path, field, entity))
        return tuple(lines)

    def _line(self, element: Element, path: str, field: Field, entity: EntityType) -> _Line:
        parts: Template = self._parts
        feed = compile_feed(
            element,
            entity=entity,
            catalog=parts.catalog,
            maps=parts.maps,
            empties=parts.empties,
            setting=parts.setting,
        )
        sources = tuple(
            (self._paths.get(id(source), ""), step_lines(source, self._paths)) for source in element.elements("Source")
        )
        return _Line(
            path, field, feed, step_lines(element, self._paths), sources, _lookup_of(element, field, parts.catalog)
        )

    def _default_paths(self, root: Element) -> dict[tuple[str, str], str]:
        return {
            (element.get("As") or element.get("Name"), child.get("Field")): self._paths.get(id(child), "")
            for element in root.elements("Type")
            for child in element.elements("Default")
        }


def _lookup_of(element: Element, field: Field, catalog: Catalog) -> str:
    """`Customer.Email`: what a reference is looked up by; empty for a field that is not looked up."""
    lookups = element.elements("Lookup")
    target = catalog.get(str(getattr(field.kind, "target", "")))
    return f"{target.name}.{lookup_key(lookups[0], target).name}" if lookups and target is not None else ""


def _ended(known: Trace, value: Any, problem: Problem | None, field: Field, setting: Setting) -> Trace:
    """The trace with what became of the value."""
    if problem is not None:
        return replace(known, outcome="problem", problem=problem)
    if value is MISSING:
        return replace(known, outcome="missing")
    if value is None:
        return replace(known, outcome="empty")
    return replace(known, value=value, shown=seen_canonical(field.kind, value, setting))


def _link(line: _LinkLine, draft: Draft, mapped: MappedRow) -> Trace:
    known = Trace(path=line.path, via="Link", field=line.field.name, label=line.field.label, kind=line.field.kind.name)
    problem = next((one for one in draft.problems if one.code == "link_several" and one.field == line.field.name), None)
    if problem is not None:
        return replace(known, outcome="problem", problem=problem)
    value = draft.values.get(line.field.name)
    links = [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, LinkTo)]
    linked = [mapped.drafts[one.draft] for one in links if mapped.drafts[one.draft].plan.alias == line.to]
    if not linked:
        return replace(known, outcome="empty")
    texts = tuple(f"{target.plan.alias} {target.shown_key}".strip() for target in linked)
    return replace(known, value=texts, shown=Seen(texts, many=line.field.kind.many))


def _default(path: str, field: Field, default: DefaultPlan, draft: Draft, setting: Setting) -> Trace:
    """A default stands where the row gives nothing; on an update only if it says so."""
    given = draft.values.get(field.name) is not None
    outcome: Outcome = "unused" if given else "value"
    return Trace(
        path=path,
        via="Default",
        field=field.name,
        label=field.label,
        kind=field.kind.name,
        outcome=outcome,
        value=default.value,
        shown=seen_canonical(field.kind, default.value, setting),
        when=("Insert",) if default.on_update == "Leave" else ("Insert", "Update"),
    )
