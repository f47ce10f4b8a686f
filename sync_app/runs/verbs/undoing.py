"""Starting to undo a run."""

from __future__ import annotations

from typing import Literal

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.models import Run, RunKind
from sync_app.runs.errors import RunConflict
from sync_app.runs.finding import find_run
from sync_app.runs.verbs.starting import Note, new_run, unnoted
from sync_app.storage import journal
from sync_app.storage.clock import Clock


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
    RunNotFound, RunConflict (`run_not_finished`, `nothing_to_undo`, `run_purged`, `journal_altered`).
    """
    actor.require(Right.UNDO)
    done = find_run(actor=actor, run=run)
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
