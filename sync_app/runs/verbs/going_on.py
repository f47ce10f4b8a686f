"""Going on where a run broke off: another run over the same body, which begins where that one stood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.engine.waiting import Place
from sync_app.models import Record, Run, RunKind, RunLease
from sync_app.runs import payload
from sync_app.runs.errors import RunConflict
from sync_app.runs.loading import callable_version, loaded_import, require_import
from sync_app.runs.options import ImportOptions
from sync_app.runs.rows.source import CONTINUES
from sync_app.runs.verbs.starting import Note, new_run, unnoted
from sync_app.storage.clock import Clock
from templates_app.models import Direction, TemplateVersion


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an import stood when it broke off: rows up to `after` had their turn.

    Of those, `waiting` ones wrote nothing yet, and `open` references were left for rows to come.
    """

    after: int
    waiting: tuple[int, ...] = ()
    open: tuple[Place, ...] = ()

    @property
    def unsettled(self) -> bool:
        """Whether something is left of the rows that had their turn."""
        return bool(self.waiting or self.open)


def standing_of(run: Run) -> Standing:
    """What the last chunk of the run committed."""
    kept: dict[str, Any] = RunLease.objects.filter(run=run).values_list("progress", flat=True).first() or {}
    places = tuple(Place(*place) for place in kept.get("open", ()))
    return Standing(int(kept.get("after", 0)), tuple(kept.get("waiting", ())), places)


def start_going_on(*, actor: Actor, run: Run, trigger: str = "api", clock: Clock, note: Note = unnoted) -> Run:
    """A queued run over what is left of a real import that broke off between its rows: each row once, as it would have.

    Its rows keep their numbers; `rows` counts those that are left. References that were left open need the version of
    the template that left them; without any, the one published now is used. `note`: see there. Raises NotAllowed,
    TemplateNotFound, RunRefused, and RunConflict (`run_not_finished`, `payload_purged`); nothing was written then.
    """
    actor.require(Right.IMPORT)
    if run.is_open:
        raise RunConflict("run_not_finished", status=run.status)
    body = payload.body_of(run)
    if body is None:
        raise RunConflict("payload_purged")
    standing = standing_of(run)
    version = _version(actor, run, standing)
    require_import(actor, loaded_import(version))
    left = run.counts.get("unprocessed", 0)

    def begin(made: Run) -> None:
        RunLease.objects.filter(run=made).update(progress=_begun(standing, left))
        payload.keep(run=made, body=body)
        note(made)

    return new_run(
        actor=actor,
        kind=RunKind.IMPORT,
        at=clock(),
        trigger=trigger,
        version=version,
        options=ImportOptions.from_json(run.options).to_json() | {CONTINUES: [*run.options.get(CONTINUES, ()), run.pk]},
        source=run.source | {"rows": left},
        note=begin,
    )


def _version(actor: Actor, run: Run, standing: Standing) -> TemplateVersion:
    then = run.template_version
    if then is None:
        raise RunConflict("run_without_template")
    actor.require_template(then.template.name)
    return then if standing.open else callable_version(actor=actor, name=then.template.name, direction=Direction.IN)


def _begun(standing: Standing, left: int) -> dict[str, Any]:
    """As a lease keeps it: where the run begins. A record that is gone has no reference to be set."""
    there = set(Record.objects.filter(pk__in={place.record for place in standing.open}).values_list("pk", flat=True))
    return {
        "after": standing.after,
        "waiting": list(standing.waiting),
        "open": [place for place in standing.open if place.record in there],
        "tally": {"rows": left},
    }
