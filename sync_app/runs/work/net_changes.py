"""What a run did to records, net, as its undo takes it: with what has been written since and came to nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sync_app.engine.net_change import NetChange
from sync_app.engine.plan import UPDATE
from sync_app.engine.sameness import same
from sync_app.models import OPEN_STATUSES, Run, RunKind
from sync_app.runs.work import stored_plan
from sync_app.storage import journal
from templates_app.catalog.types import Catalog


class NetChanges:
    """Of one run, read from the journal."""

    def __init__(self, undone: Run, catalog: Catalog) -> None:
        self._undone = undone.pk
        self._catalog = catalog
        self._again = _undos_of(undone)

    def of(self, ids: list[int]) -> list[NetChange]:
        """The net change of these records, in their order."""
        net: dict[int, NetChange] = {}
        for entry in journal.entries_of_records(run=self._undone, records=ids):
            operation = stored_plan.operation(entry, self._catalog, retired=True)
            change = net.get(operation.record)
            if change is None:
                change = NetChange(operation.entity, operation.record, operation.row, operation.key)
                net[operation.record] = change
            change.add(operation, version=entry.version_after, revision=entry.revision or 0)
        for record, seen, after in journal.versions(runs=self._again, records=ids) if self._again else ():
            if net[record].version == seen:
                net[record].version = after
        _pass_over([change for change in net.values() if change.revived and not change.deleted])
        return [net[record] for record in ids]


def _pass_over(revived: Sequence[NetChange]) -> None:
    """A record that was brought back stands as the run left it where all that was written since came to nothing.

    A list in which one key comes twice does so whenever it is imported again.
    """
    changes = {change.record: change for change in revived}
    since: dict[int, list[journal.Entry]] = {}
    first = min((change.revision for change in revived), default=0)
    for entry in journal.entries_since(records=list(changes), revision=first) if changes else ():
        if entry.version_seen >= changes[entry.record or 0].version:
            since.setdefault(entry.record or 0, []).append(entry)
    for record, entries in since.items():
        if _came_to_nothing(entries):
            changes[record].version = entries[-1].version_after


def _came_to_nothing(entries: Sequence[journal.Entry]) -> bool:
    """Whether these only changed values, and left each as it was before the first of them."""
    first: dict[str, Any] = {}
    last: dict[str, Any] = {}
    for entry in entries:
        before, after = journal.decode_values(entry.before), journal.decode_values(entry.after)
        first = {**dict.fromkeys(after), **before, **first}
        last |= after
    updated = all(entry.operation == UPDATE for entry in entries)
    return updated and all(same(first[name], value) for name, value in last.items())


def _undos_of(run: Run) -> list[int]:
    """The undos of a run, and theirs: a record that only they have touched since stands as the run left it."""
    undos = run.children.filter(kind=RunKind.UNDO, simulate=False).exclude(status__in=OPEN_STATUSES).only("pk")
    return [one for undo in undos for one in (undo.pk, *_undos_of(undo))]
