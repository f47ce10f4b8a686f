"""What happened lately in some brands, in figures: bounded queries, whatever the number of runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from sync_app.engine.tally import Tally
from sync_app.models import Run, RunKind, RunStatus

DAYS: Final = 14
WEEK: Final = 7
FAILURES_SHOWN: Final = 5
RUNNING_SHOWN: Final = 6

SUCCEEDED: Final = "succeeded"
WITH_FAILURES: Final = "with_failures"
FAILED: Final = "failed"
CANCELLED: Final = "cancelled"
WAITING: Final = "waiting"
#: In the order in which they are told.
OUTCOMES: Final = (SUCCEEDED, WITH_FAILURES, FAILED, CANCELLED, WAITING)
OUTCOME_OF: Final[Mapping[str, str]] = {
    RunStatus.SUCCEEDED: SUCCEEDED,
    RunStatus.WITH_FAILURES: WITH_FAILURES,
    RunStatus.STOPPED: WITH_FAILURES,
    RunStatus.FAILED: FAILED,
    RunStatus.INTERRUPTED: FAILED,
    RunStatus.CANCELLED: CANCELLED,
    RunStatus.QUEUED: WAITING,
    RunStatus.PLANNING: WAITING,
    RunStatus.RUNNING: WAITING,
    RunStatus.HELD: WAITING,
}
WRITTEN: Final = ("inserted", "updated", "deleted")
# A change by hand is a run of one operation, and a change of the catalog moves no data: neither is counted here.
MOVING: Final = (RunKind.IMPORT, RunKind.EXPORT, RunKind.APPLY, RunKind.UNDO)
FAILURES: Final = (RunStatus.WITH_FAILURES, RunStatus.STOPPED, RunStatus.FAILED, RunStatus.INTERRUPTED)
UNDER_WAY: Final = (RunStatus.QUEUED, RunStatus.PLANNING, RunStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class Figures:
    """Runs of a span of days by outcome, simulated ones apart, and the operations that were written by kind."""

    runs: Mapping[str, int] = field(default_factory=dict)
    simulated: int = 0
    written: Mapping[str, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.runs.values())

    @property
    def operations(self) -> int:
        return sum(self.written.values())

    @property
    def failing(self) -> float | None:
        """The share, 0 to 1, of the ended runs in which something failed; None while none has ended."""
        failing = self.runs.get(WITH_FAILURES, 0) + self.runs.get(FAILED, 0)
        ended = failing + self.runs.get(SUCCEEDED, 0)
        return failing / ended if ended else None


@dataclass(frozen=True, slots=True)
class Running:
    """A run under way; `total` 0 while it is not known."""

    run: Run
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Overview:
    """`days` are the last fourteen, the oldest first, today included; `before` are the seven before the last seven.

    `running` are the newest of those under way, `under_way` is how many there are.
    """

    today: Figures
    week: Figures
    before: Figures
    days: tuple[tuple[date, Figures], ...]
    failures: tuple[Run, ...]
    running: tuple[Running, ...]
    under_way: int


def overview(*, brands: Collection[int], now: datetime, zone: tzinfo) -> Overview:
    """What happened in these brands; a day is one of `zone`."""
    today = now.astimezone(zone).date()
    starts = [datetime.combine(today - timedelta(days=ago), time.min, zone) for ago in range(DAYS)]
    rows = _by_day(brands, starts)
    days = [_figures(row for row in rows if row["ago"] == ago) for ago in range(DAYS)]
    return Overview(
        today=days[0],
        week=_sum(days[:WEEK]),
        before=_sum(days[WEEK : 2 * WEEK]),
        days=tuple((today - timedelta(days=ago), days[ago]) for ago in reversed(range(DAYS))),
        failures=tuple(_told(brands).filter(status__in=FAILURES, created_at__gte=starts[-1])[:FAILURES_SHOWN]),
        running=running_now(brands=brands),
        under_way=_under_way(brands).count(),
    )


def has_run(*, brands: Collection[int]) -> bool:
    """Whether anything ever moved in these brands."""
    return Run.objects.filter(brand__in=brands, kind__in=MOVING).exists()


def running_now(*, brands: Collection[int]) -> tuple[Running, ...]:
    """The newest of what is under way, with how far it is."""
    runs = _under_way(brands).select_related("lease")[:RUNNING_SHOWN]
    return tuple(_running(run) for run in runs)


def _under_way(brands: Collection[int]) -> QuerySet[Run]:
    return _told(brands).filter(status__in=UNDER_WAY)


def _told(brands: Collection[int]) -> QuerySet[Run]:
    runs = Run.objects.filter(brand__in=brands, kind__in=MOVING).order_by("-id")
    return runs.select_related("brand", "template_version__template")


def _running(run: Run) -> Running:
    lease = getattr(run, "lease", None)
    tally = Tally.from_json(lease.progress.get("tally", {}) if lease else {})
    return Running(run, tally.rows_ok + tally.rows_failed, tally.rows or int(run.source.get("rows", 0)))


def _by_day(brands: Collection[int], starts: Sequence[datetime]) -> list[dict[str, Any]]:
    """Runs and what they wrote by day, status and whether simulated: one query. `starts`: the newest day first."""
    ago = Case(
        *(When(created_at__gte=start, then=Value(place)) for place, start in enumerate(starts)),
        output_field=IntegerField(),
    )
    written = Q(error={}) | ~Q(error__code="atomic_failed")
    sums = {name: Sum(Cast(KeyTextTransform(name, "counts"), IntegerField()), filter=written) for name in WRITTEN}
    runs = Run.objects.filter(brand__in=brands, kind__in=MOVING, created_at__gte=starts[-1])
    grouped: Iterable[Any] = runs.order_by().values("status", "simulate", ago=ago).annotate(runs=Count("id"), **sums)
    return list(grouped)


def _figures(rows: Iterable[Mapping[str, Any]]) -> Figures:
    runs: Counter[str] = Counter()
    written: Counter[str] = Counter()
    simulated = 0
    for row in rows:
        if row["simulate"]:
            simulated += row["runs"]
            continue
        runs[OUTCOME_OF[row["status"]]] += row["runs"]
        written.update({name: row[name] or 0 for name in WRITTEN})
    return Figures(runs, simulated, written)


def _sum(days: Iterable[Figures]) -> Figures:
    runs: Counter[str] = Counter()
    written: Counter[str] = Counter()
    simulated = 0
    for day in days:
        runs.update(day.runs)
        written.update(day.written)
        simulated += day.simulated
    return Figures(runs, simulated, written)
