"""What may be offered about a run: the buttons of its page. The use cases decide again when one is pressed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.models import FailedRow, Run, RunKind
from sync_app.runs.readable import Readable
from sync_app.runs.verbs.applying import APPLICABLE, applied_by

MOST_COUNTED: Final = 1000


@dataclass(frozen=True, slots=True)
class Choices:
    """`undo` simulates an undo of this run; `undo_of` is the run that this simulated undo is about.

    `failed` rows there are to retry, and `edited` so many of them were edited.
    """

    apply: bool
    undo: bool
    undo_of: int | None
    retry: bool
    cancel: bool
    failed_rows: bool
    failed: int = 0
    edited: int = 0

    @property
    def any(self) -> bool:
        return self.apply or self.undo or bool(self.undo_of) or self.retry or self.failed_rows


def choices_of(*, actor: Actor, run: Run) -> Choices:
    kept = not run.is_open and run.purged_at is None
    failed = kept and FailedRow.objects.filter(run=run).exists()
    edited = FailedRow.objects.filter(run=run).exclude(edited="")[:MOST_COUNTED].count() if failed else 0
    return Choices(
        apply=kept and actor.may(Right.IMPORT) and _is_plan(run),
        undo=kept and actor.may(Right.UNDO) and not run.only_planned and _wrote(run),
        undo_of=_undone(run) if kept and actor.may(Right.UNDO) else None,
        retry=failed and actor.may(Right.IMPORT) and run.template_version is not None,
        cancel=run.is_open and actor.may(Right.IMPORT),
        failed_rows=failed and Readable(actor=actor, run=run).rows,
        failed=run.counts.get("rowsFailed", 0),
        edited=edited,
    )


def _is_plan(run: Run) -> bool:
    """A simulated import that has ended, would write something and was not applied yet."""
    if run.kind != RunKind.IMPORT or not run.simulate or run.status not in APPLICABLE:
        return False
    return _wrote(run) and applied_by(run) is None


def _undone(run: Run) -> int | None:
    """The run a simulated undo shows the undoing of, while nothing has undone it for real."""
    if run.kind != RunKind.UNDO or not run.simulate or run.parent_id is None or not _wrote(run):
        return None
    done = Run.objects.filter(parent=run.parent_id, kind=RunKind.UNDO, simulate=False)
    return None if done.exists() else run.parent_id


def _wrote(run: Run) -> bool:
    return any(run.counts.get(word) for word in ("inserted", "updated", "deleted"))
