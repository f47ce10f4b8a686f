"""Importing at once: what a door does whose caller waits. The source is parsed once, to be checked and to be read."""

from __future__ import annotations

from collections.abc import Callable

from integration_admin.accounts.access import Actor
from sync_app.models import Run
from sync_app.runs.options import FileOptions, ImportOptions
from sync_app.runs.verbs.importing import begin_import
from sync_app.runs.verbs.starting import Note, unnoted
from sync_app.runs.work.job import Progress
from sync_app.runs.work.perform import perform, silent
from sync_app.storage.clock import Clock


def import_now(
    *,
    actor: Actor,
    template: str,
    body: bytes,
    file_name: str = "",
    kind: str | None = None,
    options: ImportOptions = ImportOptions(),  # noqa: B008 - frozen, no state to share
    file: FileOptions = FileOptions(),  # noqa: B008
    trigger: str = "api",
    holder: str,
    clock: Clock,
    on_progress: Callable[[Progress], None] = silent,
    note: Note = unnoted,
) -> Run:
    """`start_import`, then `perform`. Raises what `begin_import` raises; nothing was written then. `note`: there."""
    begun = begin_import(
        actor=actor,
        template=template,
        body=body,
        file_name=file_name,
        kind=kind,
        options=options,
        file=file,
        trigger=trigger,
        clock=clock,
        note=note,
    )
    return perform(run=begun.run.pk, holder=holder, clock=clock, on_progress=on_progress, opened=begun.source)
