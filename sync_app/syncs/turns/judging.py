"""When the plan of a guarded pull has been made: it is applied, or held until a person has looked at it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal

from django.db import transaction
from django.db.models import Count

from integration_admin.accounts.access import Actor
from sync_app.engine.shape import shape_changes
from sync_app.models import BrandClock, Health, JournalEntry, Run, Sync, SyncTurn, TurnStatus
from sync_app.runs.errors import RunConflict, RunRefused
from sync_app.runs.verbs.applying import start_apply
from sync_app.runs.work.mirroring import MARKED
from sync_app.runs.work.perform import perform
from sync_app.runs.work.sync_ends import none_taken, refuse_all
from sync_app.runs.work.sync_health import turn_health
from sync_app.runs.work.turn_ends import end_turn, locked_sync
from sync_app.storage.clock import Clock
from sync_app.syncs.errors import SyncConflict
from sync_app.syncs.turns.guards import Facts, Guards, Planned, Tripped, judge
from sync_app.syncs.turns.lease import TurnLease
from sync_app.syncs.turns.links import actor_of
from sync_app.syncs.turns.pulling import options_of, rules_of, trigger_of
from sync_app.syncs.turns.unchanged import SyncChanged, held_unchanged
from templates_app.catalog.problems import shown

ROWS_NAMED: Final = 20


def judge_turn(*, turn: SyncTurn, run: Run, lease: TurnLease, holder: str, clock: Clock) -> None:
    """The simulation `run` has ended: apply it, or hold it.

    Raises NotAllowed, RunRefused, SyncChanged, TurnLost and TurnCancelled.
    """
    sync = turn.sync
    if not _same_rules(turn, run):
        raise SyncChanged
    if options_of(sync).on_error == "atomic" and run.counts.get("rowsFailed", 0):
        _refuse(turn, run, lease, clock)
        return
    guards, facts = Guards.from_json(sync.guards), facts_of(sync, turn, run)
    tripped = judge(guards=guards, facts=facts, mirrors=sync.mirror.get("type", ""))
    if tripped:
        _hold(turn, run, lease, tripped, clock)
        return
    if none_taken(run):
        _take_none(turn, run, lease, clock)
        return
    try:
        applying = _applying(turn, run, lease, clock)
    except RunConflict as conflict:
        if conflict.problem.code != "already_applied":
            raise
        # Somebody applies it on the page of its run: that run ends the turn.
        lease.give_back()
        return
    perform(run=applying.pk, holder=holder, clock=clock, in_turn=True)


def _applying(turn: SyncTurn, run: Run, lease: TurnLease, clock: Clock) -> Run:
    """Whoever asks for a stop holds the sync: they come before this, and nothing is begun, or stop the run."""
    with transaction.atomic():
        held_unchanged(turn)
        lease.beat()
        return begin_apply(turn=turn, run=run, actor=actor_of(turn.sync), trigger=trigger_of(turn), clock=clock)


def require_same_rules(*, turn: SyncTurn, run: Run) -> None:
    """A plan is judged only while the sync still is what it was planned for. Raises SyncConflict."""
    if not _same_rules(turn, run):
        raise SyncConflict("plan_of_other_rules")


def _same_rules(turn: SyncTurn, run: Run) -> bool:
    sync, version = turn.sync, run.template_version
    planned = {name: run.options[name] for name in ("sync", "protected", "mirror") if name in run.options}
    same = planned == rules_of(sync, complete=turn.complete)
    return same and not sync.simulate and version is not None and version.template_id == sync.template_id


def begin_apply(*, turn: SyncTurn, run: Run, actor: Actor, trigger: str, clock: Clock) -> Run:
    """A queued run that writes the plan of this turn, linked to it in one transaction. Raises as `start_apply`."""
    stale: Literal["skip", "refuse"] = "refuse" if options_of(turn.sync).on_error == "atomic" else "skip"
    with transaction.atomic():
        locked_sync(turn)
        applying = start_apply(actor=actor, run=run.pk, stale=stale, trigger=trigger, clock=clock)
        linked = SyncTurn.objects.filter(pk=turn.pk, run=run, finished_at=None).update(
            run=applying, status=TurnStatus.WRITING, attempts=0, holder="", expires_at=None
        )
        if not linked:
            raise RunRefused("turn_has_ended")
    return applying


def facts_of(sync: Sync, turn: SyncTurn, run: Run) -> Facts:
    """What the guards are asked about."""
    live = BrandClock.objects.filter(brand=sync.brand_id).values_list("counts", flat=True).first() or {}
    marked = JournalEntry.objects.filter(run=run, code=MARKED).order_by().values_list("entity_type")
    missing = dict(marked.annotate(Count("seq")))
    types = {
        name: Planned(
            inserted=counts.get("inserted", 0),
            updated=counts.get("updated", 0),
            deleted=counts.get("deleted", 0),
            missing=missing.get(name, 0),
            live=live.get(name, 0),
        )
        for name, counts in run.by_type.items()
    }
    shape = shape_changes(sync.columns, turn.columns) if sync.columns and turn.columns else []
    return Facts(types=types, rows=turn.rows, rows_before=sync.rows, shape=shape)


def _hold(turn: SyncTurn, run: Run, lease: TurnLease, tripped: Iterable[Tripped], clock: Clock) -> None:
    held = [_kept(run, found) for found in tripped]
    with transaction.atomic():
        sync = held_unchanged(turn)
        lease.beat()
        lease.note(status=TurnStatus.HELD, held=held, counts=run.counts, holder="", expires_at=None, attempts=0)
        turn_health(sync=sync, to=Health.HELD, turn=turn, at=clock())


def _kept(run: Run, found: Tripped) -> dict[str, Any]:
    """What is kept of it: the code, what fills its sentence, and the first operations it is about, by row and place."""
    params = {name: shown(value) if isinstance(value, str) else value for name, value in found.problem.params.items()}
    kept: dict[str, Any] = {"code": found.problem.code, "params": params}
    if found.operation:
        about = JournalEntry.objects.filter(run=run, operation=found.operation).order_by("seq")
        if found.type:
            about = about.filter(entity_type=found.type)
        first = list(about.values_list("seq", "row")[:ROWS_NAMED])
        kept |= {"operation": found.operation, "type": found.type}
        kept |= {"seqs": [seq for seq, _row in first], "rows": [row for _seq, row in first if row]}
    return kept


def _take_none(turn: SyncTurn, run: Run, lease: TurnLease, clock: Clock) -> None:
    """No guard has said why: every row failed, and there is nothing to write."""
    with transaction.atomic():
        sync = locked_sync(turn)
        lease.note()
        turn.counts = run.counts
        refuse_all(turn=turn, sync=sync, run=run, at=clock())


def _refuse(turn: SyncTurn, run: Run, lease: TurnLease, clock: Clock) -> None:
    """All or nothing was asked, and rows failed."""
    with transaction.atomic():
        sync = locked_sync(turn)
        lease.note()
        turn.counts = run.counts
        error = {"code": "atomic_failed", "params": {"count": run.counts["rowsFailed"]}}
        end_turn(turn=turn, sync=sync, status=TurnStatus.FAILED, at=clock(), error=error, settles=True)
