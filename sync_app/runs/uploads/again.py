"""A file whose import did not come to its end, on its way once more: whole, or what is left of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final, Literal

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.models import FailedRow, Run, RunKind, RunPayload, RunStatus, Upload
from sync_app.runs.errors import RunConflict
from sync_app.runs.finding import find_run
from sync_app.runs.loading import load_import
from sync_app.runs.payload import body_of
from sync_app.runs.readable import Readable
from sync_app.runs.rows.failed_file import reads_added
from sync_app.runs.rows.source import RestOnly, open_run, repaired
from sync_app.runs.uploads.keeping import keep_upload
from sync_app.runs.verbs.going_on import standing_of
from templates_app.sources.rows import Source
from templates_app.sources.writers.failed import FailedItem, write_failed

What = Literal["whole", "rest"]
#: Ends of a run that leave rows of its file behind.
BROKEN_OFF: Final = frozenset({RunStatus.FAILED, RunStatus.STOPPED, RunStatus.CANCELLED, RunStatus.INTERRUPTED})


@dataclass(frozen=True, slots=True)
class Again:
    """What of a run's file may be imported again. `rest`: how many rows are not in, 0 where all or none of them are."""

    whole: bool
    rest: int

    def __bool__(self) -> bool:
        return self.whole


def again_of(*, actor: Actor, run: Run) -> Again:
    """What is left of a run whose file is still kept, for who may import and read its rows."""
    if not _broken_off(run) or not actor.may(Right.IMPORT) or actor.user is None:
        return Again(whole=False, rest=0)
    if not RunPayload.objects.filter(run=run).exists() or not Readable(actor=actor, run=run).rows:
        return Again(whole=False, rest=0)
    return Again(whole=True, rest=_left(run))


def bring_again(*, actor: Actor, run: int, what: What, at: datetime) -> Upload:
    """The file of a run as a file on its way, for the person who asks; `rest`: only the rows that are not in.

    Those are the rows that failed, as they were edited, those that waited for others, and all after the last one that
    had its turn. Raises NotAllowed, RunNotFound, RunConflict (`run_not_broken_off`, `payload_purged`) and
    RunUnprocessable (`template_outdated`).
    """
    actor.require(Right.IMPORT)
    found = find_run(actor=actor, run=run)
    if not _broken_off(found) or (what == "rest" and not _left(found)):
        raise RunConflict("run_not_broken_off")
    Readable(actor=actor, run=found).require_rows()
    body = body_of(found)
    if body is None:
        raise RunConflict("payload_purged")
    content = _rest(found) if what == "rest" else body
    return keep_upload(actor=actor, chunks=[content], file_name=str(found.source.get("file", "")), at=at)


def _broken_off(run: Run) -> bool:
    return run.kind == RunKind.IMPORT and run.status in BROKEN_OFF and not run.options.get("retry")


def _left(run: Run) -> int:
    """Rows that are not in, of a run that wrote others."""
    whole_or_nothing = run.simulate or run.options.get("on_error") == "atomic"
    counts = run.counts
    if whole_or_nothing or not counts.get("rowsOk") or not counts.get("unprocessed"):
        return 0
    return int(counts["rowsFailed"]) + int(counts["unprocessed"])


def _rest(run: Run) -> bytes:
    loaded, out = load_import(run), BytesIO()
    opened = open_run(run, loaded=loaded)
    failed = dict(FailedRow.objects.filter(run=run).values_list("row", "edited"))
    waiting = frozenset(standing_of(run).waiting)
    whole = opened.source if isinstance(opened, RestOnly) else opened
    done = whole.total - (run.counts["unprocessed"] - len(waiting))
    write_failed(_items(opened, failed, waiting, done), format=opened.format, out=out, own=reads_added(loaded))
    return out.getvalue()


def _items(opened: Source, failed: dict[int, str], waiting: frozenset[int], done: int) -> Iterator[FailedItem]:
    """`done`: so many first rows had their turn."""
    for position, row in enumerate(opened.rows()):
        if position >= done or row.number in failed or row.number in waiting:
            edited = failed.get(row.number, "")
            held = repaired(row, edited) if edited else row
            yield FailedItem(row.number, held.data, "", "", row.parents, held.faults)
