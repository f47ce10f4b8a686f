"""A turn that the queue delivers again and again is done once: what is delivered while its run works counts nothing."""

from __future__ import annotations

from typing import Any

import pytest

from sync_app.models import Run, RunStatus, SyncTurn, TurnStatus
from sync_app.runs.work.perform import perform
from sync_app.syncs.keeping.changing import stop_turn
from sync_app.syncs.turns import judging, pulling
from sync_app.syncs.turns.guards import judge
from tests.runs.conftest import Killed, customer
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db

GUARDS: dict[str, Any] = {"updates": {"most": 100}}


def left_to_the_run(desk: Desk, monkeypatch: pytest.MonkeyPatch, *rows: Any, **sync: Any) -> SyncTurn:
    """A turn whose run is made and then left: somebody else performs it, later."""
    made = desk.sync(**sync)

    def leaves(**_asked: Any) -> None:
        """Its worker is slow."""

    with monkeypatch.context() as patch:
        patch.setattr(pulling, "perform", leaves)
        return desk.run(made, *rows, watermark="w1")


def test_deliveries_while_its_run_works_count_no_attempt(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    turn = left_to_the_run(desk, monkeypatch, customer("A"))
    for _ in range(6):
        desk.transfer(turn.pk)
    now = desk.turn(turn)
    assert (now.status, now.attempts, now.finished_at) == (TurnStatus.WRITING, 0, None)
    assert now.run is not None
    perform(run=now.run.pk, holder="worker", clock=desk.clock)
    assert desk.turn(turn).status == TurnStatus.SUCCEEDED
    assert desk.fresh(turn.sync).watermark == "w1"


def test_deliveries_while_its_plan_is_made_do_not_wear_out_what_judges_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = desk.sync(guards=GUARDS)
    desk.run(sync, customer("A"))
    turn = left_to_the_run(desk, monkeypatch, customer("A", "New"), sync=sync.pk, guards=GUARDS)
    for _ in range(6):
        desk.transfer(turn.pk)
    SyncTurn.objects.filter(pk=turn.pk).update(attempts=3)
    now = desk.turn(turn)
    assert now.run is not None
    perform(run=now.run.pk, holder="worker", clock=desk.clock)
    assert desk.turn(turn).attempts == 0, "a plan that was made is progress"
    desk.work()
    assert desk.turn(turn).status == TurnStatus.SUCCEEDED
    assert desk.house.live()["A"]["LastName"] == "New"


def test_a_stop_reaches_the_run_and_no_delivery_ends_the_turn_before_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = left_to_the_run(desk, monkeypatch, customer("A"))
    assert turn.run is not None
    Run.objects.filter(pk=turn.run.pk).update(status=RunStatus.RUNNING)
    stop_turn(actor=desk.actor, sync=turn.sync_id, turn=turn.pk, clock=desk.clock)
    desk.transfer(turn.pk)
    assert desk.turn(turn).finished_at is None
    perform(run=turn.run.pk, holder="worker", clock=desk.clock)
    assert desk.turn(turn).status == TurnStatus.CANCELLED
    assert Run.objects.get(pk=turn.run.pk).status == RunStatus.CANCELLED


def test_a_stop_while_the_plan_is_judged_writes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sync = desk.sync(guards=GUARDS)
    desk.run(sync, customer("A"))

    def stopped_meanwhile(**asked: Any) -> Any:
        turn = SyncTurn.objects.get(sync=sync, finished_at=None)
        stop_turn(actor=desk.actor, sync=sync.pk, turn=turn.pk, clock=desk.clock)
        return judge(**asked)

    monkeypatch.setattr(judging, "judge", stopped_meanwhile)
    assert desk.run(sync, customer("A", "New")).status == TurnStatus.CANCELLED
    assert desk.house.live()["A"]["LastName"] == "Name"


def test_a_stop_while_a_guard_trips_ends_it_rather_than_hold_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    guards = {"updates": {"most": 0}}
    sync = desk.sync(guards=guards)
    desk.run(sync, customer("A"))

    def stopped_meanwhile(**asked: Any) -> Any:
        turn = SyncTurn.objects.get(sync=sync, finished_at=None)
        stop_turn(actor=desk.actor, sync=sync.pk, turn=turn.pk, clock=desk.clock)
        return judge(**asked)

    monkeypatch.setattr(judging, "judge", stopped_meanwhile)
    assert desk.run(sync, customer("A", "New")).status == TurnStatus.CANCELLED
    assert desk.events(sync) == [("unknown", "well")]


def test_a_worker_that_dies_thrice_before_anything_came_is_given_up(desk: Desk) -> None:
    sync = desk.sync()

    def dies() -> None:
        raise Killed

    desk.fake.meanwhile = dies
    for _ in range(3):
        with pytest.raises(Killed):
            desk.run(sync) if not SyncTurn.objects.exists() else desk.transfer(SyncTurn.objects.get().pk)
        desk.clock.advance(minutes=6)
    desk.transfer(SyncTurn.objects.get().pk)
    turn = SyncTurn.objects.get()
    assert (turn.status, turn.error["code"]) == (TurnStatus.FAILED, "turn_given_up")
