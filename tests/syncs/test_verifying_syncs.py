"""`verify` looks at syncs too: what hangs, what is held by nobody, what is due never, what ran ahead of its data."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from integration_admin.accounts.models import Brand
from sync_app.models import Health, Run, RunStatus, Sync, SyncTurn, TurnStatus
from sync_app.runs.since import sign_cursor
from sync_app.runs.upkeep.verifying import verify
from sync_app.syncs.connectors.base import TransferFailed, Trouble
from sync_app.syncs.keeping.changing import set_watermark
from sync_app.syncs.keeping.deciding import judge_again, reject
from tests.runs.conftest import customer
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db

AWAY = TransferFailed("connect_failed", Trouble.AGAIN, host="crm")
GUARDS: dict[str, Any] = {"inserts": {"most": 1}}


def codes() -> set[str]:
    return {found.code for found in verify()}


def held(desk: Desk) -> Sync:
    sync = desk.sync(guards=GUARDS)
    desk.run(sync, customer("A"), watermark="w1")
    desk.run(sync, *(customer(code) for code in "BCD"), watermark="w2")
    return sync


def test_what_usually_happens_to_syncs_is_no_discrepancy(desk: Desk) -> None:
    sync = desk.sync("Paused", active=False)
    desk.run(sync, customer("A"), watermark="w1")
    desk.run(sync, {"code": "X", "name": ""}, watermark="w2")
    desk.run(sync, fails={"pull": AWAY})
    desk.fake.fails = {}
    set_watermark(actor=desk.actor, sync=sync.pk, watermark="w0", clock=desk.clock)
    desk.sync("By hand", rule={})
    desk.run(desk.push_sync())
    desk.run(desk.sync("Waiting"), work=False)
    desk.work()
    sync = held(desk)
    assert codes() == set()
    judge_again(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    assert codes() == set()
    desk.work()
    reject(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    assert codes() == set()


def test_a_turn_that_hangs_after_its_run_has_ended_is_found(desk: Desk) -> None:
    sync = desk.sync()
    turn = desk.run(sync, customer("A"))
    SyncTurn.objects.filter(pk=turn.pk).update(finished_at=None, status=TurnStatus.WRITING)
    Run.objects.filter(turn=turn).update(finished_at=timezone.now())
    assert codes() == set(), "it may be about to be moved on"
    Run.objects.filter(turn=turn).update(finished_at=timezone.now() - timedelta(hours=1))
    assert codes() == {"turn_hangs"}
    SyncTurn.objects.filter(pk=turn.pk).update(expires_at=timezone.now() + timedelta(minutes=5))
    assert codes() == set(), "somebody works on it"


def test_a_turn_that_ended_before_its_run_is_found(desk: Desk) -> None:
    turn = desk.run(desk.sync(), customer("A"))
    Run.objects.filter(turn=turn).update(finished_at=None, status=RunStatus.RUNNING)
    assert "turn_ended_early" in codes()


@pytest.mark.parametrize("status", [TurnStatus.FAILED, TurnStatus.REJECTED, TurnStatus.CANCELLED, TurnStatus.POSTPONED])
def test_a_watermark_that_ran_ahead_of_its_data_is_found(desk: Desk, status: TurnStatus) -> None:
    sync = desk.sync()
    desk.run(sync, customer("A"), watermark="w1")
    turn = desk.run(sync, customer("B"), watermark="w2")
    SyncTurn.objects.filter(pk=turn.pk).update(status=status)
    assert codes() == {"watermark_ahead"}


def test_the_watermark_of_a_push_beyond_the_clock_is_found(desk: Desk) -> None:
    sync = desk.push_sync()
    desk.run(sync)
    cursor = sign_cursor(brand=sync.brand_id, revision=4711)
    Sync.objects.filter(pk=sync.pk).update(watermark=cursor)
    assert codes() == {"watermark_ahead"}
    Sync.objects.filter(pk=sync.pk).update(watermark="not a cursor of ours")
    assert codes() == {"watermark_unreadable"}


def test_a_schedule_that_is_never_due_is_found(desk: Desk) -> None:
    sync = desk.sync()
    Sync.objects.filter(pk=sync.pk).update(next_due=None)
    assert codes() == {"sync_never_due"}
    Sync.objects.filter(pk=sync.pk).update(active=False)
    assert codes() == set()


@pytest.mark.parametrize("change", [{"finished_at": timezone.now()}, {"run": None}], ids=["nothing held", "no plan"])
def test_a_hold_without_a_plan_is_found(desk: Desk, change: dict[str, Any]) -> None:
    sync = held(desk)
    SyncTurn.objects.filter(sync=sync, status=TurnStatus.HELD).update(**change)
    assert codes() == {"held_without_plan"}


def test_a_plan_that_is_held_and_shown_to_nobody_is_found(desk: Desk) -> None:
    sync = held(desk)
    Sync.objects.filter(pk=sync.pk).update(health=Health.WELL)
    assert codes() == {"held_unseen"}


def test_of_one_brand_only_its_syncs_are_looked_at(desk: Desk, other: Brand) -> None:
    Sync.objects.filter(pk=desk.sync().pk).update(next_due=None)
    assert [found.brand for found in verify()] == [desk.house.brand.key]
    assert verify(brand=other.key) == []
