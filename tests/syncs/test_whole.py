"""Pull and push as the worker does them, with real transactions: nothing is written inside a snapshot or held open."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sync_app.models import Run, RunKind, SyncTurn, TurnStatus
from sync_app.runs.upkeep.verifying import verify
from sync_app.syncs.keeping.changing import run_now
from sync_app.syncs.keeping.deciding import approve
from sync_app.syncs.turns.transfer import transfer
from tests.at_once import at_once
from tests.runs.conftest import customer
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_pull_a_hold_and_a_push_over_one_connection(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    pull = desk.sync(guards={"deletes": {"most": 0}}, mirror={"action": "delete"}, protected=("Customer.LastName",))
    push = desk.push_sync()
    desk.run(pull, *(customer(code) for code in "ABC"), complete=True, watermark="w1", receipt={"file": 1})
    held = desk.run(pull, customer("A"), customer("B"), watermark="w2")
    assert held.status == TurnStatus.HELD
    approve(actor=desk.actor, sync=pull.pk, clock=desk.clock)
    desk.work()
    assert sorted(desk.house.live()) == ["A", "B"]
    desk.house.send(customer("B", "Ours"))
    assert desk.run(push).status == TurnStatus.SUCCEEDED
    assert [item["code"] for _key, item in desk.fake.sent] == ["B"]
    assert desk.fresh(pull).watermark == "w2"
    assert verify() == []


def test_a_turn_delivered_to_two_workers_at_once_has_one_effect(make_desk: Callable[[], Desk]) -> None:
    desk = make_desk()
    sync = desk.sync()
    desk.fake.rows, desk.fake.watermark = [customer("A")], "w1"
    turn = run_now(actor=desk.actor, sync=sync.pk, clock=desk.clock)

    def work() -> None:
        transfer(turn=turn.pk, holder="one of three", clock=desk.clock)

    assert at_once(*[work] * 3) == [None] * 3
    assert desk.fake.pulled == [""]
    assert Run.objects.filter(kind=RunKind.IMPORT).count() == 1
    assert SyncTurn.objects.get().status == TurnStatus.SUCCEEDED
    assert desk.house.record("A").version == 1
