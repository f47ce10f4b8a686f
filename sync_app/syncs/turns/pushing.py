"""A push: the items of an export are kept with a run, then sent; what was confirmed is never sent again."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from sync_app.models import Run, RunStatus, Sync, SyncTurn, TurnStatus
from sync_app.runs.loading import callable_version
from sync_app.runs.row_text import row_data, row_text
from sync_app.runs.verbs.echoes import echoes_of
from sync_app.runs.verbs.exporting import open_export
from sync_app.runs.verbs.sending import NotTaken, end_sending, items_of, new_sending, note_not_taken
from sync_app.runs.work.turn_ends import REHEARSAL, end_turn, keep_watermark, locked_sync
from sync_app.storage.clock import Clock
from sync_app.syncs.connectors.base import (
    Connector,
    Sent,
    TransferFailed,
    Trouble,
    has_begun,
    sends_everything,
    writes_tables,
)
from sync_app.syncs.turns.lease import TurnCancelled, TurnLease
from sync_app.syncs.turns.links import actor_of, connector_of, open_link
from sync_app.syncs.turns.pulling import rehearses, trigger_of
from sync_app.syncs.turns.unchanged import held_unchanged
from templates_app.models import Direction, TemplateVersion
from templates_app.sources.writers.items import write_items

#: A turn that ended with something unsent; the next one goes on with it.
BROKEN_OFF = (TurnStatus.FAILED, TurnStatus.CANCELLED, TurnStatus.POSTPONED)
#: Each item was answered, and none taken.
ALL_REFUSED = "push_all_refused"
#: The receiver took nothing of what it was sent last.
REFUSED = "remote_refused"
PUT_RIGHT_BY_A_PERSON = frozenset({Trouble.SETTINGS.value, Trouble.CREDENTIALS.value})


def push(*, turn: SyncTurn, lease: TurnLease, clock: Clock) -> None:
    """Send what has changed, from where it stands.

    Raises TransferFailed, NotAllowed, RunRefused, TurnCancelled, and SyncChanged: then nothing was sent.
    """
    sync = turn.sync
    actor = actor_of(sync)
    actor.require(Right.EXPORT)
    connector = connector_of(sync.connection)
    lease.note(status=TurnStatus.SENDING, started_at=turn.started_at or clock())
    run = turn.run if turn.run is not None and turn.run.is_open else _begin(turn, lease, actor, connector, clock=clock)
    if run is not None:
        _Sending(turn, lease, run, clock).perform(connector, actor)


def _begin(turn: SyncTurn, lease: TurnLease, actor: Actor, connector: Connector, *, clock: Clock) -> Run | None:
    """The run that sends; None when there was nothing to send, or only to rehearse, and the turn has ended."""
    version = callable_version(actor=actor, name=turn.sync.template.name, direction=Direction.OUT)
    everything = sends_everything(connector, turn.sync.transfer)
    earlier = _broken_off(turn, connector, everything=everything)
    if earlier is not None and not _refused_whole(earlier):
        return _go_on(turn, earlier, lease, actor, version, clock=clock)
    body, kind = _exported(turn, actor, connector, clock, everything=everything)
    if earlier is not None:
        return _go_on(turn, earlier, lease, actor, version, clock=clock, fresh=body)
    rehearsal = {REHEARSAL: True} if rehearses(turn) else {}
    turn.progress = {**rehearsal, "from": turn.sync.watermark, "rows": turn.rows, "type": kind, "key": _key(turn)}
    if not turn.rows:
        _nothing_to_send(turn, lease, clock)
        return None
    return _start(turn, lease, actor, version, clock, body=body)


def _exported(
    turn: SyncTurn, actor: Actor, connector: Connector, clock: Clock, *, everything: bool
) -> tuple[bytes, str]:
    """What there is to send, and its type; the turn keeps how many rows that are, and up to where."""
    out = io.BytesIO()
    sync = turn.sync
    cursor = None if everything else sync.watermark or None
    echoes = None if everything else echoes_of(brand=sync.brand_id, connection=sync.connection_id)
    name, flat = sync.template.name, writes_tables(connector, sync.transfer)
    with open_export(actor=actor, template=name, cursor=cursor, flat=flat, but=echoes, clock=clock) as export:
        turn.rows = write_items(export.items, kind="json", columns=(), out=out)
    turn.watermark = export.cursor
    return out.getvalue(), export.root_type


def _key(turn: SyncTurn) -> str:
    return f"sync-{turn.sync_id}-{turn.pk}"


def _broken_off(turn: SyncTurn, connector: Connector, *, everything: bool) -> SyncTurn | None:
    """The turn before, or this one, if it broke off while sending and nothing of the sync has changed since.

    What a person has to put right before any of it is taken is exported anew: it may be right by then. So is what is
    always sent whole.
    """
    if turn.run is not None:
        return turn
    if everything:
        return None
    sync = turn.sync
    before = SyncTurn.objects.filter(sync=sync, pk__lt=turn.pk).exclude(run=None).exclude(run__simulate=True)
    last = before.select_related("run__parent").order_by("-pk").first()
    if last is None or last.run is None or last.status not in BROKEN_OFF:
        return None
    same = last.progress.get("from") == sync.watermark and "key" in last.progress and not rehearses(turn)
    unchanged = last.finished_at is not None and sync.changed_at <= last.finished_at and not _led_since(sync, last)
    refused = last.trouble in PUT_RIGHT_BY_A_PERSON and not _some_arrived(last, sync, connector)
    return last if same and unchanged and not refused and items_of(last.run) is not None else None


def _some_arrived(turn: SyncTurn, sync: Sync, connector: Connector) -> bool:
    """Whether the receiver has any of it, confirmed or not: then it is sent no second time under another key."""
    if turn.progress.get("delivered"):
        return True
    if turn.error.get("code") == ALL_REFUSED:
        return False
    return has_begun(connector, sync.connection.settings, turn.progress.get("key", ""))


def _led_since(sync: Sync, turn: SyncTurn) -> bool:
    """Whether the sync was led to other data after this turn, or while it ended."""
    return sync.begun_at is not None and turn.finished_at is not None and sync.begun_at >= turn.finished_at


def _start(
    turn: SyncTurn, lease: TurnLease, actor: Actor, version: TemplateVersion, clock: Clock, *, body: bytes
) -> Run | None:
    at = clock()
    with transaction.atomic():
        held = held_unchanged(turn)
        run = new_sending(
            actor=actor,
            trigger=trigger_of(turn),
            version=version,
            at=at,
            rows=turn.rows,
            body=body,
            simulate=rehearses(turn),
        )
        turn.run = run
        lease.note(run=run, watermark=turn.watermark, rows=turn.rows, progress=turn.progress, attempts=0)
        if not rehearses(turn):
            return run
        end_sending(run=run, status=RunStatus.SUCCEEDED, at=at, progress={"rows": turn.rows}, error={})
        turn.counts = run.counts
        end_turn(turn=turn, sync=held, status=TurnStatus.SUCCEEDED, at=at)
    return None


def _refused_whole(turn: SyncTurn) -> bool:
    """Whether it broke off at items that the receiver certainly did not take: then they are sent as they are by now.

    Where an earlier turn had tried the same, nobody knows what came of that.
    """
    before = turn.progress.get("before")
    tried_once = before is None or sum(before.values()) < answered_of(turn)
    return turn.error.get("code") == REFUSED and tried_once


def answered_of(turn: SyncTurn) -> int:
    """How many of its items the receiver has answered, each taken or refused."""
    return int(turn.progress.get("delivered", 0)) + int(turn.progress.get("refused", 0))


def _go_on(
    turn: SyncTurn,
    earlier: SyncTurn,
    lease: TurnLease,
    actor: Actor,
    version: TemplateVersion,
    *,
    clock: Clock,
    fresh: bytes | None = None,
) -> Run:
    """The same items under the same key, after those that were answered; or what of `fresh` ones was not yet, under
    a key of their own.
    """
    done = {name: earlier.progress.get(name, 0) for name in ("delivered", "refused")}
    turn.progress = earlier.progress | {"before": done}
    body = b""
    if fresh is None:
        turn.watermark = earlier.watermark
    else:
        items = _renewed(earlier, fresh)
        body = row_text(items).encode()
        turn.progress |= {"rows": len(items), "key": _key(turn)}
    turn.rows = turn.progress["rows"] - sum(done.values())
    with transaction.atomic():
        held_unchanged(turn)
        run = new_sending(
            actor=actor,
            trigger=trigger_of(turn),
            version=version,
            at=clock(),
            rows=turn.rows,
            body=body,
            resumed=earlier.run,
        )
        lease.note(run=run, watermark=turn.watermark, rows=turn.rows, progress=turn.progress)
    turn.run = run
    return run


def _renewed(earlier: SyncTurn, fresh: bytes) -> list[Any]:
    """The items that were answered, then those of `fresh` that none of them equals."""
    sent = items_of(earlier.run) if earlier.run is not None else None
    answered = (sent or [])[: answered_of(earlier)]
    known = Counter(map(row_text, answered))
    left = []
    for item in row_data(fresh.decode()):
        if known[row_text(item)]:
            known[row_text(item)] -= 1
        else:
            left.append(item)
    return [*answered, *left]


def _nothing_to_send(turn: SyncTurn, lease: TurnLease, clock: Clock) -> None:
    with transaction.atomic():
        sync = locked_sync(turn)
        lease.note(progress=turn.progress, watermark=turn.watermark)
        if not rehearses(turn):
            keep_watermark(turn=turn, sync=sync)
        end_turn(turn=turn, sync=sync, status=TurnStatus.SUCCEEDED, at=clock())


@dataclass(slots=True)
class _Sending:
    """One turn that sends. Its progress commits with each batch the receiver has answered."""

    turn: SyncTurn
    lease: TurnLease
    run: Run
    clock: Clock

    @property
    def sync(self) -> Sync:
        return self.turn.sync

    def perform(self, connector: Connector, actor: Actor) -> None:
        items = items_of(self.run)
        if items is None:
            raise TransferFailed("push_purged", Trouble.SETTINGS)
        link = open_link(
            connection=self.sync.connection,
            transfer=self.sync.transfer,
            actor=actor,
            clock=self.clock,
            beat=self.lease.beat,
        )
        progress = self.turn.progress
        if self._answered() < len(items):
            self._go_ahead(items)
            for sent in connector.push(link, items=iter(items), key=progress["key"], skip=self._answered()):
                self._keep(sent, items)
        if self._answered() != len(items):
            raise TransferFailed("push_incomplete", Trouble.ANSWER, sent=self._answered(), rows=len(items))
        self._end()

    def _answered(self) -> int:
        return answered_of(self.turn)

    def _keep(self, sent: Sent, items: list[dict[str, Any]]) -> None:
        """Commit what became of a batch, before the next one is sent. Raises TurnLost, TurnCancelled."""
        progress = dict(self.turn.progress)
        progress["delivered"] = progress.get("delivered", 0) + sent.delivered
        progress["refused"] = progress.get("refused", 0) + len(sent.refused)
        if sent.note:
            progress["notes"] = [*progress.get("notes", []), sent.note[:200]][-20:]
        with transaction.atomic():
            self.lease.note(progress=progress, attempts=0)
            refused = [NotTaken(found.position, found.code, found.message) for found in sent.refused]
            note_not_taken(run=self.run, entity_type=progress["type"], refused=refused, items=items)
        self.turn.progress = progress
        self._go_ahead(items)

    def _go_ahead(self, items: list[dict[str, Any]]) -> None:
        """Raises TurnLost, and TurnCancelled: also where the sync was told meanwhile to only rehearse."""
        self.lease.beat()
        if self._answered() < len(items) and Sync.objects.filter(pk=self.turn.sync_id, simulate=True).exists():
            raise TurnCancelled

    def _end(self) -> None:
        turn, at, progress = self.turn, self.clock(), self.turn.progress
        if progress.get("refused") and not progress.get("delivered"):
            # A wrong path refuses every item, as a wrong item does one: a person has to look before anything moves on.
            raise TransferFailed(ALL_REFUSED, Trouble.SETTINGS, rows=progress["refused"])
        status = TurnStatus.WITH_FAILURES if progress.get("refused") else TurnStatus.SUCCEEDED
        with transaction.atomic():
            sync = locked_sync(turn)
            self.lease.note()
            end_sending(run=self.run, status=RunStatus(status), at=at, progress=progress, error={})
            turn.run, turn.counts = self.run, self.run.counts
            keep_watermark(turn=turn, sync=sync)
            end_turn(turn=turn, sync=sync, status=status, at=at)
