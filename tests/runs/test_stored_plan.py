"""A stored plan comes back in batches of whole rows."""

from __future__ import annotations

from datetime import datetime
from itertools import chain

import pytest

from integration_admin.accounts.models import Brand
from sync_app.models import JournalEntry, Run, RunKind
from sync_app.runs.work.stored_plan import batches
from templates_app.catalog.packs.planning import planning_pack


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 100])
@pytest.mark.parametrize("lengths", [[1, 1, 1, 1], [2, 1, 3, 2], [5], [1, 150, 1], []])
def test_no_row_is_cut_and_none_is_lost(acme: Brand, now: datetime, size: int, lengths: list[int]) -> None:
    run = Run.objects.create(brand=acme, kind=RunKind.IMPORT, actor="test", created_at=now)
    rows = list(chain.from_iterable([row] * length for row, length in enumerate(lengths, start=1)))
    JournalEntry.objects.bulk_create(
        JournalEntry(run=run, seq=seq, row=row, entity_type="Customer", operation="Insert", applied=False, fields="")
        for seq, row in enumerate(rows, start=1)
    )
    read = list(batches(run=run.pk, catalog=planning_pack(), after=0, size=size))
    found = [operations for batch, _ in read for operations in batch]
    assert [len(operations) for operations in found] == lengths
    assert [operations[0].row for operations in found] == list(range(1, len(lengths) + 1))
    assert [last for _, last in read][-1:] == ([len(rows)] if rows else [])
    assert all(sum(map(len, batch[:-1])) < size for batch, _ in read)
