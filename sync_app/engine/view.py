"""What the planner sees: the store as read for this chunk, under what this run has planned so far (the overlay)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from sync_app.engine.ports import RecordReader
from sync_app.engine.records import Data, Stored
from templates_app.catalog.types import EntityType, Key

_encode = msgspec.json.Encoder(decimal_format="number").encode
_decode = msgspec.json.Decoder(float_hook=Decimal).decode

_ABSENT: Any = object()

#: Identity value -> the records with it.
_Ids = dict[str, tuple[int, ...]]


class View:
    """The store and the overlay as one.

    A simulation keeps its overlay for the whole run (`lasting`); a real run for one chunk, since the database then
    holds the rest. Only spaces the plan asks about are overlaid. Every change can be taken back to a `mark`, because a
    row is all or nothing.
    """

    def __init__(self, reader: RecordReader, *, spaces: Collection[str], lasting: bool) -> None:
        self._reader = reader
        self._spaces = frozenset(spaces)
        self._lasting = lasting
        self._known: dict[str, _Ids] = {}
        self._come: dict[str, _Ids] = {space: {} for space in self._spaces}
        self._gone: dict[str, _Ids] = {space: {} for space in self._spaces}
        self._stored: dict[int, Stored] = {}
        self._insert_undone: dict[int, bool] = {}
        self._working: dict[int, Stored] = {}
        self._frozen: dict[int, tuple[Stored, bytes]] = {}
        self._log: list[tuple[dict[Any, Any], Any, Any]] = []
        self._provisional = 0

    # --- reading

    def fetch(self, *, matches: Mapping[str, set[str]], lookups: Mapping[str, set[str]]) -> None:
        """Read what the rows of this chunk may ask: one query a space. Forgets the chunk before."""
        self._known, self._stored, self._insert_undone = {}, {}, {}
        self._log.clear()
        if not self._lasting:
            self._working.clear()
            self._come = {space: {} for space in self._spaces}
            self._gone = {space: {} for space in self._spaces}
        for space, values in matches.items():
            self._match(space, values)
        for space, values in lookups.items():
            self._find(space, values - self._known.get(space, {}).keys())

    def _match(self, space: str, values: Collection[str]) -> None:
        known = self._known.setdefault(space, {})
        known.update(dict.fromkeys(values, ()))
        for value, records in (self._reader.match(space, values) if values else {}).items():
            known[value] = tuple([record.id for record in records])
            for record in records:
                self._stored[record.id] = record

    def _find(self, space: str, values: Collection[str]) -> None:
        known = self._known.setdefault(space, {})
        found = self._reader.find(space, values) if values else {}
        for value in values:
            records = found.get(value, ())
            known[value] = tuple(record.id for record in records)
            for record in records:
                self._stored.setdefault(record.id, Stored(record.id, record.type, {}, 0, record.deleted))

    def each_alone(self, space: str, values: Iterable[str | None]) -> list[Stored | None]:
        """For each value the one record that has this identity in the store, if it is alive and was read whole."""
        known, stored = self._known.get(space, {}), self._stored
        found = []
        for value in values:
            ids = known.get(value, ()) if value is not None else ()
            record = stored.get(ids[0]) if len(ids) == 1 else None
            found.append(record if record is not None and record.version and not record.deleted else None)
        return found

    def touched(self, record_id: int, space: str, value: str) -> bool:
        """Whether this run has planned anything for the record, or for who has this identity."""
        planned = record_id in self._working or record_id in self._frozen
        return planned or value in self._come[space] or value in self._gone[space]

    def fetched(self) -> list[int]:
        """The records that this chunk may be about."""
        return list(self._stored)

    def ids(self, space: str, value: str) -> tuple[int, ...]:
        """The records with this identity, deleted ones included. Asks the store if the chunk did not foresee it."""
        known = self._known.get(space)
        if known is None or value not in known:
            self._match(space, (value,))
            known = self._known[space]
        ids = known[value]
        if space not in self._spaces:
            return ids
        come, gone = self._come[space].get(value, ()), self._gone[space].get(value, ())
        if come:
            ids = (*ids, *(i for i in come if i not in ids))
        return tuple(i for i in ids if i not in gone) if gone else ids

    def record(self, record_id: int) -> Stored:
        """The record as this run sees it now, with its values."""
        working = self._working.get(record_id)
        if working is not None:
            return working
        frozen = self._frozen.get(record_id)
        if frozen is not None:
            return _thaw(*frozen)
        stored = self._stored.get(record_id)
        if stored is None or not stored.version:
            stored = self._reader.load((record_id,))[record_id]
            self._stored[record_id] = stored
        return stored

    def read(self, records: Iterable[int]) -> None:
        """Read these records, whole, in one query: they will be asked for one by one."""
        known = (self._working, self._frozen)
        wanted = {i for i in records if i > 0 and not any(i in here for here in known)}
        missing = [i for i in wanted if i not in self._stored or not self._stored[i].version]
        if missing:
            self._stored.update(self._reader.load(missing))

    def insert_undone(self, record_id: int) -> bool:
        """Whether this deleted record is one whose insert was undone, so that nothing of it is to come back.

        The store is asked at once of all that this chunk may be about.
        """
        if self.plans(record_id):
            return False
        if record_id not in self._insert_undone:
            deleted = {record.id for record in self._stored.values() if record.deleted} | {record_id}
            found = self._reader.inserts_undone(deleted - self._insert_undone.keys())
            self._insert_undone.update((i, i in found) for i in deleted - self._insert_undone.keys())
        return self._insert_undone[record_id]

    def glance(self, record_id: int) -> Stored:
        """The record's type and state; its values only if they happen to be read."""
        known = self._working.get(record_id)
        if known is None and record_id in self._frozen:
            known = self._frozen[record_id][0]
        return known or self._stored.get(record_id) or self.record(record_id)

    # --- planning

    def plans(self, record_id: int) -> bool:
        """Whether this run has planned something for the record."""
        return record_id in self._working or record_id in self._frozen

    def provisional(self) -> int:
        self._provisional -= 1
        return self._provisional

    def mark(self) -> int:
        return len(self._log)

    def rollback(self, mark: int) -> None:
        while len(self._log) > mark:
            target, key, old = self._log.pop()
            if old is _ABSENT:
                del target[key]
            else:
                target[key] = old

    def identities(self, entity: EntityType, data: Data, *, but: Key | None = None) -> dict[Key, str]:
        """The identities of these values in the overlaid spaces, `but` the one the caller knows."""
        found = {}
        for key in entity.keys:
            if key is not but and key.space in self._spaces:
                value = entity.identity_of(key, data)
                if value is not None:
                    found[key] = value
        return found

    def guards(self, entity: EntityType, *, but: Key | None) -> bool:
        """Whether records of this type have identities in the overlaid spaces, `but` not counting."""
        return any(key is not but and key.space in self._spaces for key in entity.keys)

    def add(self, record: Stored, space: str, value: str) -> None:
        """A new record, whose one identity nobody has. It is not noted: nobody takes it back."""
        self._working[record.id] = record
        self._come[space][value] = (record.id,)

    def change(self, record: Stored) -> None:
        """A record with the identities it had. It is not noted: nobody takes it back."""
        self._working[record.id] = record

    def put(self, record: Stored, *, gone: Mapping[Key, str], come: Mapping[Key, str]) -> None:
        """The record has these values from now on; `gone` and `come` are its identities before and after.

        Only these are noted, so nothing need be known of who else has them: the store is not asked.
        """
        self._set(self._working, record.id, record)
        if gone == come:
            return
        was = {(key.space, value) for key, value in gone.items()}
        becomes = {(key.space, value) for key, value in come.items()}
        for space, value in was - becomes:
            self._move(record.id, value, out_of=self._come[space], into=self._gone[space])
        for space, value in becomes - was:
            self._move(record.id, value, out_of=self._gone[space], into=self._come[space])

    def _move(self, record: int, value: str, *, out_of: _Ids, into: _Ids) -> None:
        left = out_of.get(value)
        if left and record in left:
            self._set(out_of, value, tuple(i for i in left if i != record))
        self._set(into, value, (*into.get(value, ()), record))

    def _set(self, target: dict[Any, Any], key: Any, value: Any) -> None:
        self._log.append((target, key, target.get(key, _ABSENT)))
        target[key] = value

    def settle(self) -> None:
        """The chunk is planned: a lasting overlay keeps its values encoded, at a quarter of the memory."""
        self._log.clear()
        if not self._lasting:
            return
        for record_id, record in self._working.items():
            shell = Stored(record.id, record.type, {}, record.version, record.deleted, record.label)
            self._frozen[record_id] = (shell, _encode(record.data))
        self._working.clear()


def _thaw(shell: Stored, encoded: bytes) -> Stored:
    return Stored(shell.id, shell.type, _decode(encoded), shell.version, shell.deleted, shell.label)


def spaces_of(entities: Iterable[EntityType]) -> set[str]:
    """The spaces of the unique keys of these types: they guard every write."""
    return {key.space for entity in entities for key in entity.keys if key.unique}
