"""Starting an import: rights, template and body are checked before anything is written; then a queued run waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.models import Run, RunKind
from sync_app.runs import payload
from sync_app.runs.errors import SourceUnfit
from sync_app.runs.loading import LoadedImport, callable_version, loaded_import, require_import
from sync_app.runs.options import FileOptions, ImportOptions
from sync_app.runs.rows import source
from sync_app.runs.verbs.starting import Note, new_run, unnoted
from sync_app.storage.clock import Clock
from templates_app.language.drafts import ImportMapper
from templates_app.models import Direction
from templates_app.sources.csv_delimiter import require_delimiter
from templates_app.sources.limits import Limits
from templates_app.sources.rows import Source

#: How a name begins that is looked for around the rows, and not in them.
ABOVE: Final = "../"
LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Begun:
    """A queued run, and its source, open for whoever performs it at once."""

    run: Run
    source: Source


def start_import(
    *,
    actor: Actor,
    template: str,
    body: bytes,
    file_name: str = "",
    kind: str | None = None,
    options: ImportOptions = ImportOptions(),  # noqa: B008 - frozen, no state to share
    file: FileOptions = FileOptions(),  # noqa: B008
    trigger: str = "api",
    clock: Clock,
) -> Run:
    """A queued run that keeps the body: for `perform`, here or by the worker. See `begin_import`."""
    return begin_import(
        actor=actor,
        template=template,
        body=body,
        file_name=file_name,
        kind=kind,
        options=options,
        file=file,
        trigger=trigger,
        clock=clock,
    ).run


def begin_import(
    *,
    actor: Actor,
    template: str,
    body: bytes,
    file_name: str,
    kind: str | None,
    options: ImportOptions,
    file: FileOptions,
    trigger: str,
    clock: Clock,
    keep: Callable[[Run], None] | None = None,
    look: Callable[[Source], None] | None = None,
    begun: Callable[[LoadedImport], Source | None] | None = None,
    more: Mapping[str, Any] | None = None,
    note: Note = unnoted,
) -> Begun:
    """Check everything, then keep run and body. `kind` is json, csv or xlsx, found from content and name if None.

    `keep` keeps the body with the run in the same transaction, for whoever has it kept already. `look` is shown the
    source before anything is written. `begun` may give the beginning of the source in its place, of which `total` is an
    estimate: whoever performs the run reads it whole. `more` is kept with the options of the run. `note`: see there.
    Raises NotAllowed, TemplateNotFound, WrongDirection, SourceRefused and RunUnprocessable (`template_outdated`,
    `columns_unread`, `columns_unread_inside`).
    """
    actor.require(Right.IMPORT)
    require_delimiter(file.delimiter)
    version = callable_version(actor=actor, name=template, direction=Direction.IN)
    loaded = loaded_import(version)
    require_import(actor, loaded)
    beginning = begun(loaded) if begun is not None else None
    opened = beginning or source.open_body(
        body, loaded=loaded, name=file_name, kind=kind, file=file, limits=source_limits()
    )
    _require_columns(opened, loaded)
    if look is not None:
        look(opened)
    with transaction.atomic():
        run = new_run(
            actor=actor,
            kind=RunKind.IMPORT,
            at=clock(),
            trigger=trigger,
            simulate=options.simulate,
            version=version,
            options=options.to_json() | dict(more or {}),
            source=_kept_source(opened, file_name, begun=beginning is not None),
            note=note,
        )
        if keep is not None:
            keep(run)
        else:
            payload.keep(run=run, body=body)
    return Begun(run, opened)


def _kept_source(opened: Source, file_name: str, *, begun: bool) -> dict[str, Any]:
    about = {source.ABOUT: True} if begun else {}
    return source.format_json(opened.format, file_name=file_name) | {"rows": opened.total} | about


def _require_columns(opened: Source, loaded: LoadedImport) -> None:
    """What has none of the names that the template reads is a source for another one, or an envelope around its rows.

    Taken for what it is not it would seem imported, and would be the end of every record to a mirror.
    """
    columns, mapper = opened.format.columns, loaded.mapper
    if not columns or mapper.unused_columns(columns) != columns:
        return
    names = mapper.missing_names(columns)
    if not names or any(name.startswith(ABOVE) for name in names) or _is_read_later(opened, mapper):
        return
    told = ", ".join(names)[:LONGEST]
    if inside := _only_list(opened, loaded):
        raise SourceUnfit("columns_unread_inside", names=told, list=inside)
    raise SourceUnfit("columns_unread", names=told)


def _is_read_later(opened: Source, mapper: ImportMapper) -> bool:
    """Whether a later row has what the first ones lack: those of JSON may each have names of their own."""
    if opened.format.kind != "json":
        return False
    seen = set(opened.format.columns)
    for row in opened.rows():
        more = tuple(name for name in row.data if name not in seen) if isinstance(row.data, dict) else ()
        if more and mapper.unused_columns(more) != more:
            return True
        seen.update(more)
    return False


def _only_list(opened: Source, loaded: LoadedImport) -> str:
    """The name of the one list in a body that was taken for one row; empty where there is none, or several."""
    if loaded.rows_path or opened.format.kind != "json" or opened.total != 1:
        return ""
    data = next(iter(opened.rows())).data
    lists = [name for name, value in data.items() if isinstance(value, list)] if isinstance(data, dict) else []
    return str(lists[0])[:LONGEST] if len(lists) == 1 else ""


def source_limits() -> Limits:
    """What the settings allow a source to be."""
    return Limits(max_body=settings.MAX_BODY_BYTES, max_rows=settings.MAX_ROWS)
