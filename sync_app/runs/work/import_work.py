"""Performing an import: rows are mapped outside the lock; each chunk is planned and written inside one transaction."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import groupby, islice
from operator import attrgetter

from sync_app.engine.applier import Applier
from sync_app.engine.plan import PlannedRow
from sync_app.engine.planner import Planner
from sync_app.engine.protection import Protection
from sync_app.engine.waiting import Place
from sync_app.models import FailedRow, RunStatus
from sync_app.runs.loading import LoadedImport, load_import
from sync_app.runs.options import ImportOptions
from sync_app.runs.rows import source
from sync_app.runs.source_names import named
from sync_app.runs.work.apply_work import StoredPlan
from sync_app.runs.work.job import Job, planned_only
from sync_app.runs.work.mirroring import mirrored
from sync_app.storage.hands import HandsInJournal
from sync_app.storage.records import DatabaseRecords
from templates_app.language.drafts import ImportMapper, MappedRow
from templates_app.sources.rows import Row, Source


def perform_import(job: Job) -> RunStatus:
    """Import every row of the run's source, from where it stands. Returns the status the run ends with."""
    return ImportWork(job, load_import(job.run)).perform()


class ImportWork:
    """One import run. Simulated and atomic runs plan everything first; a real run plans and writes chunk by chunk."""

    def __init__(self, job: Job, loaded: LoadedImport) -> None:
        self._job = job
        self._loaded = loaded
        self._options = ImportOptions.from_json(job.run.options)
        self._plans_only = self._options.simulate or self._options.on_error == "atomic"
        self._stops = self._options.on_error == "stop"
        self._records = DatabaseRecords(brand=job.run.brand_id)
        self._applier = Applier(writer=self._records)
        protected = job.run.options.get("protected")
        self._planner = Planner(
            types=loaded.mapper.types,
            reader=self._records,
            lasting=self._plans_only,
            stop=self._stops,
            protection=Protection(HandsInJournal(fields=protected)) if protected else None,
        )

    def perform(self) -> RunStatus:
        job = self._job
        if self._plans_only and job.resumed:
            if job.whole:
                return RunStatus.SUCCEEDED
            job.start_over()
        opened = job.opened or source.open_run(job.run, loaded=self._loaded)
        job.tally.rows = opened.total
        source.note_whole(job.run, opened)
        mapper = self._loaded.mapper
        chunks = self._chunks(self._left(opened, mapper), mapper)
        stopped = self._stopped_before() or any(map(self._chunk, chunks))
        source.note_names(job.run, opened.format, self._loaded.mapper)
        if job.lease.cancelled():
            return RunStatus.CANCELLED
        if not stopped:
            stopped = self._last(opened)
        return self._end(stopped=stopped)

    def _left(self, opened: Source, mapper: ImportMapper) -> Iterator[Row]:
        """The rows still to do. After an interruption the planner first recalls those already done."""
        job = self._job
        if not job.after:
            yield from opened.rows()
            return
        waited, places = set(job.waiting), _by_row(job.open)
        runs = [job.run.pk, *job.run.options.get(source.CONTINUES, ())]
        failed = set(FailedRow.objects.filter(run__in=runs).values_list("row", flat=True))
        for row in opened.rows():
            if row.number > job.after:
                yield row
            elif row.number not in failed:
                self._planner.recall(mapper.map(row), waited=row.number in waited, places=places.get(row.number, ()))

    def _chunks(self, rows: Iterator[Row], mapper: ImportMapper) -> Iterator[list[MappedRow]]:
        for first in rows:
            yield mapper.map_all([first, *islice(rows, self._job.chunk_rows - 1)])

    def _stopped_before(self) -> bool:
        return self._stops and self._job.tally.rows_failed > 0

    # --- chunks

    def _chunk(self, chunk: list[MappedRow]) -> bool:
        """Plan and commit these rows. True when the run is to end here."""
        job = self._job
        began = time.perf_counter()
        planned = self._plan_only(chunk) if self._plans_only else self._write(chunk)
        job.tell()
        if not self._plans_only:
            job.breathe(began=began, rows=len(chunk))
        return job.lease.cancelled() or (self._stops and any(row.failed for row in planned))

    def _plan_only(self, chunk: list[MappedRow]) -> list[PlannedRow]:
        planned = named(self._planner.plan(chunk), self._loaded.mapper)
        self._note_waiting(planned)
        planned_only(self._job, planned, after=chunk[-1].row.number)
        return planned

    def _write(self, chunk: list[MappedRow]) -> list[PlannedRow]:
        job = self._job
        with job.writing() as held:
            self._records.within(held)
            planned = named(self._planner.plan(chunk), self._loaded.mapper)
            self._applier.apply(operation for row in planned for operation in row.operations)
            job.journal(planned, held=held, verbose=self._options.verbose)
            job.keep_failed(planned)
            self._note_waiting(planned)
            job.open = self._planner.open_places
            job.advance(planned, after=chunk[-1].row.number)
        self._applier.ids.clear()
        return planned

    def _note_waiting(self, planned: list[PlannedRow]) -> None:
        self._job.waiting.extend(row.row.number for row in planned if row.waiting)

    def _last(self, opened: Source) -> bool:
        """After the last row: what waited for it. True when a failed row stops the run."""
        job = self._job
        if self._plans_only:
            planned = named(self._planner.finish(), self._loaded.mapper)
            job.waiting = []
            planned_only(job, planned, after=job.after)
            for missing in mirrored(job, self._loaded, opened):
                planned_only(job, missing, after=job.after)
        elif self._planner.unfinished:
            planned = self._write_last()
        else:
            return False
        return self._stops and any(row.failed for row in planned)

    def _write_last(self) -> list[PlannedRow]:
        job = self._job
        with job.writing() as held:
            self._records.within(held)
            planned = named(self._planner.finish(), self._loaded.mapper)
            self._applier.apply(operation for row in planned for operation in row.operations)
            job.journal(planned, held=held, verbose=self._options.verbose)
            job.keep_failed(planned)
            # A failed row that stops the run leaves others that waited.
            told = {row.row.number for row in planned}
            job.waiting, job.open = [row for row in job.waiting if row not in told], []
            job.advance(planned, after=job.after)
        return planned

    # --- the end

    def _end(self, *, stopped: bool) -> RunStatus:
        failed = self._job.tally.rows_failed
        if stopped:
            return RunStatus.STOPPED
        if self._options.on_error == "atomic" and not self._options.simulate:
            return self._nothing_written() if failed else self._apply_all()
        return RunStatus.WITH_FAILURES if failed else RunStatus.SUCCEEDED

    def _nothing_written(self) -> RunStatus:
        """The plan stays as the report of what would have been."""
        self._job.run.error = {"code": "atomic_failed", "params": {"count": self._job.tally.rows_failed}}
        return RunStatus.FAILED

    def _apply_all(self) -> RunStatus:
        return StoredPlan(self._job, self._loaded, self._job.run).replace_own()


def _by_row(places: list[Place]) -> dict[int, list[Place]]:
    by_row = attrgetter("row")
    return {row: list(listed) for row, listed in groupby(sorted(places, key=by_row), by_row)}
