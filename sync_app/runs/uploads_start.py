"""From a file on its way to a run: the run takes the kept bytes over, and the file is gone with the same commit."""

from __future__ import annotations

from functools import partial
from typing import Final

from integration_admin.accounts.access import Actor
from sync_app.models import Run, RunPayload, Upload, UploadPart
from sync_app.runs.importing import begin_import
from sync_app.runs.options import FileOptions, ImportOptions
from sync_app.runs.perform import perform
from sync_app.runs.queue import enqueue
from sync_app.runs.uploads import KeptBody, UploadNotFound, find_upload
from sync_app.storage.clock import Clock

#: As many rows are imported while the person waits, which takes a second; more are the worker's.
AT_ONCE_ROWS: Final = 2000


def import_upload(
    *,
    actor: Actor,
    upload: int,
    template: str,
    kind: str = "",
    options: ImportOptions,
    file: FileOptions,
    holder: str,
    clock: Clock,
) -> Run:
    """A run of the file's rows: ended if it is small, else queued for the worker.

    Raises UploadNotFound and what `begin_import` raises; then the file is still there and nothing was written.
    """
    found = find_upload(actor=actor, upload=upload)
    begun = begin_import(
        actor=actor,
        template=template,
        body=KeptBody(found).whole(),
        file_name=found.file_name,
        kind=kind or None,
        options=options,
        file=file,
        trigger="ui",
        clock=clock,
        keep=partial(_take_over, found),
    )
    if begun.source.total > AT_ONCE_ROWS:
        return begun.run
    return perform(run=begun.run.pk, holder=holder, clock=clock, opened=begun.source)


def _take_over(upload: Upload, run: Run) -> None:
    """Inside the transaction that makes the run. Of two who start the same file, the second finds it gone."""
    if Upload.objects.select_for_update().filter(pk=upload.pk).first() is None:
        raise UploadNotFound
    for kept in UploadPart.objects.filter(upload=upload).order_by("part").iterator(chunk_size=1):
        RunPayload.objects.create(run=run, part=kept.part, content=bytes(kept.content))
    upload.delete()
    if run.source["rows"] > AT_ONCE_ROWS:
        enqueue(run=run.pk)
