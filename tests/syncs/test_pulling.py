"""A pull: fetched, imported, and only then counted as fetched."""

from __future__ import annotations

from datetime import timedelta

import pytest

from integration_admin.accounts.models import Membership
from sync_app.models import Connection, Health, Run, RunLease, RunPayload, RunStatus, Sync, SyncTurn, TurnStatus
from sync_app.runs.work import perform as performing
from sync_app.syncs.connectors.base import TransferFailed, Trouble
from sync_app.syncs.due import queue_lost_turns
from sync_app.syncs.turns import pulling
from tests.runs.conftest import Killed, customer, killed_at
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db

ADA, BEN, CARL = customer("A", "Ada"), customer("B", "Ben"), customer("C", "Carl")


def test_what_was_fetched_is_imported_and_the_watermark_moves(desk: Desk) -> None:
    sync = desk.sync()
    turn = desk.run(sync, ADA, BEN, watermark="w1")
    assert turn.status == TurnStatus.SUCCEEDED
    assert sorted(desk.house.live()) == ["A", "B"]
    fresh = desk.fresh(sync)
    assert (fresh.watermark, fresh.rows, fresh.health) == ("w1", 2, Health.WELL)
    assert turn.run is not None
    assert (turn.run.trigger, turn.run.actor, turn.counts["inserted"]) == ("manual", desk.actor.name, 2)


def test_the_next_pull_begins_where_the_last_one_ended(desk: Desk) -> None:
    sync = desk.sync()
    desk.run(sync, ADA, watermark="w1")
    desk.run(sync, BEN, watermark="w2")
    assert desk.fake.pulled == ["", "w1"]
    assert desk.fresh(sync).watermark == "w2"


def test_the_connector_is_handed_the_settings_the_secrets_and_the_person(desk: Desk) -> None:
    desk.run(desk.sync(transfer={"path": "customers"}), ADA)
    link = desk.fake.links[0]
    assert link.secrets == {"password": "opensesame"}
    assert link.settings["address"] == "https://crm.example/api"
    assert link.transfer == {"path": "customers"}
    assert (link.actor.name, link.zone.key) == (desk.actor.name, "Europe/Paris")
    assert "opensesame" not in repr(link)


def test_a_row_that_fails_is_reported_and_the_watermark_moves_past_it(desk: Desk) -> None:
    sync = desk.sync()
    turn = desk.run(sync, ADA, {"code": "X", "name": ""}, watermark="w1")
    assert turn.status == TurnStatus.WITH_FAILURES
    assert turn.counts["rowsFailed"] == 1
    assert desk.fresh(sync).watermark == "w1"
    assert desk.fresh(sync).health == Health.WELL


@pytest.mark.parametrize(("on_error", "code"), [("stop", "sync_stopped"), ("atomic", "atomic_failed")])
def test_a_pull_that_stops_or_writes_nothing_leaves_the_watermark(desk: Desk, on_error: str, code: str) -> None:
    sync = desk.sync(options={"on_error": on_error})
    turn = desk.run(sync, {"code": "X", "name": ""}, ADA, watermark="w1", receipt={"file": "x"})
    assert turn.status == TurnStatus.FAILED
    assert turn.error["code"] == code
    assert desk.fresh(sync).watermark == ""
    assert desk.fresh(sync).health == Health.FAILING
    assert desk.fake.settled == [({"file": "x"}, False)]


def test_a_body_that_cannot_be_read_fails_and_is_settled_as_refused(desk: Desk) -> None:
    sync = desk.sync()
    turn = desk.run(sync, body=b"<html>Sign in</html>", watermark="w1", receipt={"file": "x"})
    assert turn.status == TurnStatus.FAILED
    assert desk.fake.settled == [({"file": "x"}, False)]
    assert turn.run is None
    assert desk.fresh(sync).watermark == ""
    assert Run.objects.filter(kind="import").count() == 0


@pytest.mark.parametrize("body", [b"", b"  ", b"[]"])
def test_a_pull_without_rows_succeeds_without_a_run(desk: Desk, body: bytes) -> None:
    sync = desk.sync()
    turn = desk.run(sync, body=body, watermark="w9", receipt={"page": 1})
    assert (turn.status, turn.run) == (TurnStatus.SUCCEEDED, None)
    assert desk.fresh(sync).watermark == "w9"
    assert desk.fresh(sync).rows is None
    assert desk.fake.settled == [({"page": 1}, True)]


def test_a_rehearsal_writes_nothing_moves_nothing_and_settles_nothing(desk: Desk) -> None:
    sync = desk.sync(simulate=True)
    turn = desk.run(sync, ADA, watermark="w1", receipt={"file": "x"})
    assert turn.status == TurnStatus.SUCCEEDED
    assert turn.run is not None
    assert turn.run.simulate
    assert desk.house.live() == {}
    assert desk.fresh(sync).watermark == ""
    assert desk.fake.settled == []


# --- who it acts as


def test_it_acts_with_the_rights_the_person_has_today(desk: Desk) -> None:
    sync = desk.sync()
    Membership.objects.filter(user=sync.user).update(status=Membership.Status.DEACTIVATED)
    turn = desk.run(sync, ADA, watermark="w1")
    assert (turn.status, turn.error["code"]) == (TurnStatus.FAILED, "not_in_brand")
    assert desk.fake.pulled == []


def test_a_sync_whose_person_is_gone_fails_and_says_so(desk: Desk) -> None:
    sync = desk.sync()
    Sync.objects.filter(pk=sync.pk).update(user=None)
    turn = desk.run(sync, ADA)
    assert (turn.status, turn.error["code"]) == (TurnStatus.FAILED, "sync_without_person")


# --- what the other system does


@pytest.mark.parametrize("trouble", [Trouble.AGAIN, Trouble.ANSWER, Trouble.SETTINGS, Trouble.CREDENTIALS])
def test_a_failure_is_counted_told_and_moves_nothing(desk: Desk, trouble: Trouble) -> None:
    sync = desk.sync()
    failure = TransferFailed("remote_failing", trouble, host="crm", status=500, excerpt="x\x00" * 300)
    turn = desk.run(sync, fails={"pull": failure})
    assert (turn.status, turn.trouble) == (TurnStatus.FAILED, trouble)
    assert len(turn.error["params"]["excerpt"]) < 1300
    assert "\x00" not in turn.error["params"]["excerpt"]
    fresh = desk.fresh(sync)
    assert (fresh.watermark, fresh.failures, fresh.health) == ("", 1, Health.FAILING)


def test_health_turns_once_however_often_it_fails_and_again_when_it_recovers(desk: Desk) -> None:
    sync = desk.sync()
    desk.run(sync, ADA)
    for _ in range(3):
        desk.run(sync, fails={"pull": TransferFailed("connect_failed", Trouble.AGAIN, host="crm")})
    desk.run(sync, ADA, fails={})
    assert desk.events(sync) == [("unknown", "well"), ("well", "failing"), ("failing", "well")]
    assert desk.fresh(sync).failures == 0


def test_who_asks_to_come_later_is_asked_later_and_it_is_no_failure(desk: Desk) -> None:
    sync = desk.sync()
    desk.fake.fails = {"pull": TransferFailed("remote_busy", Trouble.LATER, after=7200, host="crm")}
    desk.clock.advance(seconds=600)
    desk.due()
    desk.work()
    turn = SyncTurn.objects.get(sync=sync)
    assert turn.status == TurnStatus.POSTPONED
    fresh = desk.fresh(sync)
    assert (fresh.failures, fresh.health) == (0, Health.UNKNOWN)
    assert turn.finished_at is not None
    assert fresh.next_due == turn.finished_at + timedelta(minutes=15)


def test_what_was_asked_by_hand_leaves_the_schedule_as_it_is(desk: Desk) -> None:
    sync = desk.sync()
    due = desk.fresh(sync).next_due
    turn = desk.run(sync, fails={"pull": TransferFailed("remote_busy", Trouble.LATER, after=60, host="crm")})
    assert (turn.status, desk.fresh(sync).next_due) == (TurnStatus.POSTPONED, due)


def test_refused_credentials_are_counted_on_the_connection(desk: Desk) -> None:
    sync = desk.sync()
    for _ in range(2):
        desk.run(sync, fails={"pull": TransferFailed("credentials_refused", Trouble.CREDENTIALS, host="crm")})
    assert Connection.objects.get().refusals == 2
    desk.run(sync, ADA, fails={})
    assert Connection.objects.get().refusals == 0


# --- settling


def test_what_was_committed_is_settled_after_the_commit(desk: Desk) -> None:
    desk.run(desk.sync(), ADA, receipt={"file": "a.csv"})
    assert desk.fake.settled == [({"file": "a.csv"}, True)]
    assert SyncTurn.objects.get().settled


def test_what_could_not_be_settled_is_settled_later_and_before_anything_else_is_fetched(desk: Desk) -> None:
    sync = desk.sync()
    away = TransferFailed("connect_failed", Trouble.AGAIN, host="crm")
    first = desk.run(sync, ADA, receipt={"file": "a.csv"}, fails={"settle": away})
    assert (first.status, first.settled) == (TurnStatus.SUCCEEDED, False)
    second = desk.run(sync, BEN)
    assert second.status == TurnStatus.FAILED
    assert desk.fake.pulled == [""]
    desk.fake.fails = {}
    desk.clock.advance(minutes=6)
    assert queue_lost_turns(now=desk.clock()) == 1
    desk.work()
    assert desk.fake.settled == [({"file": "a.csv"}, True)]


# --- a person meanwhile


def test_a_watermark_that_a_person_set_meanwhile_holds(desk: Desk) -> None:
    sync = desk.sync()

    def set_back() -> None:
        Sync.objects.filter(pk=sync.pk).update(watermark="mine")

    desk.run(sync, ADA, watermark="w1", meanwhile=set_back)
    assert desk.fresh(sync).watermark == "mine"


def test_a_turn_that_is_stopped_while_it_fetches_ends_cancelled(desk: Desk) -> None:
    sync = desk.sync()

    def stopped() -> None:
        SyncTurn.objects.update(cancel=True)

    turn = desk.run(sync, ADA, watermark="w1", meanwhile=stopped)
    assert turn.status == TurnStatus.CANCELLED
    assert (desk.house.live(), desk.fresh(sync).watermark) == ({}, "")


# --- deaths


@pytest.mark.parametrize("name", ["begin_import", "perform"])
def test_a_worker_that_dies_loses_nothing_and_repeats_nothing(desk: Desk, name: str) -> None:
    sync = desk.sync()
    with killed_at(pulling, name, 1), pytest.raises(Killed):
        desk.run(sync, ADA, watermark="w1")
    desk.clock.advance(minutes=6)
    queue_lost_turns(now=desk.clock())
    for run in Run.objects.filter(status=RunStatus.QUEUED):
        performing.perform(run=run.pk, holder="other", clock=desk.clock)
    desk.work()
    assert desk.turns(sync) == [TurnStatus.SUCCEEDED]
    assert (desk.fresh(sync).watermark, desk.house.record("A").version) == ("w1", 1)
    assert Run.objects.filter(kind="import").count() == RunPayload.objects.values("run").distinct().count() == 1


def test_a_worker_that_dies_before_the_end_of_the_run_has_not_moved_the_watermark(desk: Desk) -> None:
    sync = desk.sync()
    with killed_at(performing, "_end", 1), pytest.raises(Killed):
        desk.run(sync, ADA, watermark="w1")
    assert desk.fresh(sync).watermark == ""
    assert desk.turns(sync) == [TurnStatus.WRITING]
    desk.clock.advance(minutes=2)
    performing.perform(run=Run.objects.get(kind="import").pk, holder="other", clock=desk.clock)
    assert desk.fresh(sync).watermark == "w1"
    assert desk.turns(sync) == [TurnStatus.SUCCEEDED]


def test_a_turn_over_which_three_workers_die_is_given_up(desk: Desk) -> None:
    sync = desk.sync()
    with pytest.raises(Killed):
        desk.run(sync, ADA, fails={"pull": Killed()})
    turn = SyncTurn.objects.get()
    for _ in range(3):
        desk.clock.advance(minutes=6)
        try:
            desk.transfer(turn.pk)
        except Killed:
            continue
    turn = desk.turn(turn)
    assert (turn.status, turn.error["code"]) == (TurnStatus.FAILED, "turn_given_up")
    assert desk.fresh(sync).failures == 1


def test_a_worker_that_wakes_after_its_lease_was_taken_writes_nothing(desk: Desk) -> None:
    sync = desk.sync()

    def taken() -> None:
        desk.fake.meanwhile = lambda: None
        desk.clock.advance(minutes=6)
        desk.transfer(SyncTurn.objects.get().pk)

    turn = desk.run(sync, ADA, watermark="w1", meanwhile=taken)
    assert turn.status == TurnStatus.SUCCEEDED
    assert Run.objects.filter(kind="import").count() == 1
    assert RunLease.objects.get(run=turn.run).attempts == 1


def test_a_turn_that_was_delivered_twice_has_one_effect(desk: Desk) -> None:
    sync = desk.sync()
    turn = desk.run(sync, ADA, watermark="w1")
    desk.transfer(turn.pk)
    desk.transfer(turn.pk)
    assert desk.fake.pulled == [""]
    assert desk.house.record("A").version == 1
