"""Starting to retry the failed rows of a run, and nothing else of it."""

from __future__ import annotations

from typing import Any, Literal

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.models import FailedRow, Run, RunKind
from sync_app.runs.errors import RunConflict, TemplateNotFound
from sync_app.runs.finding import find_run
from sync_app.runs.loading import callable_version, loaded_import, require_import
from sync_app.runs.options import ImportOptions
from sync_app.runs.payload import body_of
from sync_app.runs.reports.refused_groups import Refusals, RefusedGroup, places_of_group
from sync_app.runs.rows.retried import rows_written
from sync_app.runs.verbs.starting import Note, new_run, unnoted
from sync_app.storage.clock import Clock
from templates_app.models import Direction, TemplateVersion


def start_retry(
    *,
    actor: Actor,
    run: int,
    version: Literal["then", "now"] = "then",
    options: ImportOptions = ImportOptions(),  # noqa: B008 - frozen, no state to share
    only: RefusedGroup | Refusals | int | None = None,
    trigger: str = "api",
    clock: Clock,
    note: Note = unnoted,
) -> Run:
    """A queued run over the failed rows, with the template version of then or the one published now.

    `only` these: the rows refused alike, or the row of this number. A row a person edited is as edited; one that an
    earlier retry has written is not written again.
    Raises NotAllowed, RunNotFound, RunConflict (`run_not_finished`, `nothing_to_retry`, `payload_purged`).
    """
    actor.require(Right.IMPORT)
    failed = find_run(actor=actor, run=run)
    if failed.is_open:
        raise RunConflict("run_not_finished", status=failed.status)
    if _rows_purged(failed):
        raise RunConflict("payload_purged")
    if not _some(failed, only):
        raise RunConflict("nothing_to_retry")
    chosen = _version(actor, failed, version)
    require_import(actor, loaded_import(chosen))
    return new_run(
        actor=actor,
        kind=RunKind.IMPORT,
        at=clock(),
        trigger=trigger,
        simulate=options.simulate,
        version=chosen,
        parent=failed,
        options=options.to_json() | {"retry": True} | _kept(version, only),
        source=failed.source,
        note=note,
    )


def _rows_purged(failed: Run) -> bool:
    """Whether it had rows that failed, and they are no longer kept."""
    had = failed.kind in {RunKind.IMPORT, RunKind.APPLY} and failed.counts.get("rowsFailed", 0) > 0
    return had and body_of(failed) is None


def _kept(version: str, only: RefusedGroup | Refusals | int | None) -> dict[str, Any]:
    kept: dict[str, Any] = {} if version == "then" else {"version": version}
    if only is None:
        return kept
    return kept | {"only": {"row": only} if isinstance(only, int) else only.to_json()}


def _some(failed: Run, only: RefusedGroup | Refusals | int | None) -> bool:
    """Whether there is a row to retry."""
    written = rows_written(failed)
    left = set(FailedRow.objects.filter(run=failed).values_list("row", flat=True)) - written
    if isinstance(only, int):
        return only in left
    return bool(left) and (only is None or any(row in left for _seq, row in places_of_group(run=failed, group=only)))


def _version(actor: Actor, failed: Run, version: str) -> TemplateVersion:
    then = failed.template_version
    if then is None:
        raise TemplateNotFound
    if version == "then":
        actor.require_template(then.template.name)
        return then
    return callable_version(actor=actor, name=then.template.name, direction=Direction.IN)
