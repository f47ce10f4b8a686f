"""What an undo has to know of the records by now: their values, who refers to them, who has their old identities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sync_app.engine.net_change import NetChange, reverted, unique_identities
from sync_app.engine.plan import INSERT
from sync_app.engine.ports import RecordReader
from sync_app.engine.records import Stored


class Standing:
    """The records of some changes as they stand, read many at once.

    `undone`: records that an earlier part of the same undo has changed in its plan only; they stand as planned.
    """

    def __init__(self, reader: RecordReader, *, undone: Mapping[int, Stored]) -> None:
        self._reader = reader
        self._undone = undone
        self.now: dict[int, Stored] = {}
        self.referrers: dict[int, Sequence[int]] = {}
        self._owners: dict[tuple[str, str], list[int]] = {}

    def read(self, net: Sequence[NetChange]) -> None:
        """Take in what these changes speak of."""
        wanted = {change.record for change in net} | {target for change in net for target in change.referred()}
        self.now.update(self._reader.load(wanted - self.now.keys()))
        self.now.update((record, self._undone[record]) for record in wanted & self._undone.keys())
        self.referrers.update(self._reader.referrers({change.record for change in net if change.first == INSERT}))
        self._ask(identity for change in net for identity in self._old_identities(change))

    def owners(self, space: str, value: str) -> list[int]:
        """Who has this identity."""
        if (space, value) not in self._owners:
            self._ask([(space, value)])
        return self._owners[space, value]

    def beside(self, net: Sequence[NetChange], *, drawn: bool) -> set[int]:
        """What has to give way, or to come back, for these to be undone. `drawn`: so do they for others, out of turn.

        Then what refers to them has to be undone as well: its own turn would have come before theirs.
        """
        found = {owner for change in net for pair in self._old_identities(change) for owner in self.owners(*pair)}
        for change in net:
            found.update(target for target in change.referred() if target in self.now and self.now[target].deleted)
            found.update(self.referrers.get(change.record, ()) if drawn else ())
        return found

    def _old_identities(self, change: NetChange) -> Iterable[tuple[str, str]]:
        """Those that come back if all of the change goes back, and if only what is as the run left it does."""
        now = self.now.get(change.record)
        if now is None or change.inserted:
            return
        free = change.free(now)
        for back in (change.before, free) if len(free) < len(change.before) else (change.before,):
            for key, value in unique_identities(change.entity, reverted(now.data, back)):
                yield key.space, value

    def _ask(self, identities: Iterable[tuple[str, str]]) -> None:
        wanted: dict[str, set[str]] = {}
        for space, value in identities:
            if (space, value) not in self._owners:
                wanted.setdefault(space, set()).add(value)
        for space, values in wanted.items():
            found = self._reader.find(space, values)
            self._owners.update({(space, value): [owner.id for owner in found.get(value, ())] for value in values})
