"""Applying a stored plan: what was shown is written, row by row; what has gone stale since is named and left."""

from __future__ import annotations

import time
from collections.abc import Iterator

from sync_app.engine.applier import Applier
from sync_app.engine.plan import Operation, PlannedRow
from sync_app.engine.replay import Replay
from sync_app.models import Run, RunStatus
from sync_app.runs.errors import RunConflict
from sync_app.runs.loading import LoadedImport, load_import
from sync_app.runs.rows import source
from sync_app.runs.work import stored_plan
from sync_app.runs.work.job import Job, planned_only
from sync_app.runs.work.not_taken import NotTaken, apply_rows
from sync_app.storage import journal
from sync_app.storage.clock import WriteTransaction
from sync_app.storage.records import DatabaseRecords

Batch = tuple[list[list[Operation]], int]


class PlanStale(Exception):
    """Something of a plan that is written whole or not at all has gone stale: nothing of it is written."""

    def __init__(self, rows: list[PlannedRow]) -> None:
        super().__init__("plan_stale")
        self.rows = rows


def perform_apply(job: Job) -> RunStatus:
    """Apply the plan of the parent run from where this one stands."""
    plan = job.run.parent
    if plan is None:
        raise RunConflict("run_without_plan")
    loaded = load_import(plan)
    whole = job.run.options.get("stale") == "refuse"
    if whole and job.resumed and not job.whole:
        job.start_over()
    job.tally.rows = plan.counts.get("rows", 0)
    stored = StoredPlan(job, loaded, plan)
    status = stored.write_whole() if whole else stored.write_by_chunks()
    source.keep_rows(job.run, plan=plan, loaded=loaded)
    return status


class StoredPlan:
    """The entries of `plan`, written to the records by this job. A run may be its own plan (`atomic`)."""

    def __init__(self, job: Job, loaded: LoadedImport, plan: Run) -> None:
        self._job = job
        self._plan = plan
        self._loaded = loaded
        self._records = DatabaseRecords(brand=job.run.brand_id)
        self._stand()

    def _stand(self) -> None:
        """Know of the chunks before what the journal says of them."""
        job, plan = self._job, self._plan
        begun = job.after > 0 and plan.pk != job.run.pk
        ids = journal.renamed(plan=plan.pk, run=job.run.pk) if begun else {}
        spoiled = journal.spoiled(plan=plan.pk, run=job.run.pk) if begun else set()
        self._applier = Applier(writer=self._records, ids=ids)
        self._replay = Replay(reader=self._records, keys=self._loaded.keys, ids=self._applier.ids, spoiled=spoiled)

    def write_by_chunks(self) -> RunStatus:
        """Each chunk in its own transaction; stale rows are left out."""
        for batch in self._batches():
            try:
                self._write_chunk(batch)
            except NotTaken:
                self._write_rows(until=batch[1])
            if self._job.lease.cancelled():
                return RunStatus.CANCELLED
        return self._status()

    def _write_chunk(self, batch: Batch) -> None:
        job = self._job
        began = time.perf_counter()
        with job.writing() as held:
            planned = self._write(batch, held)
            job.advance(planned, after=batch[1])
        job.tell()
        job.breathe(began=began, rows=len(planned))

    def _write_rows(self, *, until: int) -> None:
        """Each row alone, so that only the one the store does not take is left out, and named."""
        self._stand()
        while self._job.seq <= until:
            try:
                self._write_chunk(self._next_row())
            except NotTaken:
                self._stand()
                self._refuse(self._next_row())

    def _next_row(self) -> Batch:
        return next(self._batches(size=1))

    def _refuse(self, batch: Batch) -> None:
        with self._job.writing() as held:
            planned = self._replay.refused(batch[0])
            self._job.journal(planned, held=held, verbose=True)
            self._job.advance(planned, after=batch[1])

    def write_whole(self) -> RunStatus:
        """One transaction for all of it; when anything is stale nothing is written, and that is the report."""
        try:
            try:
                self._write_at_once()
            except NotTaken:
                self._write_at_once(alone=self._again())
        except PlanStale as stale:
            return self._nothing(stale.rows)
        except NotTaken:
            self._stand()
            return self._nothing(self._replay.refused(self._next_row()[0]))
        return self._status()

    def _again(self) -> int:
        """Stand at the beginning once more. Gives where the batch begins that was not taken."""
        failing = self._job.seq
        self._job.start_over()
        self._job.tally.rows = self._plan.counts.get("rows", 0)
        self._stand()
        return failing

    def _nothing(self, rows: list[PlannedRow]) -> RunStatus:
        self._again()
        planned_only(self._job, rows, after=0, failed_rows=False)
        self._job.run.error = {"code": "plan_stale"}
        return RunStatus.FAILED

    def replace_own(self) -> RunStatus:
        """`atomic`: this run's planned entries become applied ones, all in one transaction, or stay its report."""
        job = self._job
        job.seq = 1
        try:
            with job.writing() as held:
                for batch in self._batches():
                    journal.remove(run=job.run.pk, first=job.seq, last=batch[1])
                    stale = [row for row in self._write(batch, held) if went_stale(row)]
                    if stale:
                        raise PlanStale(stale)
                job.whole = True
                job.advance([], after=job.after)
        except (PlanStale, NotTaken):
            job.run.error = {"code": "plan_stale"}
            return RunStatus.FAILED
        return RunStatus.SUCCEEDED

    def _write_at_once(self, *, alone: int = 0) -> None:
        """The rows of the batch that begins at `alone` are written each for itself: which is not taken shows then."""
        job = self._job
        stale: list[PlannedRow] = []
        with job.writing() as held:
            for rows, last in self._batches():
                for part in [[row] for row in rows] if job.seq == alone else [rows]:
                    planned = self._write((part, last), held)
                    stale += [row for row in planned if went_stale(row)]
                    job.tally.add(planned)
            if stale:
                raise PlanStale(stale)
            job.whole = True
            job.advance([], after=job.seq - 1)

    def _status(self) -> RunStatus:
        failed = self._job.tally.rows_failed or self._job.tally.counts()["failed"]
        return RunStatus.WITH_FAILURES if failed else RunStatus.SUCCEEDED

    def _batches(self, *, size: int = 0) -> Iterator[Batch]:
        size = size or stored_plan.BATCH
        return stored_plan.batches(run=self._plan.pk, catalog=self._loaded.catalog, after=self._job.seq - 1, size=size)

    def _write(self, batch: Batch, held: WriteTransaction) -> list[PlannedRow]:
        self._records.within(held)
        planned = self._replay.plan(batch[0])
        apply_rows(self._applier, planned)
        self._job.journal(planned, held=held, verbose=True)
        return planned


def went_stale(row: PlannedRow) -> bool:
    return any(operation.code == "stale" for operation in row.operations)
