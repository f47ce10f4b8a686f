"""What somebody who watches the site wants to know: totals of what runs did, and how the queue stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Min, Q
from django_q.models import OrmQ
from django_q.status import Stat

from integration_admin.cache_door import CacheAway, asking
from sync_app.models import OPEN_STATUSES, Health, Notice, Run, RunTotal, Sync, TurnTotal


@dataclass(frozen=True, slots=True)
class Standing:
    """`open_runs`: status -> how many. `oldest_seconds`: since when the run that waits longest was accepted, 0 = none.

    `tasks`: what lies in the queue and no worker has taken, whether or not it was handed to a machine already;
    `oldest_task_seconds`: for how long no machine has taken it, 0 = none.
    `turns`: how the turns of syncs have ended. `syncs`: health -> how many. `messages`: sent, waiting, given up.
    """

    totals: tuple[RunTotal, ...]
    open_runs: dict[str, int]
    oldest_seconds: float
    tasks: int
    oldest_task_seconds: float
    turns: tuple[TurnTotal, ...]
    syncs: dict[str, int]
    messages: dict[str, int]


def count_total(run: Run) -> None:
    """Adds a run that has ended to the totals, in the transaction that ends it."""
    outcome = {"kind": run.kind, "simulate": run.simulate, "status": run.status}
    if not _add(run, outcome):
        RunTotal.objects.bulk_create([RunTotal(**outcome)], ignore_conflicts=True)
        _add(run, outcome)


def standing(*, now: datetime) -> Standing:
    """How things stand. A few short queries, whatever the number of runs."""
    waiting = Run.objects.filter(status__in=OPEN_STATUSES).values("status")
    rows = list(waiting.annotate(number=Count("pk"), oldest=Min("created_at")))
    healths = Sync.objects.order_by().values("health").annotate(number=Count("pk"))
    oldest = min((row["oldest"] for row in rows), default=None)
    return Standing(
        totals=tuple(RunTotal.objects.order_by("kind", "simulate", "status")),
        open_runs=dict.fromkeys(OPEN_STATUSES, 0) | Counter({row["status"]: row["number"] for row in rows}),
        oldest_seconds=max((now - oldest).total_seconds(), 0.0) if oldest is not None else 0.0,
        tasks=OrmQ.objects.filter(lock__lte=now).count() + _handed_out(),
        oldest_task_seconds=_waiting_seconds(now),
        turns=tuple(TurnTotal.objects.order_by("connector", "direction", "outcome", "trouble")),
        syncs=dict.fromkeys(Health.values, 0) | dict(healths.values_list("health", "number")),
        messages=_messages(),
    )


def _handed_out() -> int:
    """Tasks that lie before the busy workers of a machine; none while the cache, in which it says so, is away."""
    try:
        with asking():
            return sum(int(stat.task_q_size) for stat in Stat.get_all())
    except CacheAway:
        return 0


def _waiting_seconds(now: datetime) -> float:
    """The lock of a task is when it was put there, and lies ahead once a worker has taken it."""
    oldest = OrmQ.objects.filter(lock__lte=now).aggregate(oldest=Min("lock"))["oldest"]
    return (now - oldest).total_seconds() if oldest is not None else 0.0


def _messages() -> dict[str, int]:
    """What is older than a month is forgotten, so that there are few."""
    ended = Notice.objects.aggregate(
        sent=Count("sent_at"),
        given_up=Count("given_up_at"),
        waiting=Count("pk", filter=Q(sent_at=None, given_up_at=None)),
    )
    return {str(name): int(number) for name, number in ended.items()}


def _add(run: Run, outcome: dict[str, object]) -> int:
    started = run.started_at or run.created_at
    seconds = (run.finished_at - started).total_seconds() if run.finished_at else 0.0
    return RunTotal.objects.filter(**outcome).update(
        runs=F("runs") + 1,
        rows=F("rows") + run.counts.get("rows", 0),
        rows_failed=F("rows_failed") + run.counts.get("rowsFailed", 0),
        seconds=F("seconds") + max(seconds, 0.0),
    )
