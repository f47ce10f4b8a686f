"""Finding runs: always within the actor's brand; a run of another brand does not exist."""

from __future__ import annotations

from integration_admin.accounts.access import Actor
from sync_app.models import Run
from sync_app.runs.errors import RunNotFound

RELATED = ("brand", "template_version__template__brand", "parent")


def find_run(*, actor: Actor, run: int) -> Run:
    """Raises RunNotFound."""
    found = Run.objects.filter(brand=actor.brand, pk=run).select_related(*RELATED).first()
    if found is None:
        raise RunNotFound
    return found


def list_runs(*, actor: Actor, before: int | None = None, limit: int = 50) -> list[Run]:
    """The newest runs first; `before` is the id of the last one seen."""
    runs = Run.objects.filter(brand=actor.brand).select_related(*RELATED).order_by("-id")
    if before is not None:
        runs = runs.filter(pk__lt=before)
    return list(runs[:limit])
