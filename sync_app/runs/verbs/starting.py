"""Making a run row: what every kind of run has in common."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from integration_admin.accounts.access import Actor
from sync_app.models import Run, RunKind, RunLease
from templates_app.models import TemplateVersion

#: Told of a run inside the transaction that makes it: what it writes is there if the run is, and only then.
Note = Callable[[Run], None]


def unnoted(run: Run) -> None:
    """Nobody keeps anything beside the run."""


@transaction.atomic
def new_run(
    *,
    actor: Actor,
    kind: RunKind,
    at: datetime,
    trigger: str,
    simulate: bool = False,
    version: TemplateVersion | None = None,
    parent: Run | None = None,
    options: dict[str, Any] | None = None,
    source: dict[str, Any] | None = None,
    note: Note = unnoted,
) -> Run:
    """A queued run with its lease row, ready to be claimed. The caller's transaction adds what else it needs."""
    run = Run.objects.create(
        brand=actor.brand,
        kind=kind,
        simulate=simulate,
        trigger=trigger,
        actor=actor.name[:200],
        membership=actor.membership,
        user=actor.user,
        template_version=version,
        parent=parent,
        options=options or {},
        source=source or {},
        created_at=at,
    )
    RunLease.objects.create(run=run)
    note(run)
    return run
