"""What a push must not send back: records that only the pulls over the same connection have changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import F, Q

from sync_app.models import JournalEntry, Record, Revision, SyncDirection, SyncTurn
from sync_app.runs.verbs.exporting import LeftOut


@dataclass(slots=True)
class _Changes:
    """What the journal still tells of one record: the runs that changed it after a revision, and how often."""

    runs: set[int] = field(default_factory=set)
    number: int = 0


def echoes_of(*, brand: int, connection: int) -> LeftOut:
    """Of records that are due, those each of whose changes was written by a pull over this connection.

    One change by anybody else, and the record is sent: the other system has not seen it yet. So is one of whose changes
    the journal has forgotten some: who made them is not known any more. It comes to rest there, for what comes back
    unchanged is no change.
    """

    def left_out(records: Sequence[int], after: int) -> set[int]:
        changes = _changes(records, after)
        if _forgotten(brand, after):
            versions = dict(Record.objects.filter(pk__in=changes).values_list("pk", "version"))
            changes = {record: known for record, known in changes.items() if known.number == versions.get(record)}
        ours = _pulled({run for known in changes.values() for run in known.runs}, connection)
        return {record for record, known in changes.items() if known.runs <= ours}

    return left_out


def _changes(records: Sequence[int], after: int) -> dict[int, _Changes]:
    found: dict[int, _Changes] = defaultdict(_Changes)
    entries = JournalEntry.objects.filter(record__in=records, applied=True, revision__gt=after).order_by()
    for record, run in entries.values_list("record", "run_id"):
        known = found[int(record or 0)]
        known.runs.add(run)
        known.number += 1
    return found


def _forgotten(brand: int, after: int) -> bool:
    """Whether the journal of any change after this revision was purged: then only a whole history proves anything."""
    return Revision.objects.filter(brand=brand, number__gt=after, run__purged_at__isnull=False).exists()


def _pulled(runs: set[int], connection: int) -> set[int]:
    """Of these runs, those of pulls over this connection, where it and they lead now. A turn that is still open began
    after its sync was led there.
    """
    there = Q(sync__begun_at=None) | Q(finished_at=None) | Q(finished_at__gt=F("sync__begun_at"))
    pulls = SyncTurn.objects.filter(run__in=runs, sync__connection=connection, sync__direction=SyncDirection.PULL)
    return set(pulls.filter(there).values_list("run_id", flat=True))
