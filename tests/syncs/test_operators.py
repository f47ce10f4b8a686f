"""What people and clocks do to a sync while it lives: nothing runs twice, nothing hangs, nothing goes unsaid."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from integration_admin.accounts.models import Brand
from sync_app.models import Health, Sync, SyncTurn, TurnStatus
from sync_app.runs.errors import RunConflict
from sync_app.runs.options import ImportOptions
from sync_app.runs.upkeep.verifying import verify
from sync_app.runs.verbs.retrying import start_retry
from sync_app.runs.work.perform import perform
from sync_app.syncs.connectors.base import Fetched
from sync_app.syncs.errors import SyncConflict
from sync_app.syncs.keeping.changing import delete_sync, pause, resume, run_now
from sync_app.syncs.keeping.deciding import approve, judge_again, reject
from sync_app.syncs.turns import pulling, pushing
from templates_app.models import Template
from templates_app.sources.writers.items import write_items
from tests.conftest import Login
from tests.runs.conftest import customer
from tests.syncs.conftest import TEN_MINUTES, Desk

pytestmark = pytest.mark.django_db

GUARDS: dict[str, Any] = {"updates": {"most": 0}}
LOOSE: dict[str, Any] = {"updates": {"most": 100}}


def held(desk: Desk) -> SyncTurn:
    sync = desk.sync(guards=GUARDS)
    desk.run(sync, customer("A"), {"code": "X", "name": ""})
    turn = desk.run(sync, customer("A", "New"), {"code": "X", "name": ""})
    assert turn.status == TurnStatus.HELD
    return turn


def test_run_twice_it_runs_once(desk: Desk) -> None:
    sync = desk.sync()
    desk.run(sync, customer("A"), work=False)
    with pytest.raises(SyncConflict, match="sync_busy"):
        run_now(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    desk.work()
    assert desk.turns(sync) == [TurnStatus.SUCCEEDED]


def test_paused_in_the_middle_it_ends_what_it_began_and_begins_nothing(desk: Desk, monkeypatch: Any) -> None:
    sync = desk.sync()
    fetch = desk.fake.pull

    def more_waits(link: Any, *, watermark: str) -> Fetched:
        fetched = fetch(link, watermark=watermark)
        pause(actor=desk.actor, sync=sync.pk, clock=desk.clock)
        return Fetched(body=fetched.body, kind="json", watermark="w1", more=True)

    monkeypatch.setattr(desk.fake, "pull", more_waits)
    assert desk.run(sync, customer("A")).status == TurnStatus.SUCCEEDED
    assert (desk.fresh(sync).next_due, desk.fresh(sync).watermark) == (None, "w1")
    desk.clock.advance(days=7)
    assert desk.due() == 0
    resume(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    assert desk.due() == 0
    desk.clock.advance(minutes=10)
    assert desk.due() == 1


def test_a_schedule_that_is_edited_while_it_runs_holds_from_then_on(desk: Desk) -> None:
    sync = desk.sync()
    desk.clock.advance(minutes=11)
    assert desk.due() == 1
    desk.sync(sync=sync.pk, rule={"every": 1, "unit": "hours"})
    desk.clock.advance(minutes=30)
    assert desk.due() == 0
    desk.work()
    desk.clock.advance(minutes=30)
    assert desk.due() == 1


def test_renamed_while_it_is_overdue_it_is_still_due(desk: Desk) -> None:
    """The worker was away for a day, and somebody tidied up meanwhile."""
    sync = desk.sync()
    desk.clock.advance(days=1)
    desk.sync("Tidy", sync=sync.pk, rule=TEN_MINUTES)
    assert desk.due() == 1
    desk.work()
    assert desk.due() == 0


def test_a_clock_that_goes_back_an_hour_starts_nothing_twice(desk: Desk) -> None:
    sync = desk.sync()
    began = []
    for minutes in (11, 10, -60, 10, 10, 10, 10, 10, 10, 10, 10):
        desk.clock.advance(minutes=minutes)
        began.append(desk.due())
        desk.work()
    due = list(SyncTurn.objects.filter(sync=sync).order_by("due_at").values_list("due_at", flat=True))
    assert began[:3] == [1, 1, 0]
    assert len(set(due)) == len(due) == sum(began)
    assert {later - earlier for earlier, later in pairwise(due)} == {timedelta(minutes=10)}


def test_a_zone_that_is_no_more_fails_its_own_brand_once_and_no_other(desk: Desk, other: Brand) -> None:
    lost, sound = desk.sync("Lost"), desk.sync("Sound")
    Sync.objects.filter(pk=lost.pk).update(brand=other)
    Brand.objects.filter(pk=other.pk).update(time_zone="Mars/Olympus")
    desk.clock.advance(minutes=11)
    assert desk.due() == 1
    desk.work()
    assert desk.turns(sound) == [TurnStatus.SUCCEEDED]
    assert desk.turns(lost) == [TurnStatus.FAILED]
    desk.clock.advance(minutes=11)
    desk.due()
    assert desk.turns(lost) == [TurnStatus.FAILED]


def test_a_brand_that_is_closed_in_the_middle_writes_nothing_more(desk: Desk, monkeypatch: Any) -> None:
    sync = desk.sync(guards={"updates": {"most": 100}})
    desk.run(sync, customer("A"))

    def closed_meanwhile(**asked: Any) -> Any:
        planned = perform(**asked)
        Brand.objects.filter(pk=desk.house.brand.pk).update(active=False)
        return planned

    monkeypatch.setattr(pulling, "perform", closed_meanwhile)
    turn = desk.run(sync, customer("A", "New"), customer("B"))
    assert (turn.status, turn.error["code"]) == (TurnStatus.FAILED, "not_in_brand")
    assert list(desk.house.live()) == ["A"]


def test_a_template_that_is_put_away_fails_the_turn_and_says_so(desk: Desk) -> None:
    sync = desk.sync()
    Template.objects.filter(pk=sync.template_id).update(archived=True)
    turn = desk.run(sync, customer("A"))
    assert (turn.status, turn.error["code"]) == (TurnStatus.FAILED, "template_not_found")
    assert desk.fresh(sync).health == Health.FAILING


# --- edited in the middle


def edited(desk: Desk, sync: Sync, **changed: Any) -> None:
    """As soon as it fetches, once."""

    def meanwhile() -> None:
        desk.fake.meanwhile = lambda: None
        desk.sync(sync=sync.pk, **changed)

    desk.fake.meanwhile = meanwhile


def test_told_to_rehearse_while_it_fetches_it_writes_nothing(desk: Desk) -> None:
    sync = desk.sync()
    edited(desk, sync, simulate=True)
    turn = desk.run(sync, customer("A"), watermark="w1")
    assert (turn.status, turn.run is not None and turn.run.simulate) == (TurnStatus.SUCCEEDED, True)
    assert (desk.house.live(), desk.fresh(sync).watermark) == ({}, "")
    assert desk.fake.pulled == ["", ""], "it began again"


def test_guarded_while_it_fetches_it_is_judged_by_that_guard(desk: Desk) -> None:
    sync = desk.sync()
    desk.run(sync, customer("A"))
    edited(desk, sync, guards=GUARDS)
    assert desk.run(sync, customer("A", "New")).status == TurnStatus.HELD


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"simulate": True, "guards": LOOSE}, TurnStatus.SUCCEEDED),
        ({"protected": ["Customer.LastName"], "guards": LOOSE}, TurnStatus.SUCCEEDED),
        ({"guards": GUARDS}, TurnStatus.HELD),
    ],
    ids=["rehearsing", "protecting", "guarding"],
)
def test_edited_between_its_plan_and_its_judgement_it_plans_anew_and_has_not_failed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, changed: dict[str, Any], status: TurnStatus
) -> None:
    sync = desk.sync(guards=LOOSE)
    desk.run(sync, customer("A"))
    desk.house.send(customer("A", "By hand"))

    def edited_meanwhile(**asked: Any) -> Any:
        planned = perform(**asked)
        monkeypatch.setattr(pulling, "perform", perform)
        desk.sync(sync=sync.pk, **changed)
        return planned

    monkeypatch.setattr(pulling, "perform", edited_meanwhile)
    assert desk.run(sync, customer("A", "New")).status == status
    assert desk.events(sync)[1:] == ([("well", "held")] if status == TurnStatus.HELD else [])
    written = "New" if "protected" in changed else "By hand"
    assert desk.house.live()["A"]["LastName"] == written
    assert verify() == []


def test_told_to_rehearse_while_it_exports_it_sends_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.house.send(customer("A"))
    sync = desk.push_sync()

    def meanwhile(*given: Any, **more: Any) -> int:
        monkeypatch.setattr(pushing, "write_items", write_items)
        Sync.objects.filter(pk=sync.pk).update(simulate=True)
        return write_items(*given, **more)

    monkeypatch.setattr(pushing, "write_items", meanwhile)
    assert desk.run(sync).status == TurnStatus.SUCCEEDED
    assert desk.fake.sent == []


def test_renamed_or_paced_otherwise_while_it_fetches_it_goes_on(desk: Desk) -> None:
    sync = desk.sync()
    edited(desk, sync, name="Renamed", rule={})
    assert desk.run(sync, customer("A"), watermark="w1").status == TurnStatus.SUCCEEDED
    assert (desk.fake.pulled, desk.fresh(sync).watermark) == ([""], "w1")


def entered(sync: Sync, **changed: Any) -> dict[str, Any]:
    """What the form of a sync sends."""
    fields = {"brand": sync.brand_id, "name": sync.name, "direction": "pull", "connection": sync.connection_id}
    return {**fields, "template": "customers", "when": "hand", "on_error": "skip", "active": "on", **changed}


def test_of_two_people_at_one_form_the_second_is_told_and_overwrites_nothing(
    desk: Desk, client: Client, owner: Login
) -> None:
    sync = desk.sync()
    client.force_login(owner.user)
    form = reverse("admin:sync_app_sync_edit", args=[sync.pk])
    found = re.search(r'name="seen" value="([0-9a-f]+)"', client.get(form).content.decode())
    assert found is not None
    seen = found[1]
    desk.sync(sync=sync.pk, guards=GUARDS)
    page = client.post(form, entered(sync, name="Mine", seen=seen)).content.decode()
    assert "Somebody else has changed this sync" in page
    assert 'value="Mine"' in page, "what was entered is still there"
    fresh = desk.fresh(sync)
    assert (fresh.name, fresh.guards) == ("Customers", GUARDS)


def test_what_the_worker_moves_meanwhile_is_nobody_else(desk: Desk, client: Client, owner: Login) -> None:
    sync = desk.sync()
    client.force_login(owner.user)
    form = reverse("admin:sync_app_sync_edit", args=[sync.pk])
    found = re.search(r'name="seen" value="([0-9a-f]+)"', client.get(form).content.decode())
    assert found is not None
    desk.run(sync, customer("A"), watermark="w1")
    assert client.post(form, entered(sync, name="Mine", seen=found[1])).status_code == 302
    assert (desk.fresh(sync).name, desk.fresh(sync).watermark) == ("Mine", "w1")


# --- what is held


def test_of_two_people_who_decide_the_second_is_told(desk: Desk) -> None:
    turn = held(desk)
    sync = turn.sync_id
    approve(actor=desk.actor, sync=sync, clock=desk.clock)
    for decide in (approve, reject, judge_again):
        with pytest.raises(SyncConflict, match="turn_not_held"):
            decide(actor=desk.actor, sync=sync, clock=desk.clock)
    desk.work()
    assert desk.turn(turn).status == TurnStatus.WITH_FAILURES


def test_rejected_twice_it_is_rejected_once(desk: Desk) -> None:
    turn = held(desk)
    reject(actor=desk.actor, sync=turn.sync_id, clock=desk.clock)
    with pytest.raises(SyncConflict, match="turn_not_held"):
        reject(actor=desk.actor, sync=turn.sync_id, clock=desk.clock)


def test_rows_of_a_held_plan_that_somebody_tried_again_do_not_keep_it_held(desk: Desk) -> None:
    """On the page of its run the failed rows can be tried again; that is another run, and none of the plan."""
    turn = held(desk)
    assert turn.run is not None
    again = ImportOptions(simulate=True)
    start_retry(actor=desk.actor, run=turn.run.pk, version="then", options=again, clock=desk.clock)
    reject(actor=desk.actor, sync=turn.sync_id, clock=desk.clock)
    assert desk.turn(turn).status == TurnStatus.REJECTED


def test_a_sync_that_is_held_can_be_deleted_and_leaves_nothing_open(desk: Desk) -> None:
    turn = held(desk)
    delete_sync(actor=desk.actor, sync=turn.sync_id, clock=desk.clock)
    assert not SyncTurn.objects.exists()
    assert verify() == []


def test_a_plan_whose_sync_is_about_something_else_by_now_is_not_applied(desk: Desk) -> None:
    """Nobody can edit it so while it is held; should it happen all the same, what was shown is not what would be."""
    turn = held(desk)
    flat = Template.objects.get(brand=desk.house.brand, name="customers-flat")
    Sync.objects.filter(pk=turn.sync_id).update(template=flat)
    with pytest.raises((SyncConflict, RunConflict)):
        judge_again(actor=desk.actor, sync=turn.sync_id, clock=desk.clock)
    assert desk.turn(turn).status == TurnStatus.HELD
