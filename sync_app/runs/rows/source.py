"""The source of a run: its payload opened by what was given or detected, or the failed rows of another run."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any, Final

from django.conf import settings

from sync_app.models import FailedRow, Run
from sync_app.runs.errors import RunConflict
from sync_app.runs.loading import LoadedImport
from sync_app.runs.options import FileOptions
from sync_app.runs.payload import body_of
from sync_app.runs.reports.refused_groups import rows_to_retry
from sync_app.runs.row_text import row_data, row_text
from sync_app.runs.rows.retried import rows_written
from sync_app.storage import journal
from templates_app.language.drafts import ImportMapper
from templates_app.sources.limits import Limits
from templates_app.sources.one_row import read_row
from templates_app.sources.open import open_source
from templates_app.sources.rows import Row, Source, SourceFormat

#: On the source of a run whose rows were not counted yet.
ABOUT: Final = "about"
#: A file system allows names that are not UTF-8, and a body may name a file as it likes.
_NO_TEXT: Final = re.compile("[\\x00\\ud800-\\udfff]")
#: On the options of a run: those that broke off before it, whose source it goes on with.
CONTINUES: Final = "continues"


def open_body(
    body: bytes, *, loaded: LoadedImport, name: str, kind: str | None, file: FileOptions, limits: Limits
) -> Source:
    """The rows of a body, read as the template and the caller say. Raises SourceRefused."""
    return open_source(body, name=name, reading=loaded.reading(file.reading(kind=kind)), limits=limits)


def open_run(run: Run, *, loaded: LoadedImport) -> Source:
    """The source of a run that was started: it is read as it was then, whatever would be detected today."""
    body = body_of(run)
    if body is None:
        raise RunConflict("payload_purged")
    kept = run.source
    file = FileOptions(
        kept.get("encoding", ""), kept.get("delimiter", ""), kept.get("sheet", ""), kept.get("header_row")
    )
    opened = open_body(
        body,
        loaded=loaded,
        name=kept.get("file", ""),
        kind=kept.get("kind"),
        file=file,
        limits=_limits(run, len(body)),
    )
    if run.options.get("retry"):
        return FailedOnly(opened, _rows_to_retry(run))
    return RestOnly(opened, kept.get("rows", 0)) if run.options.get(CONTINUES) else opened


def row_of(run: Run, *, loaded: LoadedImport, number: int) -> Row | None:
    """One row of the source as the run read it, edited or not; the rest of the body is not parsed.

    None where there is no such row. Raises RunConflict `payload_purged` and SourceRefused.
    """
    body = body_of(run)
    if body is None:
        raise RunConflict("payload_purged")
    kept = run.source
    known = SourceFormat(
        kind=kept.get("kind", ""),
        encoding=kept.get("encoding", ""),
        delimiter=kept.get("delimiter", ""),
        sheet=kept.get("sheet", ""),
        header_row=kept.get("header_row", 0),
        columns=tuple(kept.get("columns", ())),
        detected=tuple(kept.get("detected", ())),
    )
    limits = _limits(run, len(body))
    found = read_row(body, number, known=known, rows_path=loaded.rows_path, columns=loaded.columns, limits=limits)
    edited = _edited(run.parent, number) if run.options.get("retry") else ""
    return repaired(found, edited) if found is not None and edited else found


def repaired(row: Row, edited: str) -> Row:
    """The row as a person edited it. What was not touched stays as it was: a sheet's day a day, unread cells unread."""
    data = row_data(edited)
    came = row.data if isinstance(row.data, dict) and isinstance(data, dict) else {}
    kept = {name for name in came if name in data and row_text(came[name]) == row_text(data[name])}
    if came:
        data = {name: came[name] if name in kept else _alike(came.get(name), data[name]) for name in data}
    return row._replace(
        data=data, problem=None, faults={name: fault for name, fault in row.faults.items() if name in kept}
    )


def _alike(came: Any, edited: Any) -> Any:
    """A day or a time where there was one: it is shown, and so edited, as the text that ISO 8601 has for it."""
    kinds = (time,) if isinstance(came, time) else (date, datetime) if isinstance(came, date) else ()
    for kind in kinds if isinstance(edited, str) else ():
        with suppress(ValueError):
            return kind.fromisoformat(edited.strip())
    return edited


def _edited(run: Run | None, number: int) -> str:
    """What a person made of a failed row, in this run or in those it retried."""
    if run is None:
        return ""
    edited = FailedRow.objects.filter(run=run, row=number).values_list("edited", flat=True).first()
    return edited or (_edited(run.parent, number) if run.options.get("retry") else "")


def _limits(run: Run, size: int) -> Limits:
    """A source that was read whole when its run was started is small enough; of one that was not, rows are counted."""
    return Limits(max_body=size, max_rows=settings.MAX_ROWS if run.source.get(ABOUT) else sys.maxsize)


def note_whole(run: Run, opened: Source) -> None:
    """Say on a run whose source was only begun when it was started what the whole of it is."""
    if run.source.get(ABOUT):
        kept = {name: value for name, value in run.source.items() if name != ABOUT}
        run.source = {**kept, "columns": list(opened.format.columns), "rows": opened.total}


def storable(name: str) -> str:
    """The name of a file; what of it no database takes as text is shown as missing."""
    return _NO_TEXT.sub("\ufffd", name)


def format_json(found: SourceFormat, *, file_name: str) -> dict[str, Any]:
    """What the run keeps of its source."""
    kept = asdict(found)
    kept["file"] = storable(file_name)
    return kept


def note_names(run: Run, found: SourceFormat, mapper: ImportMapper) -> None:
    """Say on the run which spellings were taken, which names no column had, and which columns nothing used."""
    run.source = {
        **run.source,
        "resolved": dict(mapper.resolved()),
        "missingNames": list(mapper.missing_names(found.columns)) if found.columns else [],
        "unusedColumns": list(mapper.unused_columns(found.columns)) if found.columns else [],
    }


def keep_rows(run: Run, *, plan: Run, loaded: LoadedImport) -> None:
    """Keep the failed rows of a run that applied a plan as the plan's source had them: to repair and try again.

    A purged payload leaves none: the report still names them.
    """
    failed = journal.failures(run=run.pk)
    if not failed or body_of(run) is None:
        return
    FailedRow.objects.filter(run=run).delete()
    rows = open_run(plan, loaded=loaded).rows()
    FailedRow.objects.bulk_create(
        FailedRow(run=run, row=row.number, content=row_text(row.data), code=code, problems=problems)
        for row in rows
        for code, problems in ([failed[row.number]] if row.number in failed else [])
    )


@dataclass(frozen=True, slots=True)
class RestOnly:
    """A source whose rows were done in part by runs before: what they did is still read, but not counted again."""

    source: Source
    total: int

    @property
    def format(self) -> SourceFormat:
        return self.source.format

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        return self.source.rows(after=after)


@dataclass(frozen=True, slots=True)
class FailedOnly:
    """The rows of a source that failed in the run it is retried for; edited ones as they were edited."""

    source: Source
    failed: Mapping[int, str]

    @property
    def format(self) -> SourceFormat:
        return self.source.format

    @property
    def total(self) -> int:
        return len(self.failed)

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        for row in self.source.rows(after=after):
            edited = self.failed.get(row.number)
            if edited:
                yield repaired(row, edited)
            elif edited is not None:
                yield row


def _rows_to_retry(run: Run) -> dict[int, str]:
    """row -> what a person made of it, of the rows that this run was asked to retry."""
    failed = _failed_rows(run.parent)
    only = run.options.get("only")
    if run.parent is None:
        return failed
    wanted = failed.keys() if only is None else rows_to_retry(run=run.parent, only=only)
    left = wanted - rows_written(run.parent, before=run.pk)
    return {row: edited for row, edited in failed.items() if row in left}


def _failed_rows(run: Run | None) -> dict[int, str]:
    """row -> what a person made of it, in this run or, if it was retried before, in the one it retried; else empty."""
    rows = dict(FailedRow.objects.filter(run=run).values_list("row", "edited"))
    if run is not None and run.options.get("retry"):
        earlier = _failed_rows(run.parent)
        return {row: edited or earlier.get(row, "") for row, edited in rows.items()}
    return rows
