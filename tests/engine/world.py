"""A small catalog, templates against it, and runs of the engine over a store in memory as the use cases do them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from sync_app.engine.applier import Applier
from sync_app.engine.net_change import NetChange, turn
from sync_app.engine.plan import Operation, PlannedRow
from sync_app.engine.planner import Planner
from sync_app.engine.replay import Replay
from sync_app.engine.tally import Tally
from sync_app.engine.undo import UndoPlanner
from templates_app.catalog.build import declared_key
from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.kinds.dates import Date
from templates_app.catalog.kinds.numbers import Double
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.kinds.text import Text
from templates_app.catalog.rules import ends_after
from templates_app.catalog.types import Catalog, EntityType, Field, Key
from templates_app.language.checks import check
from templates_app.language.compiler import compile_export, compile_import
from templates_app.language.drafts import ExportMapper, ImportMapper
from templates_app.language.findings import has_errors
from templates_app.language.reader import read
from templates_app.sources.rows import Row
from tests.fakes import InMemoryRecords

SETTING: Final = Setting(zone=ZoneInfo("Europe/Paris"))


def _fields(*required: str, **kinds: Any) -> dict[str, Field]:
    return {name: Field(name, kind, required=name in required) for name, kind in kinds.items()}


#: A code is unique over persons and firms together; a mail is not unique.
PERSON: Final = EntityType(
    "Person",
    _fields(
        "Name",
        Code=Text(),
        Name=Text(),
        Mail=Text(),
        Badge=Text(),
        City=Text(),
        Score=Double(),
        Since=Date(),
        Until=Date(),
        Boss=Reference("Person"),
        Team=Reference("Team"),
        Friends=ReferenceList("Person"),
    ),
    keys=(
        declared_key("Person", "Code", unique=True, space="codes"),
        declared_key("Person", "Badge", unique=True),
        declared_key("Person", "Mail"),
    ),
    rules=(ends_after(start="Since", end="Until"),),
    label=(("Name",),),
)
TEAM: Final = EntityType(
    "Team",
    _fields(Title=Text(), Note=Text(), Lead=Reference("Person")),
    keys=(declared_key("Team", "Title", unique=True),),
    label=(("Title",),),
)
FIRM: Final = EntityType(
    "Firm",
    _fields(Number=Text(), Name=Text()),
    keys=(declared_key("Firm", "Number", unique=True, space="codes"),),
    label=(("Name",),),
)
CATALOG: Final = Catalog({entity.name: entity for entity in (PERSON, TEAM, FIRM)})

PERSONS: Final = """
  <Property Name="code" Type="Person" Field="Code" />
  <Property Name="name" Type="Person" Field="Name" />
  <Property Name="mail" Type="Person" Field="Mail" />
  <Property Name="badge" Type="Person" Field="Badge" />
  <Property Name="city" Type="Person" Field="City" />
  <Property Name="score" Type="Person" Field="Score" />
  <Property Name="since" Type="Person" Field="Since" />
  <Property Name="until" Type="Person" Field="Until" />
"""


def persons(attributes: str = "", more: str = "", inside: str = "") -> str:
    """A template for persons by their code."""
    flags = attributes if "Should" in attributes else f'ShouldInsert="true" ShouldUpdate="true" {attributes}'
    match = "" if "Match" in attributes or "Code" not in PERSONS else 'Match="Code"'
    return f'<In><Type Name="Person" {match} {flags}>{inside}</Type>{PERSONS}{more}</In>'


def importer(xml: str) -> ImportMapper:
    """The mapper of a text that has no errors."""
    result = read(xml)
    assert result.root is not None, result.findings
    findings = (*result.findings, *check(result.root, CATALOG))
    assert not has_errors(findings), findings
    return compile_import(result.root, CATALOG, setting=SETTING)


def exporter(xml: str) -> ExportMapper:
    result = read(xml)
    assert result.root is not None, result.findings
    findings = (*result.findings, *check(result.root, CATALOG))
    assert not has_errors(findings), findings
    return compile_export(result.root, CATALOG, setting=SETTING)


def numbered(rows: Iterable[Any]) -> list[Row]:
    return [Row(number, data) for number, data in enumerate(rows, start=1)]


@dataclass
class Done:
    """What a run planned and, if it was a real one, wrote: rows, their operations, and the counts."""

    rows: list[PlannedRow] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    @property
    def operations(self) -> list[Operation]:
        return [operation for row in self.rows for operation in row.operations]

    @property
    def shown(self) -> list[tuple[Any, ...]]:
        """What a report shows of each operation, whatever ids inserts got."""
        return [self._shown(op) for op in self.operations]

    def _shown(self, op: Operation) -> tuple[Any, ...]:
        named = self._names()
        values = [_named(op.entity, values, named) for values in (op.before, op.after)]
        record = named.get(op.record, op.record)
        place = (op.row, op.item, op.entity.name, op.key)
        return (*place, op.operation, op.code, op.version, *values, record, op.problems)

    def _names(self) -> dict[int, str]:
        """id of an inserted record -> its place among the inserts."""
        inserts = [op.record for op in self.operations if op.operation == "Insert" and not op.version]
        return {record: f"new {place}" for place, record in enumerate(inserts)}

    def outcomes(self) -> list[str]:
        return [op.operation for op in self.operations]

    def codes(self) -> list[str]:
        return [op.code for op in self.operations]

    def problem_codes(self) -> list[str]:
        return [problem.code for op in self.operations for problem in op.problems]


def _named(entity: EntityType, values: dict[str, Any], named: dict[int, str]) -> dict[str, Any]:
    shown = dict(values)
    for name in entity.reference_fields:
        value = shown.get(name)
        if isinstance(value, list):
            shown[name] = [named.get(i, i) for i in value]
        elif value is not None:
            shown[name] = named.get(value, value)
    return shown


def run(
    store: InMemoryRecords,
    template: str | ImportMapper,
    rows: Sequence[Any],
    *,
    simulate: bool = False,
    stop: bool = False,
    chunk: int = 1000,
) -> Done:
    """One import, as the use case does it: chunk by chunk, then what waited for the last row."""
    mapper = importer(template) if isinstance(template, str) else template
    planner = Planner(types=mapper.types, reader=store, lasting=simulate, stop=stop)
    applier = Applier(writer=store)
    done = Done(tally=Tally(rows=len(rows)))
    for part in _parts(numbered(deepcopy(list(rows))), chunk):
        _take(done, planner.plan(map(mapper.map, part)), store, None if simulate else applier)
        if stop and any(row.failed for row in done.rows):
            return done
    _take(done, planner.finish(), store, None if simulate else applier)
    return done


def _parts(rows: list[Row], size: int) -> Iterator[list[Row]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _take(done: Done, planned: list[PlannedRow], store: InMemoryRecords, applier: Applier | None) -> None:
    if applier is not None:
        operations = [op for row in planned for op in row.operations]
        applier.apply(operations)
        store.tell(operations)
    done.tally.add(planned)
    done.rows += planned


def keys_of(mapper: ImportMapper) -> dict[str, list[Key]]:
    return {
        plan.entity.name: [key for key in plan.entity.keys if key.unique or key is plan.match] for plan in mapper.types
    }


def stored(done: Done) -> list[list[Operation]]:
    """The rows of a plan as they come back from a journal: without the whole values."""
    rows = []
    for row in done.rows:
        if row.operations:
            copies = [deepcopy(op) for op in row.operations]
            for op in copies:
                op.old = op.data = None
                op.after = deepcopy(op.after)
            rows.append(copies)
    return rows


def apply_plan(store: InMemoryRecords, template: str, plan: Done, *, chunk: int = 1000) -> Done:
    """Apply a simulation's plan to the store of now."""
    applier = Applier(writer=store)
    replay = Replay(reader=store, keys=keys_of(importer(template)), ids=applier.ids)
    done = Done(tally=Tally(rows=plan.tally.rows))
    rows = stored(plan)
    for start in range(0, len(rows), chunk):
        _take(done, replay.plan(rows[start : start + chunk]), store, applier)
    return done


def undo(store: InMemoryRecords, *runs: Done, simulate: bool = False, chunk: int = 1000) -> Done:
    """Undo what these runs (taken as one) wrote."""
    operations = [op for done in runs for op in done.operations if op.writes]
    net: dict[int, NetChange] = {}
    for op in operations:
        change = net.pop(op.record, None) or NetChange(op.entity, op.record, op.row, op.key)
        change.add(op, version=op.version + 1, revision=0)
        net[op.record] = change
    changes = list(reversed(net.values()))
    changes.sort(key=turn)
    inserted = [change.record for change in changes if change.first == "Insert" and not change.deleted]
    left = {change.record: change for change in changes}

    def also(records: Collection[int]) -> list[NetChange]:
        return [left.pop(record) for record in sorted(records & left.keys())]

    planner = UndoPlanner(reader=store, inserted=inserted, also=also, lasting=simulate)
    done = Done(tally=Tally(rows=len(changes)))
    for start in range(0, len(changes), chunk):
        part = also({change.record for change in changes[start : start + chunk]})
        _take(done, planner.plan(part), store, None if simulate else Applier(writer=store))
    return done
