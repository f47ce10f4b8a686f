"""What was refused in a run, grouped by code and place: how many rows each group has, and which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from integration_admin.accounts.access import Actor
from sync_app.engine.plan import ERROR, SKIP
from sync_app.models import JournalEntry, Run, RunSummary
from sync_app.runs.readable import Readable
from sync_app.runs.reports.report import problem_json
from sync_app.runs.reports.summing import GroupKey, group_of, summary_for
from sync_app.runs.row_text import plain_lines
from sync_app.storage.journal import decode_problems as decoded

EXAMPLES: Final = 40
READ_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class RefusedGroup:
    """Rows refused for the same reason at the same place: type and field of the catalog, and the source's name."""

    code: str
    type: str = ""
    field: str = ""
    name: str = ""

    def to_json(self) -> dict[str, str]:
        return asdict(self)

    def holds(self, key: GroupKey) -> bool:
        return (key.code, key.entity_type, key.field, key.name) == (self.code, self.type, self.field, self.name)


@dataclass(frozen=True, slots=True)
class Refusals:
    """Rows refused for the same reason, at this place as far as it is said: None is any, an empty one is none."""

    code: str
    type: str | None = None
    field: str | None = None
    name: str | None = None

    def to_json(self) -> dict[str, str]:
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, kept: Mapping[str, str]) -> Refusals:
        return cls(kept["code"], kept.get("type"), kept.get("field"), kept.get("name"))

    def holds(self, key: GroupKey) -> bool:
        places = ((self.type, key.entity_type), (self.field, key.field), (self.name, key.name))
        return key.code == self.code and all(wanted is None or wanted == found for wanted, found in places)


@dataclass(frozen=True, slots=True)
class CountedGroup:
    """`example` is one problem of the group as a report tells it, with `row` and `item`; None when it is gone.

    `by`: who changed the records since, of what an undo keeps.
    """

    group: RefusedGroup
    operation: str
    operations: int
    rows: int
    by: str
    example: dict[str, Any] | None


def counted_groups(*, actor: Actor, run: Run, summary: RunSummary) -> list[CountedGroup]:
    """The groups of what failed, or was kept in an undo; those with the most rows first, each with one example."""
    kept = [group for group in summary.groups if group["operation"] in (ERROR, SKIP)]
    examples = _examples(Readable(actor=actor, run=run), run, kept[:EXAMPLES])
    return [
        CountedGroup(
            group=RefusedGroup(group["code"], group["entity_type"], group["field"], group["name"]),
            operation=group["operation"],
            operations=group["operations"],
            rows=group["rows"],
            by=group["by"],
            example=examples.get(place),
        )
        for place, group in enumerate(kept)
    ]


def rows_of_group(*, run: Run, group: RefusedGroup | Refusals) -> set[int]:
    """The numbers of the source rows that failed for this reason."""
    return {row for _seq, row in places_of_group(run=run, group=group)}


def places_of_group(*, run: Run, group: RefusedGroup | Refusals, after: int = -1) -> Iterator[tuple[int, int]]:
    """(entry, row) of what failed for this reason, in the order of the entries, read as far as they are taken.

    `after`: only entries beyond this one. A row that failed so several times is given each time.
    """
    for seq, row, entity_type, problems in _failed(run, group, after):
        if any(group.holds(group_of(ERROR, entity_type, problem)) for problem in decoded(problems)):
            yield seq, row


def count_of_group(*, run: Run, group: RefusedGroup) -> int:
    """How many rows failed for this reason: as the summary has counted them, where it knows the group."""
    kept = [one["rows"] for one in summary_for(run).groups if one["operation"] == ERROR and group.holds(_key(one))]
    return sum(kept) if kept else len(rows_of_group(run=run, group=group))


def group_sent(*, run: Run, group: RefusedGroup) -> RefusedGroup:
    """The group that a form means: the source's name comes back from it with line ends of another kind."""
    plain = plain_lines(group.name)
    if "\n" not in plain:
        return group
    keys = (
        group_of(ERROR, entity_type, problem)
        for _seq, _row, entity_type, problems in _failed(run, group, -1)
        for problem in decoded(problems)
    )
    names = {key.name for key in keys if plain_lines(key.name) == plain and replace(group, name=key.name).holds(key)}
    return replace(group, name=names.pop()) if group.name not in names and len(names) == 1 else group


def rows_to_retry(*, run: Run, only: Mapping[str, Any]) -> set[int]:
    """The numbers of the rows that a retry of `run` was asked for: `only` as its options keep it."""
    return {only["row"]} if "row" in only else rows_of_group(run=run, group=Refusals.from_json(only))


def _failed(run: Run, group: RefusedGroup | Refusals, after: int) -> Iterator[tuple[int, int, str, str]]:
    """(seq, row, type, problems) of the entries that may belong to the group."""
    failed = JournalEntry.objects.filter(
        run=run, operation=ERROR, problems__contains=f'"code":"{group.code}"', seq__gt=after
    )
    if group.type:
        failed = failed.filter(entity_type=group.type)
    listed = failed.order_by("seq").values_list("seq", "row", "entity_type", "problems")
    return listed.iterator(chunk_size=READ_AT_ONCE)


def _key(group: Mapping[str, Any]) -> GroupKey:
    return GroupKey(**{name: group[name] for name in GroupKey._fields})


def _examples(readable: Readable, run: Run, groups: Iterable[Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """place of the group -> its example."""
    listed = list(groups)
    seqs = [group["seq"] for group in listed]
    entries = JournalEntry.objects.filter(run=run, seq__in=seqs).values_list(
        "seq", "row", "item", "entity_type", "operation", "problems"
    )
    by_seq = {entry[0]: entry for entry in entries}
    found = {}
    for place, group in enumerate(listed):
        entry = by_seq.get(group["seq"])
        if entry is not None:
            example = _example(readable, entry, group)
            if example is not None:
                found[place] = example
    return found


def _example(readable: Readable, entry: tuple[Any, ...], group: Mapping[str, Any]) -> dict[str, Any] | None:
    _seq, row, item, entity_type, operation, problems = entry
    wanted = _key(group)
    for problem in decoded(problems):
        if group_of(operation, entity_type, problem) == wanted:
            shown = readable.problem(entity_type, problem)
            return {"row": row, "item": item, **problem_json(problem, readable=shown)}
    return None
