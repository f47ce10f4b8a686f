"""Changing records one by one: what forms and entity calls do. All of a call stands, or nothing of it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from integration_admin.accounts.access import Actor, NotAllowed
from integration_admin.accounts.models import Scope
from sync_app.engine.applier import Applier
from sync_app.engine.editing import Edit, EditPlanner, Verb
from sync_app.engine.plan import PlannedRow
from sync_app.engine.tally import Tally
from sync_app.models import Run, RunKind, RunStatus
from sync_app.runs.errors import RunRefused
from sync_app.runs.meter import Meter
from sync_app.runs.verbs.starting import new_run
from sync_app.runs.work.watching import count_total
from sync_app.storage import journal
from sync_app.storage.clock import Clock, WriteTransaction, write_transaction
from sync_app.storage.records import DatabaseRecords
from templates_app.brand_catalog import catalog_of, setting_of
from templates_app.catalog.problems import Problem

#: So many at most in one call: they are written in one transaction, which may hold the lock for half a second.
EDITS_AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True)
class RecordChange:
    """One wanted change. `record` 0: a new one. `values`: field -> value as a form or a JSON body gives it.

    None or blank empties a field. `version`: the one its author saw, or None to write over whatever is there. `change`
    keeps what is not named, `replace` empties it.
    """

    entity_type: str
    verb: Verb
    record: int = 0
    values: Mapping[str, object] = field(default_factory=dict)
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of one change: `Insert` (a revived one too), `Update`, `Unchanged` or `Delete`."""

    entity_type: str
    record: int
    operation: str
    version: int


@dataclass(frozen=True, slots=True)
class EditResult:
    """`run` tells of it in the journal; None where nothing differed, so that nothing was written."""

    run: Run | None
    records: tuple[Edited, ...]


class EditRefused(RunRefused):
    """Something asked for cannot stand. `problems`: place of the change in the call -> what is wrong, field by field.

    `status` is 404 where a record is missing, 409 where one was changed since, else 422.
    """

    status: ClassVar[int] = 422

    def __init__(self, problems: Mapping[int, Sequence[Problem]]) -> None:
        super().__init__("edit_refused", count=sum(map(len, problems.values())))
        self.problems = {place: tuple(listed) for place, listed in problems.items()}


class EditOfMissing(EditRefused):
    """A record is not there, or is of another type."""

    status: ClassVar[int] = 404


class EditConflict(EditRefused):
    """A record was changed since its author saw it."""

    status: ClassVar[int] = 409


class _NothingDiffers(Exception):
    """Nothing is to be written: the transaction is taken back, so that no revision is spent on it."""

    def __init__(self, planned: list[PlannedRow]) -> None:
        super().__init__("nothing_differs")
        self.planned = planned


_KINDS: Final[Mapping[str, type[EditRefused]]] = {
    "record_missing": EditOfMissing,
    "record_changed_since": EditConflict,
}


def edit_records(
    *,
    actor: Actor,
    changes: Sequence[RecordChange],
    clock: Clock,
    trigger: str,
    options: Mapping[str, Any] | None = None,
    noted: Callable[[EditResult], None] | None = None,
) -> EditResult:
    """Create, change, replace, delete and revive records in one transaction, journalled as one run of kind `edit`.

    Needs write access to each type. Values are read by the kinds of their fields and checked by the same rules, keys
    and references as an import's. `options` are kept with the run. `noted` is told what was written, in the same
    transaction. Raises NotAllowed, EditRefused (with everything that is wrong, nothing is written) and RunRefused
    `too_many_edits`.
    """
    actor.require_scope(Scope.RECORDS)
    for name in sorted({change.entity_type for change in changes}):
        if not actor.writes(name):
            raise NotAllowed("type_not_writable", type=name)
    if len(changes) > EDITS_AT_ONCE:
        raise RunRefused("too_many_edits", limit=EDITS_AT_ONCE)
    valued = [place for place, change in enumerate(changes) if change.values]
    if valued and not actor.brand.zone_is_known:
        raise EditRefused({place: [Problem("zone_unknown")] for place in valued})
    work = _Work(actor, clock, trigger, {**(options or {}), "changes": len(changes)})
    return work.perform(changes, noted) if changes else EditResult(None, ())


def _edits(actor: Actor, changes: Sequence[RecordChange]) -> list[Edit]:
    catalog = catalog_of(actor.brand)
    edits, problems = [], {}
    for place, change in enumerate(changes):
        entity = catalog.get(change.entity_type)
        if entity is None:
            problems[place] = [Problem("type_unknown", {"name": change.entity_type})]
        else:
            edits.append(Edit(entity, change.verb, change.record, change.values, change.version))
    if problems:
        raise EditRefused(problems)
    return edits


class _Work:
    """One call: planned and written under the brand's lock."""

    def __init__(self, actor: Actor, clock: Clock, trigger: str, options: dict[str, Any]) -> None:
        self._actor = actor
        self._clock = clock
        self._trigger = trigger
        self._options = options
        self._meter = Meter()

    def perform(self, changes: Sequence[RecordChange], noted: Callable[[EditResult], None] | None) -> EditResult:
        try:
            with self._meter.running(), write_transaction(brand=self._actor.brand.pk, clock=self._clock) as held:
                # The catalog is read under the lock: whoever declares a key holds it too.
                planned = self._planned(_edits(self._actor, changes), held)
                result = EditResult(self._written(planned, held), tuple(_edited(planned)))
                if noted is not None:
                    noted(result)
        except _NothingDiffers as unchanged:
            return EditResult(None, tuple(_edited(unchanged.planned)))
        return result

    def _planned(self, edits: Sequence[Edit], held: WriteTransaction) -> list[PlannedRow]:
        reader = DatabaseRecords(brand=held.brand)
        setting = setting_of(self._actor.brand)
        planned = EditPlanner(reader=reader, setting=setting, refers_to=self._actor.reads).plan(edits)
        _refuse(planned)
        if not any(operation.writes for row in planned for operation in row.operations):
            raise _NothingDiffers(planned)
        return planned

    def _written(self, planned: list[PlannedRow], held: WriteTransaction) -> Run:
        run = new_run(
            actor=self._actor, kind=RunKind.EDIT, at=held.at, trigger=self._trigger, options=dict(self._options)
        )
        operations = [operation for row in planned for operation in row.operations]
        Applier(writer=DatabaseRecords(brand=held.brand, held=held)).apply(operations)
        if len(planned) == 1:
            # What a person does to one record comes from no row.
            operations[0].row = 0
        entries = journal.entries_of(
            operations, run=run.pk, first_seq=1, applied=True, revision=held.revision, verbose=False
        )
        journal.append(entries)
        held.wrote(run=run.pk, first_seq=1, last_seq=len(entries), lines=journal.lines(entries))
        return self._ended(run, planned, held)

    def _ended(self, run: Run, planned: list[PlannedRow], held: WriteTransaction) -> Run:
        tally = Tally(rows=len(planned))
        tally.add(planned)
        run.counts, run.by_type = tally.counts(), tally.by_type()
        run.statistics = self._meter.statistics(len(planned)) | {"codes": dict(tally.codes)}
        run.status = RunStatus.SUCCEEDED
        run.started_at, run.finished_at = held.at, self._clock()
        run.save()
        count_total(run)
        return run


def _refuse(planned: Sequence[PlannedRow]) -> None:
    problems = {
        place: [problem for operation in row.operations for problem in operation.problems]
        for place, row in enumerate(planned)
        if row.failed
    }
    if problems:
        codes = {problem.code for listed in problems.values() for problem in listed}
        raise next((kind for code, kind in _KINDS.items() if code in codes), EditRefused)(problems)


def _edited(planned: Iterable[PlannedRow]) -> Iterable[Edited]:
    for row in planned:
        for operation in row.operations:
            after = operation.version + 1 if operation.writes else operation.version
            yield Edited(operation.entity.name, operation.record, operation.operation, after)
