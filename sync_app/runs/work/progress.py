"""How far a run is, for whoever watches it. Reads only, and only what the last commit left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sync_app.engine.tally import Tally
from sync_app.models import Run, RunKind, RunLease, RunStatus
from sync_app.runs.work.lease import LEASE
from sync_app.runs.work.turns import run_ahead

State = Literal["waiting", "behind", "unattended", "held", "planning", "running", "last", "cancelling"]

#: How long a queued run may wait before something is said about it.
PATIENCE: Final = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class RunProgress:
    """`waiting` for the worker, `behind` another run, `unattended` when nobody seems to work, `last`: all rows are done
    and what remains is said. `rate` in rows a second and `left` are None until they can be told. `ahead` is the run
    that this one waits for. `counts` are those of a report, so far.
    """

    state: State
    done: int
    total: int
    rate: float | None
    left: timedelta | None
    counts: dict[str, int]
    ahead: int | None = None


def progress_of(run: Run, *, now: datetime) -> RunProgress | None:
    """None once the run has ended. `run.parent` is asked for the rows of an applied plan."""
    if not run.is_open:
        return None
    lease = RunLease.objects.filter(run=run).first()
    tally = Tally.from_json(lease.progress.get("tally", {}) if lease else {})
    done, total = tally.rows_ok + tally.rows_failed, tally.rows or _rows_expected(run)
    state, ahead = _state(run, lease, now, whole=bool(total) and done >= total)
    rate = _rate(run, done, _committed(lease) or now) if state in {"planning", "running"} else None
    left = timedelta(seconds=round((total - done) / rate)) if rate and total > done else None
    return RunProgress(state, done, total, rate, left, tally.counts(), ahead)


def _state(run: Run, lease: RunLease | None, now: datetime, *, whole: bool) -> tuple[State, int | None]:
    if lease is not None and lease.cancel:
        return "cancelling", None
    if run.status == RunStatus.HELD:
        return "held", None
    if run.status == RunStatus.QUEUED:
        return _queued(run, now)
    if whole:
        return "last", None
    return ("planning" if run.status == RunStatus.PLANNING else "running"), None


def _queued(run: Run, now: datetime) -> tuple[State, int | None]:
    """Why nobody has taken it yet, as far as that can be seen: a live lease is a worker's sign of life."""
    ahead = run_ahead(run, now=now)
    if ahead is None and now - run.created_at > PATIENCE:
        # Of whatever brand: that it is busy is said, with what is not.
        if not RunLease.objects.filter(expires_at__gt=now).exists():
            return "unattended", None
        return "behind", None
    return ("behind", ahead) if ahead is not None else ("waiting", None)


def _committed(lease: RunLease | None) -> datetime | None:
    """When the rows that count as done were committed: each chunk renews the lease with its commit."""
    return lease.expires_at - LEASE if lease is not None and lease.expires_at is not None else None


def _rate(run: Run, done: int, at: datetime) -> float | None:
    """Rows a second from its beginning to this moment."""
    seconds = (at - run.started_at).total_seconds() if run.started_at is not None else 0.0
    return done / seconds if done and seconds > 0 else None


def _rows_expected(run: Run) -> int:
    """How many rows a run is about before its first chunk; 0 where that is not known."""
    plan = run.parent.counts if run.kind == RunKind.APPLY and run.parent is not None else {}
    return int(run.source.get("rows", 0) or plan.get("rows", 0))
