"""Starting to undo a run."""

from __future__ import annotations

from typing import Final, Literal

from django.db import transaction
from django.db.models import F, QuerySet

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.models import Run, RunKind, RunStatus
from sync_app.runs.errors import RunConflict
from sync_app.runs.finding import find_run
from sync_app.runs.verbs.starting import Note, new_run, unnoted
from sync_app.storage import journal
from sync_app.storage.clock import Clock

#: How an undo ends that has given something back.
WRITTEN: Final = frozenset({RunStatus.SUCCEEDED, RunStatus.WITH_FAILURES, RunStatus.CANCELLED})


def start_undo(
    *,
    actor: Actor,
    run: int,
    simulate: bool = False,
    conflicts: Literal["keep", "refuse"] = "keep",
    trigger: str = "api",
    clock: Clock,
    note: Note = unnoted,
) -> Run:
    """A queued run that takes back what `run` wrote, where nobody has changed it since.

    `conflicts="refuse"` does nothing if anything would be kept. Undoing an undo does the run again. Raises NotAllowed,
    RunNotFound, RunConflict (`run_not_finished`, `nothing_to_undo`, `run_purged`, `journal_altered`, and
    `already_undone` naming the run: one undo wins; where it kept something or was undone itself, another may follow).
    """
    actor.require(Right.UNDO)
    done = find_run(actor=actor, run=run)
    _require_undoable(actor, done)
    with transaction.atomic():
        # Whoever asks at the same time waits here, and then finds this one.
        Run.objects.filter(pk=done.pk).update(parent=F("parent"))
        if earlier := undone_by(done):
            raise RunConflict("already_undone", run=earlier.pk)
        return new_run(
            actor=actor,
            kind=RunKind.UNDO,
            at=clock(),
            trigger=trigger,
            simulate=simulate,
            version=done.template_version,
            parent=done,
            options={"conflicts": conflicts, "simulate": simulate},
            note=note,
        )


def _require_undoable(actor: Actor, done: Run) -> None:
    if done.is_open:
        raise RunConflict("run_not_finished", status=done.status)
    if done.purged_at is not None:
        raise RunConflict("run_purged")
    types = journal.applied_types(run=done.pk)
    if not types:
        raise RunConflict("nothing_to_undo")
    actor.require_reading(types)
    for entity_type in sorted(types):
        if not actor.writes(entity_type):
            actor.require_import(writes={entity_type}, looks_up=())
    altered = journal.altered(run=done.pk)
    if altered:
        raise RunConflict("journal_altered", revision=altered[0])


def undone_by(run: Run) -> Run | None:
    """The run that has undone this one with nothing left, or is about to; one that was undone itself does not count."""
    for undo in _undos(run):
        if undo.is_open or (undo.status == RunStatus.SUCCEEDED and not _is_taken_back(undo)):
            return undo
    return None


def _is_taken_back(undo: Run) -> bool:
    return any(again.status in WRITTEN and not _is_taken_back(again) for again in _undos(undo))


def _undos(run: Run) -> QuerySet[Run]:
    return run.children.filter(kind=RunKind.UNDO, simulate=False).order_by("-pk")
