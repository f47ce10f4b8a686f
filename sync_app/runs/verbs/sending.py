"""The run of a push: what is to be sent is kept with it, what became of it is its report. It writes no record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from integration_admin.accounts.access import Actor
from sync_app.engine.plan import ERROR
from sync_app.engine.tally import Tally
from sync_app.models import OPEN_STATUSES, Run, RunKind, RunStatus
from sync_app.runs import payload
from sync_app.runs.reports.summing import summary_of
from sync_app.runs.row_text import row_data
from sync_app.runs.verbs.starting import new_run
from sync_app.runs.work.watching import count_total
from sync_app.storage import journal
from sync_app.storage.journal import Entry
from templates_app.catalog.problems import Problem, shown
from templates_app.models import TemplateVersion


class NotTaken(NamedTuple):
    """An item that the other system refused: its place in the export, from 0, and what it said."""

    position: int
    code: str
    message: str


def new_sending(
    *,
    actor: Actor,
    trigger: str,
    version: TemplateVersion,
    at: datetime,
    rows: int,
    body: bytes = b"",
    resumed: Run | None = None,
    simulate: bool = False,
) -> Run:
    """A run that sends these items, or goes on with an earlier one and, where none are given, its items.

    In the caller's transaction.
    """
    run = new_run(
        actor=actor,
        kind=RunKind.EXPORT,
        at=at,
        trigger=trigger,
        simulate=simulate,
        version=version,
        parent=resumed,
        source={"kind": "json", "rows": rows},
    )
    if body or resumed is None:
        payload.keep(run=run, body=body)
    run.status, run.started_at = RunStatus.RUNNING, at
    run.save(update_fields=["status", "started_at"])
    return run


def items_of(run: Run) -> list[dict[str, Any]] | None:
    """What this run sends, all of it, in order; None once it was purged."""
    body = payload.body_of(run)
    return None if body is None else row_data(body.decode())


def note_not_taken(*, run: Run, entity_type: str, refused: Iterable[NotTaken], items: list[dict[str, Any]]) -> None:
    """Report the items that were refused, in the transaction that notes the batch."""
    entries = [_entry(run, entity_type, found, items) for found in refused]
    journal.append(entries)


def end_sending(
    *, run: Run, status: RunStatus, at: datetime, progress: Mapping[str, Any], error: Mapping[str, Any]
) -> None:
    """End the run with what was answered so far, in the transaction that ends the turn.

    `progress`: `rows` of the export, `delivered` and `refused` of them, and those of both `before` this run.
    """
    before = progress.get("before", {})
    answered = {name: progress.get(name, 0) - before.get(name, 0) for name in ("delivered", "refused")}
    rows = progress.get("rows", 0) - sum(before.values())
    tally = Tally(rows=rows, rows_ok=answered["delivered"], rows_failed=answered["refused"])
    if answered["refused"]:
        tally.operations[progress["type"]] = Counter({ERROR: answered["refused"]})
    run.status, run.finished_at, run.error = status, at, dict(error)
    run.counts, run.by_type = tally.counts(), tally.by_type()
    ended = Run.objects.filter(pk=run.pk, status__in=OPEN_STATUSES).update(
        status=status, finished_at=at, error=run.error, counts=run.counts, by_type=run.by_type
    )
    if ended:
        summary_of(run).save()
        count_total(run)


def _entry(run: Run, entity_type: str, found: NotTaken, items: list[dict[str, Any]]) -> Entry:
    item = items[found.position] if 0 <= found.position < len(items) else {}
    first = next((str(value) for value in item.values() if isinstance(value, str | int)), "")
    problem = Problem("push_refused", {"said": shown(found.message), "code": shown(found.code)}, value=shown(first))
    return Entry(
        run_id=run.pk,
        seq=found.position + 1,
        row=found.position + 1,
        item="",
        entity_type=entity_type,
        key=first[:255],
        record=None,
        operation=ERROR,
        applied=False,
        before=None,
        after=None,
        fields="",
        code=problem.code,
        problems=journal.encode_problems([problem]),
        version_seen=0,
        version_after=0,
        revision=None,
    )
