"""A pull: fetched outside of any transaction, then kept with a run that imports it, or first shows what it would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import transaction

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.engine.shape import Shape, shape_of
from sync_app.models import Run, Sync, SyncTurn, TurnStatus
from sync_app.runs import payload
from sync_app.runs.options import FileOptions, ImportOptions
from sync_app.runs.verbs.importing import Begun, begin_import
from sync_app.runs.work.perform import perform
from sync_app.runs.work.turn_ends import MORE, REHEARSAL, end_turn, keep_cursor, locked_sync
from sync_app.storage.clock import Clock
from sync_app.syncs.connectors.base import Fetched
from sync_app.syncs.turns.guards import Guards
from sync_app.syncs.turns.lease import TurnLease
from sync_app.syncs.turns.links import actor_of, connector_of, open_link
from sync_app.syncs.turns.settling import settle_earlier
from sync_app.syncs.turns.unchanged import held_unchanged
from templates_app.sources.rows import Source


class NothingCame(Exception):
    """The source holds no row, and no rule of the sync is about that: no run is made of it."""


@dataclass(slots=True)
class _Pull:
    """One pull, on its way from the connector to a run."""

    turn: SyncTurn
    lease: TurnLease
    fetched: Fetched
    simulate: bool
    shape: Shape = field(default_factory=dict)
    rows: int = 0

    @property
    def sync(self) -> Sync:
        return self.turn.sync

    def look(self, opened: Source) -> None:
        """What guards ask about, before anything is written. Raises NothingCame."""
        self.rows = opened.total
        if not self.rows and not self._asked_when_empty():
            raise NothingCame
        self.shape = shape_of(opened.rows(), columns=opened.format.columns)

    def _asked_when_empty(self) -> bool:
        return self.guards_emptiness() or (bool(self.sync.mirror) and self.fetched.complete)

    def guards_emptiness(self) -> bool:
        """Whether a person wants to be asked when there is nothing: that is as small as a source can become."""
        guards = Guards.from_json(self.sync.guards)
        return guards.empty or guards.shrink is not None

    def take_nothing(self) -> None:
        """An answer without any content is a source without rows, of which nothing proves that it is whole.

        Raises NothingCame where nobody is to be asked about it.
        """
        if self.sync.rows is None or not self.guards_emptiness():
            raise NothingCame
        self.fetched = replace(self.fetched, body=b"[]", kind="json", name="", complete=False)

    def progress(self) -> dict[str, Any]:
        """What the turn keeps of how it began."""
        if rehearses(self.turn):
            return {"from": self.sync.watermark, REHEARSAL: True}
        return {"from": self.sync.watermark} | ({MORE: True} if self.fetched.more else {})

    def keep(self, run: Run) -> None:
        """Inside the transaction that makes the run. Raises SyncChanged, TurnLost, TurnCancelled: no run then."""
        held_unchanged(self.turn)
        self.lease.beat()
        payload.keep(run=run, body=self.fetched.body)
        self.lease.note(
            run=run,
            status=TurnStatus.PLANNING if self.simulate else TurnStatus.WRITING,
            watermark=self.fetched.watermark,
            complete=self.fetched.complete,
            columns=self.shape,
            rows=self.rows,
            progress=self.progress(),
            attempts=0,
            holder="",
            expires_at=None,
        )


def pull(*, turn: SyncTurn, lease: TurnLease, holder: str, clock: Clock) -> None:
    """Fetch and import, as far as this worker gets.

    Raises TransferFailed, NotAllowed, RunRefused, SourceRefused, and SyncChanged: then nothing has come of it.
    """
    sync = turn.sync
    actor = actor_of(sync)
    actor.require(Right.IMPORT)
    connector = connector_of(sync.connection)
    settle_earlier(sync=sync, holder=holder, clock=clock)
    lease.note(status=TurnStatus.FETCHING, started_at=turn.started_at or clock())
    link = open_link(connection=sync.connection, transfer=sync.transfer, actor=actor, clock=clock, beat=lease.beat)
    fetched = connector.pull(link, watermark=sync.watermark)
    # A rehearsal moves nothing away and acknowledges nothing.
    turn.receipt = {} if rehearses(turn) else dict(fetched.receipt)
    lease.note(receipt=turn.receipt)
    lease.beat()
    work = _Pull(turn, lease, fetched, simulate=_plans_first(turn))
    try:
        begun = _begin(work, actor, clock)
    except NothingCame:
        _nothing_came(work, clock)
        return
    perform(run=begun.run.pk, holder=holder, clock=clock, opened=begun.source, in_turn=True)


def trigger_of(turn: SyncTurn) -> str:
    """What started it: its schedule, or a person."""
    return "manual" if turn.asked_by else "schedule"


def options_of(sync: Sync) -> ImportOptions:
    """Those of the import, as a person set them."""
    return ImportOptions.from_json({**sync.options, "simulate": False})


def rehearses(turn: SyncTurn) -> bool:
    """Whether the turn only shows what it would do: its sync only rehearses, or a person asked for just that."""
    return turn.sync.simulate or bool(turn.progress.get(REHEARSAL))


def _plans_first(turn: SyncTurn) -> bool:
    """Whether it is simulated before it is written. Without guards, or the first time, there is nothing to judge."""
    sync = turn.sync
    return rehearses(turn) or bool(sync.mirror) or (bool(Guards.from_json(sync.guards)) and sync.rows is not None)


def _begin(work: _Pull, actor: Actor, clock: Clock) -> Begun:
    """Raises NothingCame, and what `begin_import` raises."""
    if not work.fetched.body.strip():
        work.take_nothing()
    fetched, sync = work.fetched, work.sync
    chosen = options_of(sync)
    return begin_import(
        actor=actor,
        template=sync.template.name,
        body=fetched.body,
        file_name=fetched.name,
        kind=fetched.kind,
        options=ImportOptions(simulate=work.simulate, verbose=chosen.verbose, on_error=chosen.on_error),
        file=FileOptions(),
        trigger=trigger_of(work.turn),
        clock=clock,
        keep=work.keep,
        look=work.look,
        more=rules_of(sync, complete=fetched.complete),
    )


def rules_of(sync: Sync, *, complete: bool) -> Mapping[str, Any]:
    """What the planner has to know of the sync."""
    rules: dict[str, Any] = {"sync": sync.pk}
    if sync.protected:
        rules["protected"] = sync.protected
    if sync.mirror and complete:
        rules["mirror"] = sync.mirror
    return rules


def _nothing_came(work: _Pull, clock: Clock) -> None:
    """The turn succeeds without a run; what the source says of how far it was read is kept."""
    turn = work.turn
    with transaction.atomic():
        sync = locked_sync(turn)
        turn.watermark, turn.progress, turn.rows = work.fetched.watermark, work.progress(), 0
        work.lease.note(watermark=turn.watermark, progress=turn.progress)
        if not rehearses(turn):
            keep_cursor(turn=turn, sync=sync)
        end_turn(turn=turn, sync=sync, status=TurnStatus.SUCCEEDED, at=clock(), settles=True)
