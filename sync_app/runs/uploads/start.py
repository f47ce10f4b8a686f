"""From a file on its way to a run: the run takes the kept bytes over, and the file is gone with the same commit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from django.conf import settings

from integration_admin.accounts.access import Actor
from sync_app.models import Run, RunPayload, Upload, UploadPart
from sync_app.runs.loading import LoadedImport
from sync_app.runs.options import FileOptions, ImportOptions
from sync_app.runs.queue import enqueue
from sync_app.runs.uploads.keeping import KeptBody, UploadNotFound, find_upload
from sync_app.runs.uploads.look import look
from sync_app.runs.verbs.importing import begin_import
from sync_app.runs.work.perform import perform
from sync_app.storage.clock import Clock
from templates_app.sources.heads import Looked
from templates_app.sources.reading import Reading
from templates_app.sources.rows import Row, SourceFormat

#: An estimate of so many times the rows that are imported at once is never of so few.
FAR_MORE: Final = 2


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
    body = KeptBody(found)
    begun = begin_import(
        actor=actor,
        template=template,
        body=body.whole(),
        file_name=found.file_name,
        kind=kind or None,
        options=options,
        file=file,
        trigger="ui",
        clock=clock,
        keep=partial(_take_over, found),
        begun=partial(_beginning, body, file.reading(kind=kind or None)),
    )
    if begun.source.total > settings.ASYNC_ROWS:
        return begun.run
    return perform(run=begun.run.pk, holder=holder, clock=clock, opened=begun.source)


def _beginning(body: KeptBody, asked: Reading, loaded: LoadedImport) -> Beginning | None:
    """What a large workbook shows at its beginning: to read it whole takes seconds, which are the worker's.

    Other files are read whole at once: what is wrong far down in them is better told here.
    """
    seen = look(body, reading=loaded.reading(asked))
    looked = seen.looked
    if seen.kind != "xlsx" or looked is None or looked.exact or looked.total <= FAR_MORE * settings.ASYNC_ROWS:
        return None
    return Beginning(looked)


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first rows of a source, which says about how many there are."""

    looked: Looked

    @property
    def format(self) -> SourceFormat:
        return self.looked.format

    @property
    def total(self) -> int:
        return self.looked.total

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        yield from (row for row in self.looked.rows if row.number > after)


def _take_over(upload: Upload, run: Run) -> None:
    """Inside the transaction that makes the run. Of two who start the same file, the second finds it gone."""
    if Upload.objects.select_for_update().filter(pk=upload.pk).first() is None:
        raise UploadNotFound
    for kept in UploadPart.objects.filter(upload=upload).order_by("part").iterator(chunk_size=1):
        RunPayload.objects.create(run=run, part=kept.part, content=bytes(kept.content))
    upload.delete()
    if run.source["rows"] > settings.ASYNC_ROWS:
        enqueue(run=run.pk)
