"""What was refused in a run, grouped by code and place: how many rows each group has, and which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from integration_admin.accounts.access import Actor
from sync_app.engine.plan import ERROR, SKIP
from sync_app.models import JournalEntry, Run, RunSummary
from sync_app.runs.readable import Readable
from sync_app.runs.reports.report import problem_json
from sync_app.runs.reports.summing import GroupKey, group_of
from sync_app.storage import journal

EXAMPLES: Final = 40


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
    failed = JournalEntry.objects.filter(run=run, operation=ERROR, problems__contains=f'"code":"{group.code}"')
    if group.type:
        failed = failed.filter(entity_type=group.type)
    listed = failed.values_list("row", "entity_type", "problems")
    return {row for row, entity_type, problems in listed.iterator() if _is_in(group, entity_type, problems)}


def rows_to_retry(*, run: Run, only: Mapping[str, Any]) -> set[int]:
    """The numbers of the rows that a retry of `run` was asked for: `only` as its options keep it."""
    return {only["row"]} if "row" in only else rows_of_group(run=run, group=Refusals.from_json(only))


def _is_in(group: RefusedGroup | Refusals, entity_type: str, problems: str) -> bool:
    return any(group.holds(group_of(ERROR, entity_type, problem)) for problem in journal.decode_problems(problems))


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
    wanted = GroupKey(**{name: group[name] for name in GroupKey._fields})
    for problem in journal.decode_problems(problems):
        if group_of(operation, entity_type, problem) == wanted:
            shown = readable.problem(entity_type, problem)
            return {"row": row, "item": item, **problem_json(problem, readable=shown)}
    return None
