"""Reading a run: what page, API and command all show. Values only to who may read their type now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from integration_admin.accounts.access import Actor
from sync_app.engine.plan import ERROR, INSERT_UNDONE, INSERTED_AGAIN, REVIVED
from sync_app.models import FailedRow, JournalEntry, Run, RunKind
from sync_app.runs.readable import Readable
from sync_app.runs.reports.operation_search import BEYOND, Asked, Found, find
from sync_app.runs.sentences import message
from sync_app.storage import journal
from templates_app.catalog.problems import Problem

ERRORS_SHOWN = 100
PAGE_LIMIT = 1000
#: What an undo says of what it did. Its other codes tell why it left something alone, in whole or in part.
UNDONE = frozenset({INSERT_UNDONE, REVIVED, INSERTED_AGAIN})
#: A run that ended with one of these wrote none of what it had planned.
NOTHING_WRITTEN = frozenset({"atomic_failed", "plan_stale", "undo_conflicts"})
COUNT_MEMBERS = (
    "operations", "rows", "rowsOk", "rowsFailed", "unprocessed",
    "inserted", "updated", "unchanged", "deleted", "skipped", "failed",
)  # fmt: skip
STATISTICS_MEMBERS = ("queryCount", "queryDurationTotal", "executionDuration", "rowsPerSecond")
#: What a run keeps of its source -> its name in every report.
SOURCE_MEMBERS = {
    name: name
    for name in (
        "kind", "encoding", "delimiter", "sheet", "header_row", "columns", "detected", "path", "file", "rows",
        "resolved", "missingNames", "unusedColumns",
    )
} | {"header_row": "headerRow"}  # fmt: skip

_COLUMNS = (
    "seq", "row", "item", "entity_type", "key", "record", "operation", "code", "before", "after", "problems", "applied"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OperationsPage:
    """`next` is the `after` of the next page, None on the last; `previous` the `before` of the one before, None on the
    first. `looked`: the search for a text ended here with fewer than it might find; `next` or `previous` goes on.
    """

    items: list[dict[str, Any]]
    next: int | None
    previous: int | None = None
    looked: int | None = None


def report_of(*, actor: Actor, run: Run) -> dict[str, Any]:
    """The head of a report with its first errors."""
    failed = find(run=run, asked=Asked(outcome=ERROR), beyond=0, limit=ERRORS_SHOWN).seqs if _has_failed(run) else []
    kept = _kept(run)
    first = sorted({*failed, *_first_kept(run, kept)})[:ERRORS_SHOWN]
    errors = JournalEntry.objects.filter(run=run, seq__in=first)
    readable = Readable(actor=actor, run=run)
    return head_of(run) | {
        "parent": run.parent_id or run.options.get("plan"),
        "createdAt": run.created_at,
        "startedAt": run.started_at,
        "finishedAt": run.finished_at,
        "source": source_of(run),
        "counts": counts_of(run, run.counts),
        "byType": {name: counts_of(run, counts) for name, counts in sorted(run.by_type.items())},
        "statistics": statistics_of(run),
        "error": run_error(run),
        "errors": [error for entry in _read(errors, ERRORS_SHOWN) for error in _errors(entry, readable)],
        "errorsTotal": count_left_alone(run),
    }


def head_of(run: Run) -> dict[str, Any]:
    """Which run it is, of what kind, and by which template: what reports and lists begin with."""
    version = run.template_version
    return {
        "run": run.pk,
        "kind": run.kind,
        "status": run.status,
        "simulate": run.simulate,
        "template": version.template.name if version else None,
        "templateVersion": version.number if version else None,
    }


def _kept(run: Run) -> dict[str, int]:
    """Code -> how many records an undo left, in whole or in part, as they were."""
    codes = run.statistics.get("codes", {}) if run.kind == RunKind.UNDO else {}
    return {code: count for code, count in codes.items() if code not in UNDONE}


def _first_kept(run: Run, codes: Iterable[str]) -> Iterator[int]:
    for code in codes:
        yield from find(run=run, asked=Asked(code=code), beyond=0, limit=ERRORS_SHOWN).seqs


def left_alone(*, actor: Actor, run: Run) -> Iterator[dict[str, Any]]:
    """Every operation that failed, and those of an undo that kept something, page by page."""
    failed = (Asked(outcome=ERROR),) if _has_failed(run) else ()
    readable = Readable(actor=actor, run=run)
    for asked in (*failed, *(Asked(code=code) for code in sorted(_kept(run)))):
        after, more = 0, True
        while more:
            found = find(run=run, asked=asked, beyond=after, limit=PAGE_LIMIT)
            rows = _read(JournalEntry.objects.filter(run=run, seq__in=found.seqs), PAGE_LIMIT)
            yield from (_item(row, readable) for row in rows)
            after, more = found.looked, found.more


def count_left_alone(run: Run) -> int:
    """How many `left_alone` gives."""
    return int(run.counts.get("failed", 0)) + sum(_kept(run).values())


def _has_failed(run: Run) -> bool:
    """Asked of the counts where there are any: the report of a run without failures looks for none."""
    return run.is_open or bool(run.counts.get("failed", 0))


def counts_of(run: Run, counts: Mapping[str, int]) -> dict[str, int]:
    """Counts of the run, or of a type in it, in the order people read them, whatever order the database keeps.

    Where all or nothing was asked and it became nothing, they tell so: what was planned is skipped, its rows are
    unprocessed. On the run itself the plan stays.
    """
    told = _without_plan(counts) if run.error.get("code") in NOTHING_WRITTEN else counts
    return {name: told[name] for name in COUNT_MEMBERS if name in told}


def _without_plan(counts: Mapping[str, int]) -> dict[str, int]:
    told = dict(counts)
    for to, planned in (("skipped", ("inserted", "updated", "deleted")), ("unprocessed", ("rowsOk",))):
        if to in told:
            told[to] += sum(told.get(name, 0) for name in planned)
            told |= {name: 0 for name in planned if name in told}
    return told


def statistics_of(run: Run) -> dict[str, Any]:
    """The figures every run has first, then what its kind adds."""
    members = dict.fromkeys((*STATISTICS_MEMBERS, *sorted(run.statistics)))
    return {name: run.statistics[name] for name in members if name in run.statistics}


def source_of(run: Run) -> dict[str, Any]:
    """What the run knows of its source, in one order: a database may keep the members in another."""
    known = {told: run.source[name] for name, told in SOURCE_MEMBERS.items() if name in run.source}
    if "resolved" in known:
        known["resolved"] = dict(sorted(known["resolved"].items()))
    return known


def operations_page(
    *,
    actor: Actor,
    run: Run,
    after: int = 0,
    before: int | None = None,
    limit: int = 100,
    outcome: str | None = None,
    type: str | None = None,
    code: str | None = None,
    field: str | None = None,
    text: str | None = None,
) -> OperationsPage:
    """Operations by keyset, filtered by outcome (`Insert` …), type, code, field changed or refused, or text.

    `text` stands in the key or in a value. `before` gives the page that ends there, instead of the one after `after`.
    """
    wanted = min(max(limit, 1), PAGE_LIMIT)
    readable = Readable(actor=actor, run=run)
    # What is found by its values, or by what changed, would tell them.
    types = readable.searched if text or field else None
    refused = not text or readable.rows
    asked = Asked(outcome or None, type or None, code or None, field or None, text or None, types, refused)
    backwards = before is not None
    beyond = after if before is None else min(before, BEYOND)
    found = find(run=run, asked=asked, beyond=beyond, limit=wanted, backwards=backwards)
    rows = _read(JournalEntry.objects.filter(run=run, seq__in=found.seqs), wanted) if found.seqs else []
    return _page(found, [_item(row, readable) for row in rows], wanted, after=after, backwards=backwards)


def _page(found: Found, items: list[dict[str, Any]], wanted: int, *, after: int, backwards: bool) -> OperationsPage:
    ended = found.looked if found.more else None
    looked = ended if len(items) < wanted else None
    first, last = (items[0]["seq"], items[-1]["seq"]) if items else (found.looked, found.looked)
    if backwards:
        return OperationsPage(items, next=last, previous=ended, looked=looked)
    return OperationsPage(items, next=ended, previous=first if after else None, looked=looked)


def operation_of(*, actor: Actor, run: Run, seq: int) -> dict[str, Any] | None:
    """One operation as `operations_page` gives it, with the `version` its record was seen at; None if there is none."""
    entry = JournalEntry.objects.filter(run=run, seq=seq).values(*_COLUMNS, "version_seen").first()
    if entry is None:
        return None
    return {**_item(entry, Readable(actor=actor, run=run)), "version": entry["version_seen"]}


def operations(*, actor: Actor, run: Run) -> Iterator[dict[str, Any]]:
    """Every operation of the run, page by page: never more in memory than one page."""
    after: int | None = 0
    while after is not None:
        page = operations_page(actor=actor, run=run, after=after, limit=PAGE_LIMIT)
        yield from page.items
        after = page.next


def failed_rows(*, actor: Actor, run: Run) -> Iterator[FailedRow]:
    """The rows that failed, in order, to who may read every type the template speaks of."""
    Readable(actor=actor, run=run).require_rows()
    yield from FailedRow.objects.filter(run=run).order_by("row").iterator(chunk_size=PAGE_LIMIT)


def _read(entries: Any, limit: int) -> list[dict[str, Any]]:
    return list(entries.order_by("seq").values(*_COLUMNS)[:limit])


def _item(row: dict[str, Any], readable: Readable) -> dict[str, Any]:
    entity_type, record = row["entity_type"], row["record"]
    return {
        "seq": row["seq"],
        "row": row["row"],
        "item": row["item"],
        "type": entity_type,
        "key": row["key"] if readable.key(entity_type) else "",
        "record": record if record is not None and record > 0 else None,
        "operation": row["operation"],
        "applied": row["applied"],
        "code": row["code"],
        "changes": journal.changes_of(row["before"], row["after"]) if readable.actor.reads(entity_type) else {},
        "problems": _problems(row, readable),
    }


def _errors(row: dict[str, Any], readable: Readable) -> list[dict[str, Any]]:
    place = {"row": row["row"], "item": row["item"], "type": row["entity_type"]}
    return [place | told for told in _problems(row, readable)]


def _problems(row: dict[str, Any], readable: Readable) -> list[dict[str, Any]]:
    listed = journal.decode_problems(row["problems"])
    return [problem_json(one, readable=readable.problem(row["entity_type"], one)) for one in listed]


def problem_json(problem: Problem, *, readable: bool = True) -> dict[str, Any]:
    """A problem for any wire: code, sentence in the active language, and the place."""
    return {
        "code": problem.code,
        "message": message(problem) if readable else problem.code,
        "name": problem.name,
        "field": problem.field,
        "value": problem.value if readable else "",
    }


def run_error(run: Run) -> dict[str, Any] | None:
    if not run.error:
        return None
    problem = Problem(run.error["code"], run.error.get("params", {}))
    return {"code": problem.code, "message": message(problem)}
