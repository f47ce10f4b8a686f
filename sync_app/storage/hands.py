"""Which values of records a person has changed last, read from the journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import connection

from sync_app.models import Run, RunKind
from sync_app.storage.dialect import dialect
from sync_app.storage.journal import TABLE

RUN = Run._meta.db_table
_BY_HAND = "r.kind = %s AND r.\"trigger\" <> 'api'"


class HandsInJournal:
    """`fields`: the protected ones, like `Customer.LastName`. A change by another program's call is none by hand."""

    def __init__(self, *, fields: Iterable[str]) -> None:
        self._fields: dict[str, set[str]] = defaultdict(set)
        for name in fields:
            entity_type, _point, field = name.partition(".")
            self._fields[entity_type].add(field)

    def by_hand(self, records: Collection[int]) -> Mapping[int, frozenset[str]]:
        """record -> the protected fields that a person changed last. One query, and a second where anybody did."""
        touched = {record for record, *_rest in self._entries(records, only=True)}
        if not touched:
            return {}
        last: dict[int, dict[str, bool]] = defaultdict(dict)
        for record, entity_type, fields, hand in self._entries(touched, only=False):
            for name in self._fields.get(entity_type, set()).intersection(fields.split(",")):
                last[record][name] = bool(hand)
        mine = {record: frozenset(name for name, hand in known.items() if hand) for record, known in last.items()}
        return {record: names for record, names in mine.items() if names}

    def _entries(self, records: Collection[int], *, only: bool) -> list[tuple[Any, ...]]:
        """(record, type, changed fields, whether by hand) of the changes of these records, in their order."""
        sql = (
            f"SELECT e.record, e.entity_type, e.fields, {_BY_HAND} FROM {TABLE} e JOIN {RUN} r ON r.id = e.run_id"
            f" WHERE e.applied AND {dialect().any_of('e.record')}{f' AND {_BY_HAND}' if only else ''}"
            " ORDER BY e.record, e.revision, e.seq"
        )
        edit = RunKind.EDIT.value
        with connection.cursor() as cursor:
            cursor.execute(sql, [edit, dialect().array(records), *([edit] if only else [])])
            return list(cursor.fetchall())
