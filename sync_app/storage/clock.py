"""One writer per brand at a time, and the clock that numbers what it writes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from sync_app.models import BrandClock, Revision

Clock = Callable[[], datetime]


class SnapshotRefused(RuntimeError):
    """A snapshot was asked inside a transaction: what it sees would not be one moment's state."""


@dataclass(slots=True)
class Written:
    """What a transaction has journalled so far: of which run, from where to where, and the digest of it all."""

    run: int
    first_seq: int
    last_seq: int = 0
    hasher: hashlib.blake2b = field(default_factory=lambda: hashlib.blake2b(digest_size=32))

    def take(self, last_seq: int, lines: bytes) -> None:
        self.last_seq = last_seq
        self.hasher.update(lines)


@dataclass(slots=True)
class WriteTransaction:
    """A transaction that holds the brand's lock. `revision` numbers everything it writes; `at` is when it began."""

    brand: int
    revision: int
    at: datetime
    stamp: datetime | None
    counts: dict[str, int]
    live: Counter[str] = field(default_factory=Counter)
    written: Written | None = None

    def wrote(self, *, run: int, first_seq: int, last_seq: int, lines: bytes) -> None:
        """Journal entries of this revision, one after the other; it is recorded when the transaction closes."""
        if self.written is None:
            self.written = Written(run, first_seq)
        self.written.take(last_seq, lines)


@contextmanager
def write_transaction(*, brand: int, clock: Clock) -> Iterator[WriteTransaction]:
    """Take the brand's lock and its next revision; commit at the end, with the stamp as the last statement.

    Outermost by rule (`durable`): an outer transaction would hold the lock beyond the chunk.
    """
    with transaction.atomic(durable=True):
        row = _advance(brand)
        if row is None:
            ensure_clock(brand=brand)
            row = _advance(brand)
        if row is None:
            raise BrandClock.DoesNotExist(brand)
        held = WriteTransaction(brand=brand, revision=row.revision, at=clock(), stamp=row.stamp, counts=row.counts)
        yield held
        _close(held, clock())


def ensure_clock(*, brand: int) -> None:
    """Give the brand its clock row, once; two who do it at the same time make one."""
    BrandClock.objects.bulk_create([BrandClock(brand_id=brand)], ignore_conflicts=True)


def _advance(brand: int) -> BrandClock | None:
    """The clock after one step, which nobody else can take before this transaction ends; None where there is none."""
    sql = f"UPDATE {BrandClock._meta.db_table} SET revision = revision + 1 WHERE brand_id = %s RETURNING *"
    return next(iter(list(BrandClock.objects.raw(sql, [brand]))), None)


def _close(held: WriteTransaction, now: datetime) -> None:
    stamp = max(now, held.stamp) if held.stamp else now
    counts = Counter(held.counts)
    counts.update(held.live)
    written = held.written
    if written is not None:
        Revision.objects.create(
            brand_id=held.brand,
            number=held.revision,
            run_id=written.run,
            first_seq=written.first_seq,
            last_seq=written.last_seq,
            digest=written.hasher.hexdigest(),
            stamp=stamp,
        )
    live = {name: count for name, count in counts.items() if count}
    BrandClock.objects.filter(brand_id=held.brand).update(stamp=stamp, counts=live)


@contextmanager
def snapshot() -> Iterator[None]:
    """One consistent read-only view of the database: the only way to open a read transaction.

    SQLite: a plain BEGIN (IMMEDIATE is for writers) with `query_only`. PostgreSQL: REPEATABLE READ, READ ONLY. The
    transaction a test case wraps around each test does not count, as it does not for Django's `durable`.
    """
    if connection.in_atomic_block:
        if not all(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
            raise SnapshotRefused
        yield
        return
    begin, end = _SNAPSHOTS[connection.vendor]
    _execute(begin)
    try:
        yield
    finally:
        _execute(end)


_SNAPSHOTS = {
    "sqlite": (("BEGIN", "PRAGMA query_only = 1"), ("PRAGMA query_only = 0", "ROLLBACK")),
    "postgresql": (("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",), ("ROLLBACK",)),
}


def _execute(statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
