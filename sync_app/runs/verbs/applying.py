"""Starting to apply a simulation: at most once, by someone who may import."""

from __future__ import annotations

from typing import Final, Literal

from django.db import IntegrityError, transaction
from django.db.models import Q

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.models import Run, RunKind, RunStatus, SyncTurn, TurnStatus
from sync_app.runs.errors import RunConflict
from sync_app.runs.finding import find_run
from sync_app.runs.loading import load_import, require_import
from sync_app.runs.verbs.starting import Note, new_run, unnoted
from sync_app.storage.clock import Clock

#: Among the options of a run that was to apply a plan which another applies now.
PLAN: Final = "plan"
WROTE_NOTHING: Final = Q(status=RunStatus.FAILED, error__code="plan_stale")
APPLICABLE = (RunStatus.SUCCEEDED, RunStatus.WITH_FAILURES, RunStatus.STOPPED)


def start_apply(
    *,
    actor: Actor,
    run: int,
    stale: Literal["skip", "refuse"] = "skip",
    trigger: str = "api",
    clock: Clock,
    note: Note = unnoted,
) -> Run:
    """A queued run that will write what the simulation showed.

    `stale="refuse"` writes nothing if anything has changed since. Raises NotAllowed, RunNotFound, RunConflict
    (`not_a_simulation`, `run_not_finished`, `plan_erased`, `already_applied` naming the run) and RunUnprocessable.
    A run that refused to write anything because something was stale has not used the plan up.
    """
    plan = plan_to_apply(actor=actor, run=run)
    try:
        with transaction.atomic():
            _let_go(plan)
            return new_run(
                actor=actor,
                kind=RunKind.APPLY,
                at=clock(),
                trigger=trigger,
                version=plan.template_version,
                parent=plan,
                options={"stale": stale},
                source=plan.source,
                note=note,
            )
    except IntegrityError:
        raise _already_applied(plan) from None


def plan_to_apply(*, actor: Actor, run: int) -> Run:
    """The simulation of this number, if this person may apply it and it was not applied. Raises as `start_apply`."""
    actor.require(Right.IMPORT)
    plan = find_run(actor=actor, run=run)
    if plan.kind != RunKind.IMPORT or not plan.simulate:
        raise RunConflict("not_a_simulation")
    if plan.status not in APPLICABLE or plan.purged_at is not None:
        raise RunConflict("run_not_finished" if plan.is_open else "plan_not_applicable", status=plan.status)
    if plan.options.get("erased"):
        raise RunConflict("plan_erased")
    if SyncTurn.objects.filter(run=plan, status=TurnStatus.REJECTED).exists():
        raise RunConflict("plan_not_applicable", status=TurnStatus.REJECTED)
    require_import(actor, load_import(plan))
    if applied_by(plan) is not None:
        raise _already_applied(plan)
    return plan


def applied_by(plan: Run) -> Run | None:
    """The run that applied this simulation, or is about to; one that refused to write anything does not count."""
    return plan.children.filter(kind=RunKind.APPLY).exclude(WROTE_NOTHING).first()


def _let_go(plan: Run) -> None:
    """A plan has one run that applies it. One that wrote nothing makes room, and remembers what it was to apply."""
    for refused in plan.children.filter(WROTE_NOTHING, kind=RunKind.APPLY).only("options"):
        options = refused.options | {PLAN: plan.pk}
        Run.objects.filter(pk=refused.pk).update(parent=None, options=options)


def _already_applied(plan: Run) -> RunConflict:
    earlier = Run.objects.filter(parent=plan, kind=RunKind.APPLY).order_by("-id").first()
    return RunConflict("already_applied", run=earlier.pk if earlier else 0)
