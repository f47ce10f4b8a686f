"""A run's entries as operations again, in whole rows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from sync_app.engine.plan import BESIDE_ROWS, Operation
from sync_app.runs.errors import RunUnprocessable
from sync_app.storage import journal
from sync_app.storage.journal import Entry
from templates_app.catalog.types import Catalog

BATCH = 2000


def batches(*, run: int, catalog: Catalog, after: int, size: int) -> Iterator[tuple[list[list[Operation]], int]]:
    """(rows of operations, seq of the last one), whole rows only, about `size` operations each time."""
    while True:
        entries = journal.entries(run=run, after=after, limit=size + 1)
        if not entries:
            return
        if len(entries) > size:
            following = entries.pop()
            if _row(following) == _row(entries[-1]):
                entries = _whole_rows(run, [*entries, following])
        after = entries[-1].seq
        yield [[operation(entry, catalog) for entry in row] for _, row in groupby(entries, _row)], after


def _row(entry: Entry) -> tuple[int, int]:
    """What stands or falls together: the operations of a row. What is planned beside the rows does each alone."""
    return entry.row, entry.seq if not entry.row or entry.code in BESIDE_ROWS else 0


def _whole_rows(run: int, entries: list[Entry]) -> list[Entry]:
    """Complete the last row rather than cut it: a row is applied whole."""
    last = _row(entries[-1])
    while True:
        more = journal.entries(run=run, after=entries[-1].seq, limit=100)
        same = [entry for entry in more if _row(entry) == last]
        entries.extend(same)
        if len(same) < 100:
            return entries


def operation(entry: Entry, catalog: Catalog, *, retired: bool = False) -> Operation:
    """The operation of an entry. Raises RunUnprocessable `plan_outdated` when its type or a field of it is no more.

    `retired` fields are let through for an undo: it brings values back that were there.
    """
    entity = catalog.get(entry.entity_type)
    if entity is None:
        raise RunUnprocessable("plan_outdated", type=entry.entity_type)
    after = dict(journal.decode_values(entry.after))
    for name in after:
        if name not in entity.fields or (entity.fields[name].retired and not retired):
            raise RunUnprocessable("plan_outdated", type=entry.entity_type, field=name)
    return Operation(
        entity=entity,
        operation=entry.operation,
        row=entry.row,
        item=entry.item,
        key=entry.key,
        record=entry.record or 0,
        version=entry.version_seen,
        before=dict(journal.decode_values(entry.before)),
        after=after,
        code=entry.code,
        problems=tuple(journal.decode_problems(entry.problems)),
    )
