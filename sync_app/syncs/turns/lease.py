"""Who works on a turn. A claim is a guarded update; whatever is written of it carries the fence; older ones fail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from sync_app.models import OPEN_STATUSES, Run, RunKind, SyncTurn, TurnStatus
from sync_app.runs.work.time_limit import show_progress
from sync_app.storage.clock import Clock

#: Longer than any single request of a connector may take without a beat.
LEASE: Final = timedelta(minutes=5)
MAX_ATTEMPTS: Final = 3
_AT_WORK: Final = Run.objects.filter(pk=OuterRef("run_id"), status__in=OPEN_STATUSES).exclude(kind=RunKind.EXPORT)


class TurnLost(RuntimeError):
    """Somebody else has taken the turn, or ended it: this worker must send and write nothing more."""


class TurnCancelled(RuntimeError):
    """A person has asked the turn to stop."""


@dataclass(frozen=True, slots=True)
class TurnLease:
    """A held turn. `attempts` counts this one."""

    turn: int
    fence: int
    attempts: int
    clock: Clock

    def beat(self) -> None:
        """Renew the lease. Raises TurnLost, TurnCancelled."""
        self.note()
        if SyncTurn.objects.filter(pk=self.turn, cancel=True).exists():
            raise TurnCancelled

    def keep_claim(self) -> None:
        """Renew the lease of a turn that is being settled. Raises TurnLost."""
        mine = SyncTurn.objects.filter(pk=self.turn, fence=self.fence)
        if not mine.update(expires_at=self.clock() + LEASE):
            raise TurnLost
        show_progress()

    def note(self, **values: Any) -> None:
        """Write this on the turn, in the caller's transaction if there is one. Raises TurnLost."""
        mine = SyncTurn.objects.filter(pk=self.turn, fence=self.fence, finished_at=None)
        if not mine.update(**{"expires_at": self.clock() + LEASE, **values}):
            raise TurnLost
        show_progress()

    def give_back(self) -> None:
        """Nobody holds the turn."""
        SyncTurn.objects.filter(pk=self.turn, fence=self.fence).update(holder="", expires_at=None)


@transaction.atomic
def claim_turn(*, turn: int, holder: str, clock: Clock, settling: bool = False) -> TurnLease | None:
    """Take the turn, or None when somebody holds it, a person is asked, it has ended, or a run that writes is at work,
    whose end moves it. Counted before work starts. `settling`: take it because it has ended and its receipt has not
    been settled.
    """
    now = clock()
    free = Q(expires_at=None) | Q(expires_at__lt=now)
    rows = SyncTurn.objects.filter(free, pk=turn)
    if settling:
        rows = rows.filter(settled=False).exclude(finished_at=None)
    else:
        # Not by a join: the condition is to be asked again of a turn that another claim has changed meanwhile.
        rows = rows.filter(~Exists(_AT_WORK), finished_at=None).exclude(status=TurnStatus.HELD)
    taken = rows.update(holder=holder[:100], fence=F("fence") + 1, attempts=F("attempts") + 1, expires_at=now + LEASE)
    if not taken:
        return None
    fence, attempts = SyncTurn.objects.values_list("fence", "attempts").get(pk=turn)
    return TurnLease(turn, fence, attempts, clock)
