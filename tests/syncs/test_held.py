"""A pull that a guard holds: shown, and then applied once, rejected, or judged by other limits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from integration_admin.accounts.access import Actor, NotAllowed, site_actor
from integration_admin.accounts.models import AuditEntry
from sync_app.models import Health, Run, RunKind, Sync, SyncTurn, TurnStatus
from sync_app.runs.errors import RunConflict, RunRefused
from sync_app.runs.verbs.applying import start_apply
from sync_app.syncs.errors import SyncConflict, SyncNotFound
from sync_app.syncs.keeping.changing import run_now
from sync_app.syncs.keeping.deciding import approve, check_held, judge_again, reject
from sync_app.syncs.keeping.reading import turns_of, view_sync
from tests.conftest import Login
from tests.runs.conftest import customer
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db

GUARDS: dict[str, Any] = {"updates": {"most": 1}, "shrink": 50}


def renamed(*codes: str) -> list[dict[str, Any]]:
    return [customer(code, "Renamed") for code in codes]


@pytest.fixture
def guarded(desk: Desk) -> Sync:
    """A sync whose first run has brought three customers."""
    sync = desk.sync(guards=GUARDS)
    desk.run(sync, *(customer(code) for code in "ABC"), watermark="w1")
    return desk.fresh(sync)


@pytest.fixture
def held(desk: Desk, guarded: Sync) -> SyncTurn:
    return desk.run(guarded, *renamed("A", "B", "C"), watermark="w2", receipt={"file": "x"})


def test_the_first_run_is_exempt_and_a_usual_one_is_applied(desk: Desk, guarded: Sync) -> None:
    assert desk.turns(guarded) == [TurnStatus.SUCCEEDED]
    turn = desk.run(guarded, *renamed("A"), customer("B"), watermark="w2")
    assert turn.status == TurnStatus.SUCCEEDED
    assert turn.run is not None
    assert turn.run.kind == RunKind.APPLY
    assert turn.run.parent is not None
    assert turn.run.parent.simulate
    assert (desk.fresh(guarded).watermark, desk.fresh(guarded).rows) == ("w2", 2)
    assert desk.house.live()["A"]["LastName"] == "Renamed"


def test_a_tripped_guard_writes_nothing_and_says_what_and_which_rows(desk: Desk, guarded: Sync, held: SyncTurn) -> None:
    assert held.status == TurnStatus.HELD
    assert [entry["code"] for entry in held.held] == ["guard_updates"]
    assert held.held[0]["params"] == {"count": 3, "live": 3, "most": 1}
    assert held.held[0]["rows"] == [1, 2, 3]
    assert {values["LastName"] for values in desk.house.live().values()} == {"Name"}
    fresh = desk.fresh(guarded)
    assert (fresh.watermark, fresh.health) == ("w1", Health.HELD)
    assert desk.fake.settled == []
    assert desk.events(guarded)[-1] == ("well", "held")


def test_while_it_is_held_the_schedule_pauses_and_nobody_can_run_it(desk: Desk, guarded: Sync, held: SyncTurn) -> None:
    desk.clock.advance(hours=3)
    assert desk.due() == 0
    with pytest.raises(SyncConflict, match="sync_waits_for_person"):
        run_now(actor=desk.actor, sync=guarded.pk, clock=desk.clock)
    desk.transfer(held.pk)
    assert desk.turn(held).status == TurnStatus.HELD


def test_approved_it_is_applied_once_by_whoever_approved(desk: Desk, guarded: Sync, held: SyncTurn) -> None:
    assert check_held(actor=desk.actor, sync=guarded.pk).stale == 0
    run = approve(actor=desk.actor, sync=guarded.pk, clock=desk.clock)
    assert run.actor == desk.actor.name
    with pytest.raises(SyncConflict, match="turn_not_held"):
        approve(actor=desk.actor, sync=guarded.pk, clock=desk.clock)
    desk.work()
    assert {values["LastName"] for values in desk.house.live().values()} == {"Renamed"}
    fresh = desk.fresh(guarded)
    assert (fresh.watermark, fresh.health) == ("w2", Health.WELL)
    assert desk.turn(held).status == TurnStatus.SUCCEEDED
    assert desk.fake.settled == [({"file": "x"}, True)]
    assert AuditEntry.objects.filter(action="sync.approved", target="Customers").count() == 1


def test_what_went_stale_before_it_was_approved_is_left_and_fetched_again(
    desk: Desk, guarded: Sync, held: SyncTurn
) -> None:
    desk.house.send(customer("B", "Changed since"))
    assert check_held(actor=desk.actor, sync=guarded.pk).stale == 1
    approve(actor=desk.actor, sync=guarded.pk, clock=desk.clock)
    desk.work()
    assert desk.turn(held).status == TurnStatus.WITH_FAILURES
    assert desk.house.live()["B"]["LastName"] == "Changed since"
    assert desk.fresh(guarded).watermark == "w1"
    assert desk.fake.settled == []


def test_the_time_a_person_was_asked_in_is_not_counted_as_work(desk: Desk, guarded: Sync, held: SyncTurn) -> None:
    desk.clock.advance(days=2)
    approve(actor=desk.actor, sync=guarded.pk, clock=desk.clock)
    desk.work()
    desk.run(guarded, *(customer(code, "Once more") for code in "ABC"), watermark="w3")
    desk.clock.advance(days=3)
    reject(actor=desk.actor, sync=guarded.pk, clock=desk.clock)
    view = view_sync(actor=desk.actor, sync=guarded.pk, now=desk.clock())
    assert [turn.status for turn in view.turns] == ["rejected", "succeeded", "succeeded"]
    assert all(turn.duration is not None and turn.duration < timedelta(minutes=1) for turn in view.turns)
    assert all(0 < point.seconds < 60 for point in view.trend)
    Run.objects.filter(turn=view.turns[0].cursor).delete()
    [rejected, *_others] = turns_of(actor=desk.actor, sync=guarded.pk)
    assert rejected.duration is None


def test_rejected_nothing_is_written_and_the_watermark_stays(desk: Desk, guarded: Sync, held: SyncTurn) -> None:
    reject(actor=desk.actor, sync=guarded.pk, clock=desk.clock)
    desk.work()
    assert desk.turn(held).status == TurnStatus.REJECTED
    fresh = desk.fresh(guarded)
    assert (fresh.watermark, fresh.health) == ("w1", Health.WELL)
    assert fresh.next_due is not None
    assert fresh.next_due > desk.clock()
    assert desk.fake.settled == [({"file": "x"}, False)]
    with pytest.raises(SyncConflict):
        approve(actor=desk.actor, sync=guarded.pk, clock=desk.clock)


def test_judged_by_a_higher_limit_it_is_applied(desk: Desk, guarded: Sync, held: SyncTurn) -> None:
    desk.sync(sync=guarded.pk, guards={"updates": {"most": 3}})
    judge_again(actor=desk.actor, sync=guarded.pk, clock=desk.clock)
    desk.work()
    assert desk.turn(held).status == TurnStatus.SUCCEEDED
    assert desk.fresh(guarded).watermark == "w2"


def test_judged_by_a_limit_that_still_trips_it_is_held_again_without_a_second_message(
    desk: Desk, guarded: Sync, held: SyncTurn
) -> None:
    judge_again(actor=desk.actor, sync=guarded.pk, clock=desk.clock)
    desk.work()
    assert desk.turn(held).status == TurnStatus.HELD
    assert desk.events(guarded).count(("well", "held")) == 1


def test_a_plan_applied_on_the_page_of_its_run_ends_the_turn_as_well(desk: Desk, guarded: Sync, held: SyncTurn) -> None:
    assert held.run is not None
    desk.house.perform(start_apply(actor=desk.actor, run=held.run.pk, clock=desk.clock))
    turn = desk.turn(held)
    assert turn.status == TurnStatus.SUCCEEDED
    assert turn.run is not None
    assert turn.run.kind == RunKind.APPLY
    assert desk.fresh(guarded).watermark == "w2"
    with pytest.raises(SyncConflict):
        approve(actor=desk.actor, sync=guarded.pk, clock=desk.clock)


def test_a_shrunken_source_and_a_lost_column_hold(desk: Desk) -> None:
    sync = desk.sync(guards={"shrink": 50, "columns": ["gone", "retyped"]})
    desk.run(sync, *(customer(code, mail=f"{code}@x.example") for code in "ABCD"))
    turn = desk.run(sync, {"code": "A", "name": ["a"]})
    assert [entry["code"] for entry in turn.held] == ["guard_shrunk", "shape_gone", "shape_retyped"]


@pytest.mark.parametrize("body", [b"", b" \n", b"[]"])
@pytest.mark.parametrize(
    ("guards", "code"), [({"empty": True}, "guard_empty"), ({"shrink": 50}, "guard_shrunk"), ({"shrink": 100}, "")]
)
def test_a_source_that_is_empty_however_it_says_so_holds(
    desk: Desk, guards: dict[str, Any], code: str, body: bytes
) -> None:
    sync = desk.sync(guards=guards)
    desk.run(sync, customer("A"), customer("B"), watermark="w1")
    turn = desk.run(sync, body=body, watermark="w2", receipt={"file": "x"})
    assert [entry["code"] for entry in turn.held] == ([code] if code else [])
    assert desk.fresh(sync).watermark == ("w1" if code else "w2")


def test_an_answer_without_content_is_not_taken_for_a_whole_source(desk: Desk) -> None:
    desk.fake.complete = True
    sync = desk.sync(mirror={"action": "delete"}, guards={"deletes": {"most": 9}, "empty": True})
    desk.run(sync, customer("A"), customer("B"))
    turn = desk.run(sync, body=b"")
    assert [entry["code"] for entry in turn.held] == ["guard_empty"]
    assert sorted(desk.house.live()) == ["A", "B"]
    assert turn.run is not None
    assert turn.run.by_type.get("Customer", {}).get("deleted", 0) == 0


def test_all_or_nothing_under_a_guard_fails_when_a_row_fails(desk: Desk) -> None:
    sync = desk.sync(guards=GUARDS, options={"on_error": "atomic"})
    desk.run(sync, customer("A"), customer("B"))
    turn = desk.run(sync, customer("A", "New"), {"code": "X", "name": ""})
    assert (turn.status, turn.error["code"]) == (TurnStatus.FAILED, "atomic_failed")
    assert desk.house.live()["A"]["LastName"] == "Name"


def test_only_those_with_the_right_decide_and_a_stranger_finds_nothing(
    desk: Desk, guarded: Sync, held: SyncTurn, teammate: Login, stranger: Login
) -> None:
    reader = site_actor(user=teammate.user, brand=desk.house.brand)
    foreign = site_actor(user=stranger.user, brand=stranger.membership.brand)
    for decide in (approve, reject, judge_again):
        with pytest.raises(NotAllowed):
            decide(actor=reader, sync=guarded.pk, clock=desk.clock)
        with pytest.raises(SyncNotFound):
            decide(actor=foreign, sync=guarded.pk, clock=desk.clock)
    assert desk.turn(held).status == TurnStatus.HELD
    assert Run.objects.filter(kind=RunKind.APPLY).count() == 0


def test_a_person_who_lost_the_right_since_cannot_approve(desk: Desk, guarded: Sync, held: SyncTurn) -> None:
    weaker = Actor(brand=desk.house.brand, name="weak", rights=frozenset({"import"}))
    with pytest.raises((NotAllowed, RunConflict, RunRefused)):
        approve(actor=weaker, sync=guarded.pk, clock=desk.clock)
    assert desk.turn(held).status == TurnStatus.HELD
