"""A person asks what the next turn of a sync would do: it is shown, and nothing else happens."""

from __future__ import annotations

from typing import Any

import pytest

from sync_app.models import Connection, Health, Record, RunStatus, Sync, SyncTurn, TurnStatus
from sync_app.runs.loading import callable_version
from sync_app.runs.upkeep.verifying import verify
from sync_app.runs.verbs import sending
from sync_app.syncs.connectors.base import TransferFailed, Trouble
from sync_app.syncs.errors import SyncConflict
from sync_app.syncs.keeping.changing import run_now
from sync_app.syncs.turns import pushing
from sync_app.syncs.turns.lease import TurnLease
from tests.runs.conftest import Killed, killed_at
from tests.syncs.conftest import Desk
from tests.syncs.test_pulling import ADA
from tests.syncs.test_pushing import AWAY, codes, filled

pytestmark = pytest.mark.django_db

BOB = {"code": "B", "name": "Bob"}


def test_a_pull_is_shown_and_neither_written_nor_acknowledged_nor_counted_for_its_health(desk: Desk) -> None:
    sync = desk.sync()
    desk.fake.rows, desk.fake.watermark, desk.fake.receipt = [ADA], "7", {"file": "a.csv"}
    turn = run_now(actor=desk.actor, sync=sync.pk, rehearse=True, clock=desk.clock)
    desk.work()
    turn = desk.turn(turn)
    assert turn.run is not None
    assert (turn.status, turn.run.simulate, turn.run.counts["inserted"]) == (TurnStatus.SUCCEEDED, True, 1)
    assert Record.objects.filter(entity_type="Customer").count() == 0
    assert desk.fake.settled == []
    fresh = desk.fresh(sync)
    assert (fresh.watermark, fresh.rows, fresh.health, desk.events(sync)) == ("", None, Health.UNKNOWN, [])


def test_the_turn_after_it_writes_as_if_nobody_had_asked(desk: Desk) -> None:
    sync = desk.sync(guards={"inserts": {"most": 1}})
    desk.run(sync, ADA)
    run_now(actor=desk.actor, sync=sync.pk, rehearse=True, clock=desk.clock)
    desk.work()
    turn = desk.run(sync, ADA, BOB)
    assert turn.status == TurnStatus.SUCCEEDED
    assert Record.objects.filter(entity_type="Customer").count() == 2


def test_a_push_is_shown_and_what_broke_off_before_goes_on_after_it_under_its_key(desk: Desk) -> None:
    filled(desk, *"ABC")
    out = desk.push_sync()
    desk.run(out, fails={"push": AWAY}, stops_after=1, batch=1)
    assert codes(desk) == ["A"]
    desk.fake.stops_after, desk.fake.fails = None, {}
    turn = run_now(actor=desk.actor, sync=out.pk, rehearse=True, clock=desk.clock)
    desk.work()
    turn = desk.turn(turn)
    assert turn.run is not None
    assert (turn.status, turn.run.simulate, codes(desk)) == (TurnStatus.SUCCEEDED, True, ["A"])
    assert desk.fresh(out).health == Health.FAILING
    desk.run(out)
    assert codes(desk) == ["A", "B", "C"]
    assert len({key for key, _item in desk.fake.sent}) == 1


def test_a_rehearsal_that_fails_leaves_the_health_but_counts_refused_credentials(desk: Desk) -> None:
    sync = desk.sync()
    desk.fake.fails = {"pull": TransferFailed("credentials_refused", Trouble.CREDENTIALS, host="crm")}
    turn = run_now(actor=desk.actor, sync=sync.pk, rehearse=True, clock=desk.clock)
    desk.work()
    assert desk.turn(turn).status == TurnStatus.FAILED
    fresh = desk.fresh(sync)
    assert (fresh.health, fresh.failures) == (Health.UNKNOWN, 0)
    assert Connection.objects.get().refusals == 1


def test_nothing_is_rehearsed_while_the_sync_is_at_work(desk: Desk) -> None:
    sync = desk.sync()
    desk.run(sync, ADA, work=False)
    with pytest.raises(SyncConflict):
        run_now(actor=desk.actor, sync=sync.pk, rehearse=True, clock=desk.clock)


# --- switched to "only rehearse" while a push is not through


def only_rehearse(sync: Sync) -> None:
    Sync.objects.filter(pk=sync.pk).update(simulate=True)


def test_told_to_rehearse_before_it_goes_on_with_what_broke_off_it_sends_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(desk, *"ABC")
    out = desk.push_sync()
    desk.run(out, fails={"push": AWAY}, stops_after=1, batch=1)

    def meanwhile(**asked: Any) -> Any:
        only_rehearse(out)
        return callable_version(**asked)

    monkeypatch.setattr(pushing, "callable_version", meanwhile)
    turn = desk.run(out, fails={}, stops_after=None)
    assert (turn.status, turn.run is not None and turn.run.simulate) == (TurnStatus.SUCCEEDED, True)
    assert codes(desk) == ["A"]


def test_told_to_rehearse_after_its_worker_died_it_sends_no_more(desk: Desk) -> None:
    filled(desk, *"ABCD")
    out = desk.push_sync()
    with killed_at(TurnLease, "beat", 2), pytest.raises(Killed):
        desk.run(out)
    only_rehearse(out)
    desk.clock.advance(minutes=6)
    turn = SyncTurn.objects.select_related("run").get(sync=out)
    assert turn.run is not None
    assert turn.run.status == RunStatus.RUNNING
    desk.transfer(turn.pk)
    turn = desk.turn(turn)
    assert codes(desk) == ["A", "B"]
    assert turn.run is not None
    assert (turn.status, turn.run.status, turn.counts["rowsOk"]) == (TurnStatus.CANCELLED, RunStatus.CANCELLED, 2)
    assert verify() == []


@pytest.mark.parametrize(
    ("call", "sent", "status"), [(1, "AB", TurnStatus.CANCELLED), (2, "ABCD", TurnStatus.SUCCEEDED)]
)
def test_told_to_rehearse_between_batches_it_stops_there_and_ends_what_is_through(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, call: int, sent: str, status: TurnStatus
) -> None:
    filled(desk, *"ABCD")
    out = desk.push_sync()
    calls = []

    def meanwhile(**asked: Any) -> None:
        calls.append(1)
        sending.note_not_taken(**asked)
        if len(calls) == call:
            only_rehearse(out)

    monkeypatch.setattr(pushing, "note_not_taken", meanwhile)
    assert desk.run(out).status == status
    assert codes(desk) == list(sent)
    assert bool(desk.fresh(out).watermark) == (status == TurnStatus.SUCCEEDED)
