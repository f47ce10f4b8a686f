"""A run being performed: where it stands, and how a chunk of it is committed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from sync_app.engine.plan import Operation, PlannedRow
from sync_app.engine.tally import Tally
from sync_app.engine.waiting import Place
from sync_app.models import FailedRow, Run
from sync_app.runs.meter import Meter
from sync_app.runs.row_text import row_text
from sync_app.runs.work.lease import Lease
from sync_app.storage import journal
from sync_app.storage.clock import WriteTransaction, write_transaction
from sync_app.storage.dialect import Column, dialect
from templates_app.brand_catalog import CatalogRows, catalog_rows
from templates_app.sources.rows import Row, Source

FAILED_ROW = FailedRow._meta.db_table
_FAILED_COLUMNS = (
    Column("run_id", "bigint"),
    Column('"row"', "integer"),
    Column("content", "text"),
    Column("edited", "text"),
    Column("code", "text"),
    Column("problems", "text"),
)

#: The lock is held for a chunk; others get in between. Aiming below half a second keeps the half second promised.
CHUNK_SECONDS = 0.4
CHUNK_ROWS = 2000
MAX_CHUNK_ROWS = 4000
MIN_CHUNK_ROWS = 100
PAUSE_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Progress:
    """What a person watching is told."""

    rows_done: int
    rows_total: int
    counts: dict[str, int]


class CatalogChanged(Exception):
    """Keys or fields were declared since the work was begun: it is taken up again, with the catalog as it is now."""


@dataclass(slots=True)
class Job:
    """One claimed run. Its counters commit with each chunk (`Lease.progress`): it resumes after the last one.

    `waiting` rows and `open` references are left for the last row. `whole`: what is written at once has been written.
    `opened` is the source, when whoever started the run performs it too: it was parsed to be checked already.
    """

    run: Run
    lease: Lease
    clock: Callable[[], datetime]
    on_progress: Callable[[Progress], None]
    meter: Meter = field(default_factory=Meter)
    tally: Tally = field(default_factory=Tally)
    after: int = 0
    seq: int = 1
    waiting: list[int] = field(default_factory=list)
    open: list[Place] = field(default_factory=list)
    whole: bool = False
    opened: Source | None = None
    chunk_rows: int = CHUNK_ROWS
    catalog: CatalogRows | None = None

    def resume(self) -> None:
        """Stand where the last committed chunk left off, with the catalog of now."""
        self.catalog = catalog_rows(self.run.brand)
        kept = self.lease.progress
        self.after = kept.get("after", 0)
        self.seq = kept.get("seq", 1)
        self.waiting = list(kept.get("waiting", ()))
        self.open = [Place(*place) for place in kept.get("open", ())]
        self.whole = kept.get("whole", False)
        self.tally = Tally.from_json(kept.get("tally", {}))

    @property
    def resumed(self) -> bool:
        return bool(self.lease.progress)

    def start_over(self) -> None:
        """Forget what was only planned: what a plan knows of its earlier rows is not kept across an interruption."""
        with transaction.atomic(durable=True):
            journal.forget_plan(run=self.run.pk)
            FailedRow.objects.filter(run=self.run).delete()
            self.lease.advance({})
        self.resume()

    @contextmanager
    def writing(self) -> Iterator[WriteTransaction]:
        """The write transaction of a chunk. Raises CatalogChanged.

        Whoever declares a key holds the same lock: what the catalog says of identities is asked again once it is ours.
        """
        with write_transaction(brand=self.run.brand_id, clock=self.clock) as held:
            if catalog_rows(self.run.brand) != self.catalog:
                raise CatalogChanged
            yield held

    # --- inside a transaction

    def journal(self, planned: Iterable[PlannedRow], *, held: WriteTransaction | None, verbose: bool) -> None:
        """Write the entries of these rows. `held` None: they are only planned."""
        operations = [operation for row in planned for operation in row.operations]
        revision = held.revision if held else None
        written = journal.entries_of(
            operations,
            run=self.run.pk,
            first_seq=self.seq,
            applied=held is not None,
            revision=revision,
            verbose=verbose,
        )
        journal.append(written)
        if held is not None and written:
            last = self.seq + len(written) - 1
            held.wrote(run=self.run.pk, first_seq=self.seq, last_seq=last, lines=journal.lines(written))
        self.seq += len(written)

    def keep_failed(self, planned: Iterable[PlannedRow]) -> None:
        """Keep the rows that failed as they came."""
        rows = [self._failed_row(row.row, row.operations) for row in planned if row.failed]
        if rows:
            with connection.cursor() as cursor:
                dialect().insert(cursor, FAILED_ROW, _FAILED_COLUMNS, rows)

    def _failed_row(self, row: Row, operations: list[Operation]) -> tuple[Any, ...]:
        problems = [problem for operation in operations for problem in operation.problems]
        content = row_text(row.data)
        code = problems[0].code if problems else ""
        return (self.run.pk, row.number, content, "", code, journal.encode_problems(problems))

    def advance(self, planned: Iterable[PlannedRow], *, after: int, lasting: bool = True) -> None:
        """Count these rows and commit where the run stands, in the transaction that wrote them.

        `lasting` False: they are planned anew after an interruption.
        """
        self.tally.add(planned)
        further = lasting and after > self.after
        self.after = max(self.after, after)
        self.lease.advance(
            {
                "after": self.after,
                "seq": self.seq,
                "waiting": self.waiting,
                "open": self.open,
                "whole": self.whole,
                "tally": self.tally.to_json(),
            },
            further=further,
        )

    # --- between transactions

    def tell(self) -> None:
        done = self.tally.rows_ok + self.tally.rows_failed
        self.on_progress(Progress(done, self.tally.rows, self.tally.counts()))

    def breathe(self, *, began: float, rows: int) -> None:
        """Size the next chunk by how long this one held the lock, and let others get in."""
        held = time.perf_counter() - began
        if held > 0 and rows:
            fitting = int(rows * CHUNK_SECONDS / held)
            self.chunk_rows = max(MIN_CHUNK_ROWS, min(MAX_CHUNK_ROWS, fitting))
        time.sleep(held * PAUSE_SHARE)


def planned_only(job: Job, planned: list[PlannedRow], *, after: int, failed_rows: bool = True) -> None:
    """Commit a chunk that was only planned: entries, failed rows and progress. No record is touched."""
    with transaction.atomic(durable=True):
        job.journal(planned, held=None, verbose=True)
        if failed_rows:
            job.keep_failed(planned)
        job.advance(planned, after=after, lasting=False)
