"""What a push must not send back: records that only the pulls over the same connection have changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sync_app.models import JournalEntry, SyncDirection, SyncTurn
from sync_app.runs.verbs.exporting import LeftOut


def echoes_of(connection: int) -> LeftOut:
    """Of records that are due, those each of whose changes was written by a pull over this connection.

    One change by anybody else, and the record is sent: the other system has not seen it yet.
    """

    def left_out(records: Sequence[int], after: int) -> set[int]:
        changes = JournalEntry.objects.filter(record__in=records, applied=True, revision__gt=after)
        by_record = defaultdict(set)
        for record, run in changes.order_by().values_list("record", "run_id").distinct():
            by_record[int(record or 0)].add(run)
        runs = {run for changed in by_record.values() for run in changed}
        pulls = SyncTurn.objects.filter(run__in=runs, sync__connection=connection, sync__direction=SyncDirection.PULL)
        ours = set(pulls.values_list("run_id", flat=True))
        return {record for record, changed in by_record.items() if changed <= ours}

    return left_out
