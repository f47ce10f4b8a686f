"""Performing an undo: the net change of each record, read from the journal, planned back and written in chunks."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator

from sync_app.engine.applier import Applier
from sync_app.engine.net_change import NetChange
from sync_app.engine.plan import PlannedRow
from sync_app.engine.undo import UndoPlanner, is_kept
from sync_app.models import Run, RunStatus
from sync_app.runs.errors import RunConflict
from sync_app.runs.naming import name_editors
from sync_app.runs.work.job import Job, planned_only
from sync_app.runs.work.net_changes import NetChanges
from sync_app.runs.work.not_taken import NotTaken, apply_rows
from sync_app.storage import journal
from sync_app.storage.clock import WriteTransaction
from sync_app.storage.records import DatabaseRecords
from templates_app.brand_catalog import catalog_of

CHUNK = 1000


class Kept(Exception):
    """`conflicts="refuse"`: something would be kept, so nothing is undone."""


def perform_undo(job: Job) -> RunStatus:
    """Undo the parent run, from where this one stands."""
    if job.run.parent is None:
        raise RunConflict("run_without_plan")
    return UndoWork(job, job.run.parent).perform()


class UndoWork:
    """One undo run. Records come in the reverse order of their last change, so that referrers go before targets."""

    def __init__(self, job: Job, undone: Run) -> None:
        self._job = job
        self._undone = undone.pk
        self._catalog = catalog_of(job.run.brand)
        self._records = DatabaseRecords(brand=job.run.brand_id)
        self._applier = Applier(writer=self._records)
        self._left: set[int] = set()
        self._net = NetChanges(undone, self._catalog)

    def perform(self) -> RunStatus:
        job = self._job
        whole = job.run.options.get("conflicts") == "refuse"
        if (whole or job.run.simulate) and job.resumed:
            if job.whole:
                return RunStatus.SUCCEEDED
            job.start_over()
        ids = journal.changed_records(run=self._undone)
        job.tally.rows = len(ids)
        self._begin(ids)
        if job.run.simulate:
            if self._only_plan(ids):
                return RunStatus.CANCELLED
        elif whole:
            return self._whole(ids)
        elif self._by_chunks(ids):
            return RunStatus.CANCELLED
        return (
            RunStatus.WITH_FAILURES if job.tally.rows_failed or job.tally.codes["kept_in_part"] else RunStatus.SUCCEEDED
        )

    def _planner(self, *, lasting: bool = False) -> UndoPlanner:
        kept = journal.skipped_records(run=self._job.run.pk) if self._job.after else ()
        inserted = journal.inserted_records(run=self._undone)
        return UndoPlanner(
            reader=self._records,
            inserted=inserted,
            kept=kept,
            also=self._also,
            referring=self._referring,
            gone=self._gone,
            lasting=lasting,
        )

    def _begin(self, ids: list[int]) -> None:
        """All of these are still to be undone but those that were, some of them out of turn, before an interruption."""
        done = journal.noted_records(run=self._job.run.pk) if self._job.after else set()
        self._left = set(ids) - done

    def _also(self, records: Collection[int]) -> list[NetChange]:
        drawn = sorted(self._left.intersection(records))
        self._left.difference_update(drawn)
        return self._net.of(drawn) if drawn else []

    def _referring(self, records: Collection[int], revision: int) -> dict[int, int]:
        types = self._catalog.types
        references = {name: frozenset(entity.reference_fields) for name, entity in types.items()}
        but = self._job.run.pk
        return journal.referring_since(records=records, revision=revision, references=references, but=but)

    def _gone(self, records: Collection[int]) -> set[int]:
        return journal.deleted_since(records=records, run=self._undone, but=self._job.run.pk)

    def _only_plan(self, ids: list[int]) -> bool:
        """True when somebody asked it to stop."""
        planner = self._planner(lasting=True)
        for done, chunk in self._chunks(ids):
            planned_only(self._job, self._plan(planner, chunk), after=done, failed_rows=False)
            self._job.tell()
            if self._job.lease.cancelled():
                return True
        return False

    def _by_chunks(self, ids: list[int]) -> bool:
        job, planner = self._job, self._planner()
        for done, chunk in self._chunks(ids):
            try:
                self._write_chunk(planner, chunk, after=done)
            except NotTaken:
                planner = self._one_by_one(ids, chunk)
            if job.lease.cancelled():
                return True
        return False

    def _write_chunk(self, planner: UndoPlanner, chunk: list[int], *, after: int) -> None:
        job = self._job
        began = time.perf_counter()
        with job.writing() as held:
            planned = self._write(planner, chunk, held)
            job.advance(planned, after=after)
        job.tell()
        job.breathe(began=began, rows=len(chunk))

    def _one_by_one(self, ids: list[int], chunk: list[int]) -> UndoPlanner:
        """Each record alone, or with those it draws in: only one that the store does not take is kept, and named."""
        planner = self._stand(ids)
        places = {record: place for place, record in enumerate(ids, 1)}
        for record in filter(lambda one: one in self._left, chunk):
            self._left.remove(record)
            try:
                self._write_chunk(planner, [record], after=places[record])
            except NotTaken:
                planner = self._stand(ids)
                self._keep(planner, record, after=places[record])
        return planner

    def _stand(self, ids: list[int]) -> UndoPlanner:
        """Know of what was written what the journal says of it, and of nothing else."""
        self._begin(ids)
        return self._planner()

    def _keep(self, planner: UndoPlanner, record: int, *, after: int) -> None:
        self._left.remove(record)
        with self._job.writing() as held:
            planned = planner.refused(self._net.of([record]))
            self._job.journal(planned, held=held, verbose=True)
            self._job.advance(planned, after=after)

    def _whole(self, ids: list[int]) -> RunStatus:
        job = self._job
        try:
            with job.writing() as held:
                planner = self._planner()
                for _done, chunk in self._chunks(ids):
                    planned = self._write(planner, chunk, held)
                    if any(map(is_kept, planned)):
                        raise Kept
                    job.tally.add(planned)
                job.whole = True
                job.advance([], after=len(ids))
        except (Kept, NotTaken):
            job.start_over()
            job.tally.rows = len(ids)
            self._begin(ids)
            self._only_plan(ids)
            job.run.error = {"code": "undo_conflicts"}
            return RunStatus.FAILED
        return RunStatus.SUCCEEDED

    def _chunks(self, ids: list[int]) -> Iterator[tuple[int, list[int]]]:
        for start in range(self._job.after, len(ids), CHUNK):
            part = ids[start : start + CHUNK]
            chunk = [record for record in part if record in self._left]
            self._left.difference_update(chunk)
            yield start + len(part), chunk

    def _plan(self, planner: UndoPlanner, chunk: list[int]) -> list[PlannedRow]:
        planned = planner.plan(self._net.of(chunk))
        name_editors(planned, undone=self._undone)
        return planned

    def _write(self, planner: UndoPlanner, chunk: list[int], held: WriteTransaction) -> list[PlannedRow]:
        self._records.within(held)
        planned = self._plan(planner, chunk)
        apply_rows(self._applier, planned)
        self._job.journal(planned, held=held, verbose=True)
        return planned
