"""Performing a run, whatever its kind: claim, work, record the outcome. Called by the doors and by the worker."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from django.db import transaction

from integration_admin.log_context import about
from sync_app.models import OPEN_STATUSES, Run, RunKind, RunStatus
from sync_app.runs.errors import RunRefused
from sync_app.runs.queue import enqueue
from sync_app.runs.reports.summing import summary_of
from sync_app.runs.work.apply_work import perform_apply
from sync_app.runs.work.collector import be_patient
from sync_app.runs.work.import_work import perform_import
from sync_app.runs.work.job import CatalogChanged, Job, Progress
from sync_app.runs.work.lease import MAX_ATTEMPTS, Lease, LeaseLost, claim
from sync_app.runs.work.sync_ends import run_ended
from sync_app.runs.work.turns import next_in_turn, writes
from sync_app.runs.work.undo_work import perform_undo
from sync_app.runs.work.watching import count_total
from sync_app.storage.clock import Clock
from templates_app.sources.rows import Source, SourceRefused

log = logging.getLogger(__name__)

_WORK: Mapping[str, Callable[[Job], RunStatus]] = {
    RunKind.IMPORT: perform_import,
    RunKind.APPLY: perform_apply,
    RunKind.UNDO: perform_undo,
}


def silent(progress: Progress) -> None:
    """Nobody watches."""


def perform(
    *,
    run: int,
    holder: str,
    clock: Clock,
    on_progress: Callable[[Progress], None] = silent,
    opened: Source | None = None,
    in_turn: bool = False,
) -> Run:
    """Claim the run and do it to its end. Gives the run as it is when it has ended, or when somebody else holds it.

    `opened` is its source, if the caller has it open from starting the run. `in_turn`: it is left queued while another
    run writes in its brand; whichever ends queues the one that waited longest.
    """
    row = Run.objects.select_related("brand", "template_version__template__brand", "parent").get(pk=run)
    with about(run=row.pk, brand=row.brand.key):
        lease = claim(run=row, holder=holder, clock=clock, in_turn=in_turn)
        return row if lease is None else _hold(row, lease, clock, on_progress, opened)


def _hold(row: Run, lease: Lease, clock: Clock, on_progress: Callable[[Progress], None], opened: Source | None) -> Run:
    job = Job(row, lease, clock, on_progress, opened=opened)
    job.resume()
    job.tally.rows = job.tally.rows or _rows_of(row)
    if lease.attempts > MAX_ATTEMPTS:
        row.error = {"code": "attempts_exhausted", "params": {"attempts": MAX_ATTEMPTS}}
        return _finish(job, RunStatus.INTERRUPTED)
    if _is_shut_out(row):
        return _finish(job, RunStatus.CANCELLED)
    be_patient()
    return _perform(job)


def _is_shut_out(run: Run) -> bool:
    """Whether nobody has begun it, and its brand was switched off meanwhile: then only operators still act in it."""
    return run.status == RunStatus.QUEUED and run.membership_id is not None and not run.brand.active


def _call_next(run: Run) -> None:
    waiting = next_in_turn(run.brand_id) if writes(run) else None
    if waiting is not None:
        enqueue(run=waiting)


def _rows_of(run: Run) -> int:
    """How many rows a run is about before it has begun: what is not done of them is unprocessed."""
    plan = run.parent.counts.get("rows", 0) if run.parent is not None and run.kind == RunKind.APPLY else 0
    return int(run.source.get("rows", 0)) if run.kind == RunKind.IMPORT else plan


def _perform(job: Job) -> Run:
    job.run.started_at = job.run.started_at or job.clock()
    job.run.status = RunStatus.PLANNING if job.run.simulate else RunStatus.RUNNING
    job.run.save(update_fields=["started_at", "status"])
    try:
        with job.meter.running():
            status = _worked(job)
    except LeaseLost:
        return _left_to_another(job)
    except (RunRefused, SourceRefused) as refused:
        status = RunStatus.FAILED
        job.run.error = {"code": refused.problem.code, "params": dict(refused.problem.params)}
    except Exception:
        if job.lease.lost():
            return _left_to_another(job)
        # Not foreseen: the run is free for the next attempt at once, not only when the lease has run out.
        job.lease.give_back()
        raise
    return _finish(job, status)


def _worked(job: Job) -> RunStatus:
    """The work, taken up again after its last chunk as often as the catalog changes under it."""
    while not job.lease.cancelled():
        try:
            return _WORK[job.run.kind](job)
        except CatalogChanged:
            job.resume()
    return RunStatus.CANCELLED


def _left_to_another(job: Job) -> Run:
    """Whatever went wrong, it did because another worker has the run by now, and none of it was committed."""
    log.warning("run %s was taken by another worker", job.run.pk)
    return Run.objects.get(pk=job.run.pk)


def _finish(job: Job, status: RunStatus) -> Run:
    run, tally = job.run, job.tally
    run.counts = tally.counts()
    run.by_type = tally.by_type()
    run.statistics = job.meter.statistics(tally.rows_ok + tally.rows_failed) | {"codes": dict(tally.codes)}
    return _end(run, job.lease, status, job.clock)


def _end(run: Run, lease: Lease, status: RunStatus, clock: Clock) -> Run:
    run.status, run.finished_at = status, clock()
    summary = summary_of(run)
    with transaction.atomic():
        guarded = Run.objects.filter(pk=run.pk, status__in=OPEN_STATUSES)
        ended = guarded.update(
            status=run.status,
            error=run.error,
            finished_at=run.finished_at,
            counts=run.counts,
            by_type=run.by_type,
            statistics=run.statistics,
            source=run.source,
        )
        if ended:
            summary.save()
            count_total(run)
            run_ended(run, at=run.finished_at)
        lease.give_back()
    _call_next(run)
    return run
