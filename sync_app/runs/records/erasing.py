"""Erasing a record: it, its values in everything kept of it, and nothing else. What remains says that it was done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from integration_admin.accounts import audit
from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.engine.plan import DELETE, Operation, PlannedRow
from sync_app.engine.tally import Tally
from sync_app.models import (
    OPEN_STATUSES,
    Blob,
    FailedRow,
    Notice,
    Record,
    Reference,
    Run,
    RunKind,
    RunPayload,
    RunStatus,
    RunSummary,
    SyncTurn,
    Upload,
)
from sync_app.runs.errors import RunConflict
from sync_app.runs.records.editing import EditConflict, EditOfMissing
from sync_app.runs.records.erasing_traces import Traces, find_traces
from sync_app.runs.verbs.starting import new_run
from sync_app.runs.work.watching import count_total
from sync_app.storage import erasure, journal
from sync_app.storage.clock import Clock, WriteTransaction, write_transaction
from templates_app.brand_catalog import catalog_of
from templates_app.catalog.kinds.binaries import Binary
from templates_app.catalog.problems import Problem
from templates_app.catalog.types import EntityType
from templates_app.models import TemplateSample
from templates_app.sources.rows import Row

NAMED: Final = 5
TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Erasure:
    """What erasing a record comes to. `counts` are its traces by sort; `referring` the records that hold it back.

    `names` are those of the first of them, as far as the actor may read them. `running`: a run that must end first.
    """

    counts: dict[str, int]
    referring: int
    names: tuple[str, ...]
    running: int | None

    @property
    def possible(self) -> bool:
        return not self.referring and self.running is None


def plan_erasure(*, actor: Actor, record: Record) -> Erasure:
    """What `erase_record` would do now; it only reads. Raises NotAllowed."""
    _require(actor, record)
    referring = _referring(record)
    rows = referring.select_related("record").order_by("record_id")[:NAMED]
    running = Run.objects.filter(brand=actor.brand, status__in=OPEN_STATUSES).order_by("pk").first()
    return Erasure(
        counts=find_traces(record).counts(),
        referring=referring.values("record").distinct().count(),
        names=tuple(dict.fromkeys(_name(actor, row.record) for row in rows)),
        running=running.pk if running else None,
    )


def erase_record(*, actor: Actor, record: Record, seen: int, clock: Clock, trigger: str) -> Run:
    """Erase the record for good; the run that tells of it, without any value.

    Gone with it: the values in journals (of simulations too), failed rows, kept bodies, uploads and samples that hold
    it, what turns of syncs and messages say of it, and files only it had. Raises NotAllowed, EditConflict when it
    changed since version `seen`, and RunConflict (`erase_referenced` naming who refers to it, `erase_while_running`).
    """
    _require(actor, record)
    asked = _Asked(actor, record, seen, trigger)
    for _try in range(TRIES - 1):
        newest, traces = _newest(actor), find_traces(record)
        with write_transaction(brand=actor.brand.pk, clock=clock) as held:
            if _newest(actor) == newest:
                return _erase(asked, traces, held)
    with write_transaction(brand=actor.brand.pk, clock=clock) as held:
        # Runs keep coming: what they bring is looked through under the lock, where none can.
        return _erase(asked, find_traces(record), held)


def _newest(actor: Actor) -> int:
    return Run.objects.filter(brand=actor.brand).order_by("-pk").values_list("pk", flat=True).first() or 0


def _require(actor: Actor, record: Record) -> None:
    actor.require(Right.ADMINISTRATION)
    actor.require_reading({record.entity_type})


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who erases what, as they saw it."""

    actor: Actor
    record: Record
    seen: int
    trigger: str


def _erase(asked: _Asked, traces: Traces, held: WriteTransaction) -> Run:
    actor, record = asked.actor, asked.record
    _check(actor, record, asked.seen)
    run = new_run(actor=actor, kind=RunKind.EDIT, at=held.at, trigger=asked.trigger, options={"erased": record.pk})
    if record.deleted_at is None:
        held.live[record.entity_type] -= 1
    _drop_files(record)
    erasure.remove_record(brand=held.brand, record=record.pk)
    revisions = erasure.erase_entries(traces.entries)
    _clean(traces)
    _tell(run, actor, record, held)
    counts = traces.counts() | {"revisions": revisions}
    audit.record(
        brand=actor.brand,
        by=actor.name,
        action="record.erased",
        target=f"{record.entity_type} #{record.pk}",
        at=held.at,
        after={"run": run.pk, **counts},
    )
    return run


def _check(actor: Actor, record: Record, seen: int) -> None:
    """Under the lock: it is as it was seen, nobody refers to it, and no run is about to bring it back."""
    now = Record.objects.filter(pk=record.pk, brand=actor.brand).values_list("version", flat=True).first()
    if now is None:
        raise EditOfMissing({0: [Problem("record_missing", {"record": record.pk})]})
    if now != seen:
        raise EditConflict({0: [Problem("record_changed_since", {"seen": seen, "version": now})]})
    running = Run.objects.filter(brand=actor.brand, status__in=OPEN_STATUSES).order_by("pk").first()
    if running is not None:
        raise RunConflict("erase_while_running", run=running.pk)
    referring = _referring(record)
    if referring.exists():
        rows = referring.select_related("record").order_by("record_id")[:NAMED]
        names = ", ".join(dict.fromkeys(_name(actor, row.record) for row in rows))
        raise RunConflict("erase_referenced", count=referring.values("record").distinct().count(), names=names)


def _referring(record: Record) -> Any:
    """Deleted records that refer to it count too: their reference would lead nowhere when they come back."""
    return Reference.objects.filter(brand_id=record.brand_id, target=record).exclude(record=record)


def _name(actor: Actor, record: Record) -> str:
    label = record.label if actor.reads(record.entity_type) else ""
    return f"{record.entity_type} {label or f'#{record.pk}'}"


def _clean(traces: Traces) -> None:
    """What is not the journal: marked where a report counts on it, gone where nothing does."""
    FailedRow.objects.filter(pk__in=traces.failed).update(content="{}", edited="", problems="", code=erasure.ERASED)
    RunPayload.objects.filter(run__in=traces.bodies).delete()
    RunSummary.objects.filter(run__in=traces.runs).delete()
    Upload.objects.filter(pk__in=traces.uploads).delete()
    TemplateSample.objects.filter(pk__in=traces.samples).delete()
    for model, cleaned in ((SyncTurn, traces.turns), (Notice, traces.messages)):
        for pk, columns in cleaned.items():
            model._default_manager.filter(pk=pk).update(**columns)
    for run in Run.objects.filter(pk__in=traces.runs).only("pk", "options"):
        run.options = {**run.options, "erased": run.options.get("erased", True)}
        run.save(update_fields=["options"])


def _drop_files(record: Record) -> None:
    """The files that this record alone had."""
    entity = catalog_of(record.brand).get(record.entity_type)
    fields = entity.fields if entity else {}
    digests = {v for n, v in record.data.items() if n in fields and isinstance(fields[n].kind, Binary)}
    others = Record.objects.filter(brand_id=record.brand_id).exclude(pk=record.pk)
    for digest in digests:
        if not others.annotate(text=Cast("data", TextField())).filter(Q(text__contains=digest)).exists():
            Blob.objects.filter(brand_id=record.brand_id, digest=digest).delete()


def _tell(run: Run, actor: Actor, record: Record, held: WriteTransaction) -> None:
    """The run's one entry: that there was a record, and that it is gone."""
    entity = catalog_of(actor.brand).get(record.entity_type) or EntityType(record.entity_type, {})
    operation = Operation(entity, DELETE, record=record.pk, version=record.version, code=erasure.ERASED)
    entries = journal.entries_of(
        [operation], run=run.pk, first_seq=1, applied=True, revision=held.revision, verbose=False
    )
    journal.append(entries)
    held.wrote(run=run.pk, first_seq=1, last_seq=1, lines=journal.lines(entries))
    tally = Tally(rows=1)
    tally.add([PlannedRow(Row(0, None), [operation])])
    run.counts, run.by_type = tally.counts(), tally.by_type()
    run.statistics = {"codes": dict(tally.codes)}
    run.status, run.started_at, run.finished_at = RunStatus.SUCCEEDED, held.at, held.at
    run.save()
    count_total(run)
