"""Telling the other system what became of what was fetched: after the commit, and again until it was told."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final

from integration_admin.accounts.access import NotAllowed
from sync_app.models import Sync, SyncTurn
from sync_app.runs.work.turn_ends import DONE
from sync_app.storage.clock import Clock
from sync_app.syncs.connectors.base import TransferFailed, Trouble
from sync_app.syncs.turns.lease import TurnLease, claim_turn
from sync_app.syncs.turns.links import actor_of, connector_of, open_link

#: What could not be settled for so long never will be.
TRIED_FOR: Final = timedelta(days=7)
WAIT_SECONDS: Final = 60.0

log = logging.getLogger(__name__)


def settle_turn(*, turn: int, holder: str, clock: Clock) -> bool:
    """Settle the receipt of a turn that has ended. True when nothing of it is left to settle.

    Raises TransferFailed when the other system could not be told, and what `setting_for` raises; it is tried again.
    """
    lease = claim_turn(turn=turn, holder=holder, clock=clock, settling=True)
    if lease is None:
        return not SyncTurn.objects.filter(pk=turn, settled=False).exists()
    row = SyncTurn.objects.select_related("sync__connection", "sync__brand", "sync__user").get(pk=turn)
    try:
        _tell(row, lease, clock)
    finally:
        lease.give_back()
    SyncTurn.objects.filter(pk=turn, fence=lease.fence).update(settled=True)
    return True


def settle_earlier(*, sync: Sync, holder: str, clock: Clock) -> None:
    """Before anything is fetched again: what was fetched before is settled, so that it does not come twice.

    Raises TransferFailed.
    """
    waiting = SyncTurn.objects.filter(sync=sync, settled=False).exclude(finished_at=None).order_by("pk")
    for turn in waiting.values_list("pk", flat=True):
        if not settle_turn(turn=turn, holder=holder, clock=clock):
            raise TransferFailed("sync_settling", Trouble.LATER, after=WAIT_SECONDS)


def _tell(row: SyncTurn, lease: TurnLease, clock: Clock) -> None:
    sync = row.sync
    if row.finished_at is not None and clock() - row.finished_at > TRIED_FOR:
        log.warning("a receipt was never settled", extra={"turn": row.pk})
        return
    try:
        actor = actor_of(sync)
    except NotAllowed as refused:
        raise TransferFailed(refused.code, Trouble.SETTINGS) from None
    link = open_link(
        connection=sync.connection, transfer=sync.transfer, actor=actor, clock=clock, beat=lease.keep_claim
    )
    connector_of(sync.connection).settle(link, receipt=row.receipt, ok=row.status in DONE)
