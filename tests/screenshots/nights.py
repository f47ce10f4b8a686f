"""A sync of the demo brand over nine nights: so much changed in the last one that somebody is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django.test.utils import override_settings

from integration_admin.accounts.access import Actor
from sync_app.demo import content
from sync_app.models import Sync, SyncTurn, TurnStatus
from sync_app.runs.work.perform import perform
from sync_app.standins.planningpme import PlanningPme
from sync_app.standins.server import serving
from sync_app.syncs.due import start_due
from sync_app.syncs.keeping.connections import save_connection
from sync_app.syncs.keeping.saving import SyncForm, save_sync
from sync_app.syncs.turns.transfer import transfer

HOLDER: Final = "screenshots"
NIGHTS: Final = 9
FIRST: Final = 5000
STEPS_AT_MOST: Final = 10

Clock = Callable[[], datetime]


def tell_nights(*, actor: Actor, clock_of: Callable[[int], Clock], names: tuple[str, ...]) -> Sync:
    """The sync as it stands this morning; `clock_of` days ago, and what its customers are called."""
    standin = PlanningPme()
    with serving(standin) as origin, override_settings(PRIVATE_ADDRESSES_ALLOWED=[origin.removeprefix("http://")]):
        sync = _saved(actor, standin, f"{origin}/{standin.brand}", clock_of(NIGHTS + 1))
        for ago in range(NIGHTS, 0, -1):
            clock = clock_of(ago)
            standin.entities["customer"] = _customers(NIGHTS - ago, names, all_new=ago == 1)
            start_due(now=clock())
            _work(SyncTurn.objects.filter(sync=sync).latest("pk"), clock)
    return sync


def _saved(actor: Actor, standin: PlanningPme, address: str, clock: Clock) -> Sync:
    doors = {"appkey": standin.appkey, "username": standin.username, "password": standin.password}
    planning = save_connection(
        actor=actor, connector="planningpme", name="The planning", values={"address": address, **doors}, clock=clock
    )
    form = SyncForm(
        name="Customers of the planning",
        direction="pull",
        connection=planning.pk,
        template=content.TEMPLATE,
        transfer={"template": "client-export", "changes": False},
        rule={"every": 1, "unit": "days", "at": "02:15"},
        guards={"updates": {"percent": 40}, "shrink": 50},
    )
    return save_sync(actor=actor, sync=None, form=form, clock=clock)


def _customers(night: int, names: tuple[str, ...], *, all_new: bool) -> dict[int, dict[str, Any]]:
    """A few more each night, some with another telephone; in the last one all of them."""
    found = {}
    for place in range(FIRST, FIRST + 64 + 5 * night):
        prefix = f"07 {30 + night}" if all_new or (place + night) % 11 == 0 else "06 39"
        found[place] = {
            "key": place,
            "lastName": names[place % len(names)],
            "mobile": f"{prefix} 98 {place // 100 % 100:02d} {place % 100:02d}",
            "email": f"customer{place}@example.com",
            "fields": {"IDDOSSIER": f"D-{place}"},
            "modified": "2026-01-01T00:00:00Z",
        }
    return found


def _work(turn: SyncTurn, clock: Clock) -> None:
    """What the worker does for a turn, until it has ended or waits for somebody."""
    for _step in range(STEPS_AT_MOST):
        transfer(turn=turn.pk, holder=HOLDER, clock=clock)
        turn = SyncTurn.objects.select_related("run").get(pk=turn.pk)
        if turn.finished_at is not None or turn.status == TurnStatus.HELD:
            return
        if turn.run is not None and turn.run.is_open:
            perform(run=turn.run.pk, holder=HOLDER, clock=clock, in_turn=True)
    raise AssertionError(f"turn {turn.pk} did not end")
