"""Counting once, when a run has ended, what its report shows: changes by field, refusals by code, and where they stand.

A run's entries are numbered; `BLOCK` of them in a row are a block. For each operation, field and code there is kept in
which blocks it occurs, one bit a block: a page of a filtered report then reads only blocks with something to show,
without an index that every write would pay for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from django.db.models import Count, F, Max

from sync_app.engine.plan import ERROR, SKIP
from sync_app.models import JournalEntry, Run, RunSummary
from sync_app.storage import journal
from templates_app.catalog.problems import Problem

BLOCK: Final = 256
MOST_GROUPS: Final = 200
FIELD: Final = "field"
CODE: Final = "code"
COUNTED_NOW: Final = 4_000
ANY: Final = ""


class Alike(NamedTuple):
    """Entries of one block that have all of this in common, and how many they are."""

    operation: str
    entity_type: str
    fields: str
    code: str
    block: int
    many: int


class Refusal(NamedTuple):
    """An entry that says what was wrong."""

    seq: int
    row: int
    operation: str
    entity_type: str
    problems: str


class GroupKey(NamedTuple):
    """What refusals have in common. `by` is who changed the record since, where an undo keeps it."""

    operation: str
    entity_type: str
    field: str
    name: str
    code: str
    by: str


@dataclass(slots=True)
class Group:
    """How many operations and rows, and the entry that stands for all of them."""

    seq: int
    operations: int = 0
    rows: int = 0
    last_row: int = -1

    def take(self, row: int) -> None:
        self.operations += 1
        if row != self.last_row:
            self.rows += 1
            self.last_row = row


@dataclass(slots=True)
class Summing:
    """Takes what the entries of a run come to and gives its summary."""

    changed: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    groups: dict[GroupKey, Group] = field(default_factory=dict)
    places: dict[tuple[str, str, str, str], int] = field(default_factory=dict)

    def alike(self, entries: Alike) -> None:
        names = entries.fields.split(",") if entries.fields else ()
        named = [(ANY, ""), *([(CODE, entries.code)] if entries.code else []), *((FIELD, name) for name in names)]
        self._place(1 << entries.block, entries.operation, entries.entity_type, named)
        for name in names:
            self.changed[entries.operation, entries.entity_type, name] += entries.many

    def refused(self, entry: Refusal) -> None:
        """In order of their numbers: rows are counted by it."""
        bit = 1 << (entry.seq // BLOCK)
        for problem in journal.decode_problems(entry.problems):
            if problem.field:
                self._place(bit, entry.operation, entry.entity_type, [(FIELD, problem.field)])
            key = group_of(entry.operation, entry.entity_type, problem)
            group = self.groups.get(key)
            if group is None:
                group = self.groups[key] = Group(entry.seq)
            group.take(entry.row)

    def _place(self, bit: int, operation: str, entity_type: str, named: Iterable[tuple[str, str]]) -> None:
        for aspect, name in named:
            key = (operation, entity_type, aspect, name)
            self.places[key] = self.places.get(key, 0) | bit

    def summary(self, run: Run) -> RunSummary:
        """Not saved. The groups with the most rows first."""
        often = sorted(self.groups.items(), key=lambda kept: (-kept[1].rows, kept[1].seq))[:MOST_GROUPS]
        return RunSummary(
            run=run,
            changed=[[*key, count] for key, count in sorted(self.changed.items())],
            groups=[_group_json(key, group) for key, group in often],
            places=[[*key, f"{bits:x}"] for key, bits in sorted(self.places.items())],
        )


def summary_of(run: Run) -> RunSummary:
    """The summary of a run whose entries are all written. Nothing is saved.

    The database counts what is alike; only entries that say what was wrong are read one by one.
    """
    summing = Summing()
    entries = JournalEntry.objects.filter(run=run)
    same = entries.values_list("operation", "entity_type", "fields", "code", F("seq") / BLOCK)
    for row in same.annotate(many=Count("seq")).order_by():
        summing.alike(Alike._make(row))
    refused = entries.filter(operation__in=(ERROR, SKIP)).exclude(problems="").order_by("seq")
    for row in refused.values_list(*Refusal._fields).iterator():
        summing.refused(Refusal._make(row))
    return summing.summary(run)


def summary_for(run: Run) -> RunSummary:
    """The summary kept of this run; of one that has none it is counted, if that is little, else it is empty."""
    kept = RunSummary.objects.filter(run=run).first()
    if kept is not None:
        return kept
    last = JournalEntry.objects.filter(run=run).aggregate(last=Max("seq"))["last"] or 0
    return summary_of(run) if last < COUNTED_NOW else RunSummary(run=run)


def group_of(operation: str, entity_type: str, problem: Problem) -> GroupKey:
    """The group a problem of an entry belongs to."""
    by = str(problem.params.get("by", ""))
    return GroupKey(operation, entity_type, problem.field, problem.name, problem.code, by)


def _group_json(key: GroupKey, group: Group) -> dict[str, Any]:
    return {**key._asdict(), "operations": group.operations, "rows": group.rows, "seq": group.seq}
