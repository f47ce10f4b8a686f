"""Syncs as a page shows them: a list with their health, and one whole, as plain values. Reads only, in few queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils.translation import gettext

from integration_admin.accounts.access import Actor
from sync_app.models import OPEN_TURNS, Health, Run, RunKind, Sync, SyncDirection, SyncTurn, TurnStatus
from sync_app.syncs.connectors.registry import CONNECTORS
from sync_app.syncs.due import CIRCUIT_OPENS_AFTER, REFUSALS_AT_MOST
from sync_app.syncs.errors import SyncRefused
from sync_app.syncs.keeping.connections import require_syncs
from sync_app.syncs.keeping.forms import FormField, describe
from sync_app.syncs.keeping.saving import find_sync
from sync_app.syncs.schedule_words import schedule_in_words
from sync_app.syncs.timing import coming
from sync_app.syncs.turns.sentences import kept_message

#: on: due by its schedule; by_hand: it has none; paused: a person paused it; held: it waits for a person; refused: the
#: credentials were refused too often; probing: it keeps failing and is tried now and then; broken: its rule is none.
Schedule = Literal["on", "by_hand", "paused", "held", "refused", "probing", "broken"]

TURNS_SHOWN: Final = 20
TREND_TURNS: Final = 60
NEXT_TIMES: Final = 5
#: What a trend is about: turns that have moved, or failed to move, data.
TOLD: Final = (TurnStatus.SUCCEEDED, TurnStatus.WITH_FAILURES, TurnStatus.FAILED)
#: Between the end of its plan and this moment nobody works on a turn: it waits until somebody has decided about it.
_PLANNED: Final = Case(
    When(run__kind=RunKind.APPLY, then=F("run__parent__finished_at")),
    When(run__kind=RunKind.IMPORT, run__simulate=True, then=F("run__finished_at")),
)
_DECIDED: Final = Case(When(run__kind=RunKind.APPLY, then=F("run__created_at")), default=F("finished_at"))


@dataclass(frozen=True, slots=True)
class TurnView:
    """A turn: `error` in words. `duration`: how long it was worked on, without the time a person was asked in; None
    until its end, or where nobody knows any more how long that was.

    `cursor` is what `turns_of` is asked with for the ones before it.
    """

    row: SyncTurn
    cursor: int
    status: str
    run: int | None
    rows: int
    counts: Mapping[str, int]
    error: str
    duration: timedelta | None


@dataclass(frozen=True, slots=True)
class SyncLine:
    """A sync in a list. `last` is its last turn that did something; `open` the one at work or held."""

    row: Sync
    connector: str
    schedule: Schedule
    words: str
    last: TurnView | None
    open: TurnView | None


@dataclass(frozen=True, slots=True)
class Held:
    """Why a turn is held: the sentence, and the operations of the plan it is about (`outcome` and `type` filter the
    report of the run; `rows` and `seqs` are the first of them).
    """

    code: str
    sentence: str
    operation: str
    type: str
    rows: Sequence[int]
    seqs: Sequence[int]


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One turn in a chart: seconds it was worked on, rows it brought or sent."""

    at: datetime
    status: str
    seconds: float
    rows: int


@dataclass(frozen=True, slots=True)
class SyncView:
    """A sync whole. `next_times` are those of its rule, paused or not. `held` is empty unless a turn waits.

    `last_error`: of its last turn that failed, if nothing has succeeded since. `run` is the plan that is held.
    """

    line: SyncLine
    next_times: Sequence[datetime]
    turns: Sequence[TurnView]
    held: Sequence[Held]
    run: int | None
    last_error: str
    watermark: str
    form: Sequence[FormField]
    trend: Sequence[TrendPoint]


def view_sync(*, actor: Actor, sync: int, now: datetime) -> SyncView:
    """Raises NotAllowed, SyncNotFound."""
    require_syncs(actor)
    row = find_sync(actor=actor, sync=sync)
    last, opened = _latest([row.pk], TOLD).get(row.pk), _latest([row.pk], OPEN_TURNS).get(row.pk)
    held = opened if opened is not None and opened.status == TurnStatus.HELD else None
    return SyncView(
        line=_line(row, last, opened),
        next_times=_times(row, now),
        turns=turns_of(actor=actor, sync=sync),
        held=[_held(entry) for entry in held.held] if held is not None else [],
        run=held.run_id if held is not None else None,
        last_error=kept_message(last.error) if last is not None and last.status == TurnStatus.FAILED else "",
        watermark=row.watermark,
        form=transfer_form(row),
        trend=_trend(row),
    )


def turns_of(*, actor: Actor, sync: int, before: int | None = None, limit: int = TURNS_SHOWN) -> list[TurnView]:
    """The latest turns first; `before` is the cursor of the last one shown. Raises NotAllowed, SyncNotFound."""
    require_syncs(actor)
    row = find_sync(actor=actor, sync=sync)
    turns = _timed(Q(sync=row)).order_by("-pk")
    if before is not None:
        turns = turns.filter(pk__lt=before)
    return [_view(turn) for turn in turns[:limit]]


def turn_of_run(*, run: Run) -> SyncTurn | None:
    """The turn that made this run, with its sync: for the page of the run."""
    return SyncTurn.objects.select_related("sync").filter(run=run).first()


def transfer_form(row: Sync) -> list[FormField]:
    """The connector's settings of this sync, with their values."""
    connector = CONNECTORS.get(row.connection.connector)
    if connector is None:
        return []
    asked = connector.pull_form if row.direction == SyncDirection.PULL else connector.push_form
    return describe(asked, values=row.transfer) if asked is not None else []


def _timed(asked: Q) -> QuerySet[SyncTurn]:
    """These turns, with what tells how long they were worked on."""
    return SyncTurn.objects.filter(asked).annotate(planned_at=_PLANNED, decided_at=_DECIDED)


def _worked(turn: SyncTurn) -> timedelta | None:
    begun, ended = turn.started_at, turn.finished_at
    if begun is None or ended is None or (turn.held and turn.run_id is None):
        return None
    planned, decided = vars(turn)["planned_at"], vars(turn)["decided_at"]
    waited = max(decided - planned, timedelta()) if planned is not None else timedelta()
    return ended - begun - waited


def _view(turn: SyncTurn) -> TurnView:
    """A turn for a page."""
    return TurnView(
        row=turn,
        cursor=turn.pk,
        status=turn.status,
        run=turn.run_id,
        rows=turn.rows,
        counts=turn.counts,
        error=kept_message(turn.error),
        duration=_worked(turn),
    )


def schedule_of(row: Sync) -> Schedule:
    """Whether its schedule starts anything, and if not, why. `row.connection` is asked."""
    if not row.rule:
        return "by_hand"
    if not row.active:
        return "paused"
    if row.health == Health.HELD:
        return "held"
    if row.connection.refusals >= REFUSALS_AT_MOST:
        return "refused"
    if row.next_due is None:
        return "broken"
    return "probing" if row.failures >= CIRCUIT_OPENS_AFTER else "on"


def _line(row: Sync, last: SyncTurn | None, opened: SyncTurn | None) -> SyncLine:
    connector = CONNECTORS.get(row.connection.connector)
    return SyncLine(
        row=row,
        connector=gettext(connector.label) if connector is not None else row.connection.connector,
        schedule=schedule_of(row),
        words=schedule_in_words(row.rule),
        last=_view(last) if last is not None else None,
        open=_view(opened) if opened is not None else None,
    )


def _latest(syncs: Sequence[int], statuses: Sequence[str]) -> dict[int, SyncTurn]:
    """sync -> its latest turn with one of these outcomes."""
    found = SyncTurn.objects.filter(sync=OuterRef("pk"), status__in=statuses).order_by("-pk").values("pk")[:1]
    newest = Sync.objects.filter(pk__in=syncs).annotate(newest=Subquery(found)).values("newest")
    return {turn.sync_id: turn for turn in _timed(Q(pk__in=newest))}


def _held(entry: Mapping[str, Any]) -> Held:
    return Held(
        code=entry["code"],
        sentence=kept_message(entry),
        operation=entry.get("operation", ""),
        type=entry.get("type", ""),
        rows=entry.get("rows", ()),
        seqs=entry.get("seqs", ()),
    )


def _times(row: Sync, now: datetime) -> list[datetime]:
    try:
        return coming(row, moment=now, count=NEXT_TIMES)
    except SyncRefused:
        return []


def _trend(row: Sync) -> list[TrendPoint]:
    """The last turns that did something, the earliest first."""
    turns = _timed(Q(sync=row, status__in=TOLD)).exclude(started_at=None).order_by("-pk")[:TREND_TURNS]
    return [
        TrendPoint(turn.finished_at, turn.status, worked.total_seconds(), turn.rows)
        for turn in reversed(turns)
        if turn.finished_at is not None and (worked := _worked(turn)) is not None
    ]
