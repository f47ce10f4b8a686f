"""The file of the rows that failed in a run: its source with nothing but these rows, to be repaired and sent again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from integration_admin.accounts.access import Actor
from sync_app.models import FailedRow, Run
from sync_app.runs.errors import RunConflict
from sync_app.runs.loading import LoadedImport, load_import
from sync_app.runs.reports.report import failed_rows
from sync_app.runs.rows.source import open_run, repaired
from sync_app.runs.sentences import message
from sync_app.storage import journal
from templates_app.sources.guards import ADDED
from templates_app.sources.rows import Source
from templates_app.sources.writers.failed import FailedItem, write_failed


def failed_file(*, actor: Actor, run: Run, out: BinaryIO) -> int:
    """Writes the file in the kind of the source and gives the number of its rows. A row a person edited is as edited.

    Raises NotAllowed, RunConflict (`run_not_finished`, `payload_purged`) and RunUnprocessable (`template_outdated`).
    """
    if run.is_open:
        raise RunConflict("run_not_finished", status=run.status)
    failed = {row.row: row for row in failed_rows(actor=actor, run=run)}
    loaded = load_import(run)
    opened = open_run(run, loaded=loaded)
    return write_failed(_items(opened, failed), format=opened.format, out=out, own=reads_added(loaded))


def reads_added(loaded: LoadedImport) -> bool:
    """Whether the template reads a name like those that such a file adds: then they are the source's own."""
    return loaded.mapper.unused_columns(ADDED) != ADDED


def _items(opened: Source, failed: dict[int, FailedRow]) -> Iterator[FailedItem]:
    for row in opened.rows():
        why = failed.get(row.number)
        if why is not None:
            # The source's own values, not the kept text of them: a date of a sheet stays a date.
            held = repaired(row, why.edited) if why.edited else row
            yield FailedItem(row.number, held.data, why.code, _sentences(why), row.parents, held.faults)


def _sentences(why: FailedRow) -> str:
    problems = journal.decode_problems(why.problems)
    told = (f"{problem.name}: {message(problem)}" if problem.name else message(problem) for problem in problems)
    return " ".join(dict.fromkeys(told))
