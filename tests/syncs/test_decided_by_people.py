"""What a person decided holds: rules changed, a plan rejected, a sync stopped, a brand closed, a password given."""

from __future__ import annotations

from typing import Any

import pytest

from integration_admin.accounts.models import AuditEntry, User
from sync_app.engine.shape import shape_of
from sync_app.models import Run, RunStatus, Sync, SyncTurn, TurnStatus
from sync_app.runs.errors import RunConflict
from sync_app.runs.verbs.applying import start_apply
from sync_app.syncs.connectors.base import TransferFailed, Trouble
from sync_app.syncs.connectors.http_form import CONNECTION
from sync_app.syncs.errors import FormRefused, SyncConflict
from sync_app.syncs.keeping.changing import stop_turn
from sync_app.syncs.keeping.connections import save_connection
from sync_app.syncs.keeping.deciding import judge_again, reject
from sync_app.syncs.keeping.forms import read_form
from tests.conftest import Login
from tests.runs.conftest import customer
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db
LATER = TransferFailed("remote_busy", Trouble.LATER, after=60, host="crm")


def other(desk: Desk) -> Any:
    values = {"address": "https://other.example/api", "password": "opensesame"}
    return save_connection(actor=desk.actor, connector="fake", name="Other", values=values, clock=desk.clock)


def held(desk: Desk) -> Sync:
    """A plan of three new records waits for a person, because one is the limit."""
    sync = desk.sync(guards={"inserts": {"most": 1}})
    desk.run(sync, customer("A"))
    assert desk.run(sync, *(customer(code) for code in "BCD")).status == TurnStatus.HELD
    return sync


@pytest.mark.parametrize("changed", [{"simulate": True}, {"protected": ["Customer.LastName"]}])
def test_a_plan_made_under_other_rules_is_not_judged_again(desk: Desk, changed: dict[str, Any]) -> None:
    sync = held(desk)
    desk.sync(sync=sync.pk, **changed)
    with pytest.raises(SyncConflict, match="plan_of_other_rules"):
        judge_again(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    assert desk.turns(sync)[-1] == TurnStatus.HELD
    assert len(list(desk.house.live())) == 1


def test_a_rejected_plan_is_not_applied_on_the_page_of_its_run_either(desk: Desk) -> None:
    sync = held(desk)
    run = SyncTurn.objects.filter(sync=sync).latest("pk").run_id
    assert run is not None
    reject(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    with pytest.raises(RunConflict, match="plan_not_applicable"):
        start_apply(actor=desk.actor, run=run, clock=desk.clock)
    assert len(list(desk.house.live())) == 1


def test_a_sync_that_is_held_does_not_move_to_another_connection(desk: Desk) -> None:
    sync = held(desk)
    with pytest.raises(SyncConflict, match="sync_waits_for_person"):
        desk.sync(sync=sync.pk, connection=other(desk).pk)


def test_what_was_not_acknowledged_at_the_old_connection_is_not_told_to_the_new_one(desk: Desk) -> None:
    sync = desk.sync()
    desk.fake.receipt = {"name": "x"}
    away = TransferFailed("connect_failed", Trouble.AGAIN, host="crm")
    assert not desk.run(sync, customer("A"), fails={"settle": away}).settled
    desk.fake.fails, desk.fake.receipt = {}, {}
    desk.sync(sync=sync.pk, connection=other(desk).pk)
    before = len(desk.fake.settled)
    desk.run(sync, customer("A"))
    assert [told for told in desk.fake.settled[before:] if "x" in str(told)] == []


def test_a_stop_between_fetching_and_importing_writes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sync = desk.sync()

    def stopped_meanwhile(*given: Any, **more: Any) -> Any:
        turn = SyncTurn.objects.get(sync=sync)
        stop_turn(actor=desk.actor, sync=sync.pk, turn=turn.pk, clock=desk.clock)
        return shape_of(*given, **more)

    monkeypatch.setattr("sync_app.syncs.turns.pulling.shape_of", stopped_meanwhile)
    assert desk.run(sync, customer("A")).status == TurnStatus.CANCELLED
    assert list(desk.house.live()) == []


def test_a_closed_brand_exchanges_nothing_even_for_a_superuser(desk: Desk) -> None:
    sync = desk.sync()
    assert sync.user is not None
    User.objects.filter(pk=sync.user.pk).update(is_superuser=True)
    type(sync.brand).objects.filter(pk=sync.brand_id).update(active=False)
    desk.clock.advance(seconds=1200)
    desk.fake.rows = [customer("A")]
    assert desk.due() == 0
    assert list(desk.house.live()) == []


def test_a_push_of_which_nothing_was_taken_fails_and_begins_anew(desk: Desk) -> None:
    desk.house.send(*(customer(name) for name in "ABC"))
    sync = desk.push_sync()
    turn = desk.run(sync, refuses={0: "404", 1: "404", 2: "404"})
    assert (turn.status, turn.error["code"], desk.fresh(sync).watermark) == (TurnStatus.FAILED, "push_all_refused", "")
    assert desk.run(sync, refuses={}).rows == 3


def test_the_run_of_a_postponed_push_does_not_stay_open(desk: Desk) -> None:
    desk.house.send(*(customer(name) for name in "ABC"))
    sync = desk.push_sync()
    turn = desk.run(sync, fails={"push": LATER}, stops_after=2)
    assert turn.status == TurnStatus.POSTPONED
    assert turn.run is not None
    assert Run.objects.get(pk=turn.run.pk).status == RunStatus.INTERRUPTED
    assert desk.run(sync, fails={}, stops_after=None).status == TurnStatus.SUCCEEDED


def test_a_scope_that_cannot_be_read_is_never_everything(desk: Desk) -> None:
    desk.fake.complete = True
    rules = {"action": "delete", "where": {"_SCORE": "5"}}
    sync = desk.sync(mirror=rules, guards={"deletes": {"most": 100}})
    desk.run(sync, *(customer(code) for code in "ABCD"))
    Sync.objects.filter(pk=sync.pk).update(mirror={"action": "delete", "where": {"_GONE": "5"}})
    desk.run(sync, customer("A"))
    assert len(list(desk.house.live())) == 4


def test_a_mirror_needs_a_limit_for_the_type_it_takes_from(desk: Desk) -> None:
    with pytest.raises(FormRefused) as refused:
        desk.sync(mirror={"action": "delete"}, guards={"types": {"Nonsense": {"deletes": {"most": 0}}}})
    assert "mirror" in refused.value.problems


def test_an_empty_beginning_is_not_what_the_first_rows_are_compared_with(desk: Desk) -> None:
    sync = desk.sync(guards={"empty": True, "inserts": {"most": 1}})
    desk.run(sync)
    desk.run(sync, *(customer(code) for code in "BCD"))
    assert desk.turns(sync) == [TurnStatus.SUCCEEDED, TurnStatus.SUCCEEDED]


@pytest.mark.parametrize("given", [{"username": "u"}, {"username": "u", "password": ""}])
def test_a_kept_password_is_not_sent_to_an_address_that_is_new(given: dict[str, str]) -> None:
    values = {"address": "https://crm.example", "auth": "oauth_password", "token_address": "https://evil.example/t"}
    kept = {"address": "https://crm.example", "auth": "basic", "username": "u"}
    entered = read_form(CONNECTION, {**values, **given}, kept=kept, kept_secrets={"password": "opensesame"})
    assert "opensesame" not in entered.secrets.values()
    assert "password" in entered.problems


def test_what_acts_with_the_rights_of_others_is_not_led_to_another_brand(desk: Desk, teammate: Login) -> None:
    entered: dict[str, Any] = {"actor": desk.actor, "name": "Next door", "clock": desk.clock}
    row = save_connection(connector="other_brand", values={"brand": "next-door"}, **entered)
    sync = desk.sync()
    Sync.objects.filter(pk=sync.pk).update(connection=row, user=teammate.user)
    with pytest.raises(FormRefused) as refused:
        save_connection(connection=row.pk, connector="other_brand", values={"brand": "far-away"}, **entered)
    assert refused.value.problems["brand"].code == "connection_of_others"
    save_connection(connection=row.pk, connector="other_brand", values={"brand": "next-door"}, **entered)


def test_the_history_keeps_the_origin_of_a_webhook_only(desk: Desk) -> None:
    desk.sync(notify={"emails": [], "webhook": "https://hooks.example/T000/SECRET-PART"})
    (entry,) = AuditEntry.objects.filter(action="create_sync")
    assert entry.after is not None
    assert entry.after["notify"]["webhook"] == "https://hooks.example/"
    assert "SECRET-PART" not in str(entry.after)
