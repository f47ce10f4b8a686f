"""Making a run row: what every kind of run has in common."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from integration_admin.accounts.access import Actor
from sync_app.models import Run, RunKind, RunLease
from templates_app.models import TemplateVersion


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
    return run
