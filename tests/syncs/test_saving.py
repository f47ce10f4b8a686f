"""Connections and syncs are saved strictly, by those who may; secrets go in and never come out."""

from __future__ import annotations

from typing import Any

import pytest

from integration_admin.accounts.access import NotAllowed, site_actor, system_actor
from integration_admin.accounts.models import AuditEntry, Group
from sync_app.models import OPEN_TURNS, Connection, Sync, SyncTurn
from sync_app.runs.errors import RunRefused
from sync_app.syncs.errors import ConnectionNotFound, FormRefused, SyncConflict, SyncNotFound, SyncRefused
from sync_app.syncs.keeping.changing import delete_sync, pause, run_now, set_watermark, stop_turn
from sync_app.syncs.keeping.connections import delete_connection, save_connection, try_connection, view_connection
from sync_app.syncs.keeping.saving import SyncForm, save_sync
from sync_app.syncs.turns.links import secrets_of
from tests.conftest import Login, login
from tests.runs.conftest import customer
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db

ADDRESS = {"address": "https://crm.example/api"}


def change(desk: Desk, values: dict[str, Any], **more: Any) -> Connection:
    given = {"actor": desk.actor, "connection": desk.connection.pk, "name": "The CRM", "clock": desk.clock, **more}
    return save_connection(values=values, **given)


# --- connections


def test_secrets_are_sealed_and_shown_nowhere(desk: Desk) -> None:
    row = Connection.objects.get()
    assert "opensesame" not in row.secrets + str(row.settings)
    view = view_connection(actor=desk.actor, connection=row.pk)
    assert view.secrets == {"password"}
    assert "opensesame" not in repr(view)
    assert [field.value for field in view.form if field.kept] == [None]
    told = list(AuditEntry.objects.values_list("before", "after"))
    assert "opensesame" not in repr(told)


def test_a_secret_left_empty_stays_and_one_to_be_forgotten_goes(desk: Desk) -> None:
    assert secrets_of(change(desk, ADDRESS | {"password": ""})) == {"password": "opensesame"}
    assert secrets_of(change(desk, ADDRESS | {"password": "new"})) == {"password": "new"}
    assert secrets_of(change(desk, ADDRESS, forget={"password"})) == {}
    replaced = [entry.after for entry in AuditEntry.objects.filter(action="change_connection").order_by("pk")]
    assert [(after or {}).get("secretsReplaced") for after in replaced] == [None, ["password"], None]


@pytest.mark.parametrize(
    "address", ["https://evil.example/api", "http://crm.example/api", "https://crm.example:8443/api"]
)
def test_a_secret_does_not_follow_the_address_to_another_origin(desk: Desk, address: str) -> None:
    with pytest.raises(FormRefused) as refused:
        change(desk, {"address": address})
    assert refused.value.problems["password"].code == "secret_again"
    assert secrets_of(change(desk, {"address": address, "password": "again"})) == {"password": "again"}


def test_a_secret_stays_where_only_the_path_changes(desk: Desk) -> None:
    assert secrets_of(change(desk, {"address": "https://crm.example/other"})) == {"password": "opensesame"}


@pytest.mark.parametrize(
    ("values", "place", "code"),
    [
        ({}, "address", "setting_required"),
        ({"address": "ftp://x"}, "address", "setting_not_address"),
        ({"address": "https://user:pw@x/"}, "address", "setting_not_address"),
        ({"address": "https://[x/"}, "address", "setting_not_address"),
        (ADDRESS | {"mode": "other"}, "mode", "setting_not_choice"),
        (ADDRESS | {"mode": "key"}, "key", "setting_required"),
        (ADDRESS | {"size": 0}, "size", "setting_not_whole"),
        (ADDRESS | {"size": "1e3"}, "size", "setting_not_whole"),
        (ADDRESS | {"size": True}, "size", "setting_not_whole"),
        (ADDRESS | {"strict": "false"}, "strict", "setting_not_switch"),
        (ADDRESS | {"headers": {"a": 1}}, "headers", "setting_not_pairs"),
        (ADDRESS | {"headers": {"": "x"}}, "headers", "setting_not_pairs"),
        (ADDRESS | {"password": "a\x00b"}, "password", "setting_not_text"),
        (ADDRESS | {"more": 1}, "more", "setting_unknown"),
    ],
)
def test_what_does_not_fit_the_form_is_refused(desk: Desk, values: dict[str, Any], place: str, code: str) -> None:
    with pytest.raises(FormRefused) as refused:
        change(desk, values)
    assert refused.value.problems[place].code == code


def test_what_is_not_shown_is_not_kept_and_digits_of_a_page_are_a_number(desk: Desk) -> None:
    row = change(desk, ADDRESS | {"key": "dropped", "size": "25", "password": "p"})
    assert row.settings == ADDRESS | {"mode": "plain", "size": 25, "headers": {}, "strict": False}
    assert secrets_of(row) == {"password": "p"}


def test_a_test_tells_what_was_found_and_forgives_the_refusals(desk: Desk) -> None:
    Connection.objects.update(refusals=3)
    tested = try_connection(actor=desk.actor, connection=desk.connection.pk, clock=desk.clock)
    assert (tested.ok, list(tested.lines)) == (True, ["Found 3 rows."])
    assert Connection.objects.get().refusals == 0


def test_a_connection_in_use_is_not_deleted(desk: Desk) -> None:
    sync = desk.sync()
    with pytest.raises(SyncConflict, match="connection_in_use"):
        delete_connection(actor=desk.actor, connection=desk.connection.pk, clock=desk.clock)
    delete_sync(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    delete_connection(actor=desk.actor, connection=desk.connection.pk, clock=desk.clock)
    assert Connection.objects.count() == 0


def test_two_connections_of_one_name_are_one_too_many(desk: Desk) -> None:
    with pytest.raises(FormRefused) as refused:
        change(desk, ADDRESS, connection=None, connector="fake")
    assert refused.value.problems["name"].code == "name_taken"


# --- syncs


@pytest.mark.parametrize(
    ("more", "place", "code"),
    [
        ({"name": "  "}, "name", "name_needed"),
        ({"name": "x" * 101}, "name", "name_needed"),
        ({"direction": "sideways"}, "direction", "direction_unknown"),
        ({"rule": {"cron": "* * *"}}, "rule", "cron_fields"),
        ({"rule": {"every": 0, "unit": "minutes"}}, "rule", "schedule_number_unfit"),
        ({"options": {"on_error": "panic"}}, "options", "on_error_unknown"),
        ({"options": {"simulate": True}}, "options", "on_error_unknown"),
        ({"guards": {"deletes": {"most": -1}}}, "guards", "guard_number_unfit"),
        ({"transfer": {"paht": "x"}}, "transfer.paht", "setting_unknown"),
    ],
)
def test_a_sync_that_cannot_stand_is_refused(desk: Desk, more: dict[str, Any], place: str, code: str) -> None:
    with pytest.raises(FormRefused) as refused:
        desk.sync(**more)
    assert refused.value.problems[place].code == code
    assert Sync.objects.count() == 0


def test_a_connector_that_cannot_push_is_not_asked_to(desk: Desk) -> None:
    desk.fake.push_form = None
    with pytest.raises(FormRefused) as refused:
        desk.push_sync()
    assert refused.value.problems["direction"].code == "connector_cannot"


@pytest.mark.parametrize(("direction", "template"), [("pull", "customers-flat"), ("push", "customers"), ("pull", "no")])
def test_a_template_of_the_other_direction_is_refused(desk: Desk, direction: str, template: str) -> None:
    with pytest.raises(RunRefused):
        desk.sync(direction=direction, template=template)


def test_whoever_saves_it_is_whom_it_acts_as_and_needs_the_rights_themselves(desk: Desk) -> None:
    sync = desk.sync()
    assert sync.user == desk.actor.user
    group = Group.objects.create(brand=desk.house.brand, name="Engineers", may_edit_templates=True, may_import=True)
    other = login(brand=desk.house.brand, username="engineer", now=desk.clock.at, group=group)
    engineer = site_actor(user=other.user, brand=desk.house.brand)
    form = SyncForm(name="Customers", direction="pull", connection=desk.connection.pk, template="customers")
    with pytest.raises(NotAllowed, match="type_not_writable"):
        save_sync(actor=engineer, sync=sync.pk, form=form, clock=desk.clock)
    group.accesses.create(entity_type="Customer", access="All")
    engineer = site_actor(user=other.user, brand=desk.house.brand)
    assert save_sync(actor=engineer, sync=sync.pk, form=form, clock=desk.clock).user == other.user


def test_the_site_itself_is_no_person_to_act_as(desk: Desk) -> None:
    system = system_actor(brand=desk.house.brand, name="shell")
    form = SyncForm(name="Customers", direction="pull", connection=desk.connection.pk, template="customers")
    with pytest.raises(FormRefused):
        save_sync(actor=system, form=form, clock=desk.clock)


def test_another_connection_begins_anew_and_what_was_learned_of_the_source_stays(desk: Desk) -> None:
    sync = desk.sync()
    desk.run(sync, customer("A"), watermark="w1")
    assert desk.sync(sync=sync.pk, name="Renamed").watermark == "w1"
    desk.connection = change(desk, ADDRESS | {"password": "p"}, connection=None, connector="fake", name="Other")
    moved = desk.sync(sync=sync.pk)
    assert (moved.watermark, moved.rows) == ("", 1)
    assert moved.columns


def test_what_was_changed_stands_in_the_history(desk: Desk) -> None:
    sync = desk.sync()
    desk.sync(sync=sync.pk, simulate=True)
    pause(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    set_watermark(actor=desk.actor, sync=sync.pk, watermark="2026-01-01", clock=desk.clock)
    actions = AuditEntry.objects.filter(target="Customers").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["create_sync", "change_sync", "sync.paused", "sync.watermark"]
    entry = AuditEntry.objects.get(action="change_sync")
    assert entry.before is not None
    assert entry.after is not None
    assert (entry.before["simulate"], entry.after["simulate"]) == (False, True)


def test_a_watermark_is_plain_text(desk: Desk) -> None:
    sync = desk.sync()
    for unfit in ("x" * 5000, "a\x00b"):
        with pytest.raises(SyncRefused):
            set_watermark(actor=desk.actor, sync=sync.pk, watermark=unfit, clock=desk.clock)


def test_a_sync_at_work_is_not_run_twice_nor_deleted_but_can_be_stopped(desk: Desk) -> None:
    sync = desk.sync()
    turn = desk.run(sync, work=False)
    with pytest.raises(SyncConflict, match="sync_busy"):
        run_now(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    with pytest.raises(SyncConflict, match="sync_busy"):
        delete_sync(actor=desk.actor, sync=sync.pk, clock=desk.clock)
    stop_turn(actor=desk.actor, sync=sync.pk, turn=turn.pk, clock=desk.clock)
    assert desk.turn(turn).status == "cancelled"
    desk.work()
    assert desk.fake.pulled == []
    assert not SyncTurn.objects.filter(status__in=OPEN_TURNS).exists()


# --- who may


def test_nobody_without_the_right_and_nobody_of_another_brand(desk: Desk, teammate: Login, stranger: Login) -> None:
    sync, pk = desk.sync(), desk.connection.pk
    reader = site_actor(user=teammate.user, brand=desk.house.brand)
    foreign = site_actor(user=stranger.user, brand=stranger.membership.brand)
    clock = desk.clock
    form = SyncForm(name="Customers", direction="pull", connection=pk, template="customers")
    calls: list[Any] = [
        lambda actor: view_connection(actor=actor, connection=pk),
        lambda actor: change(desk, ADDRESS, actor=actor),
        lambda actor: try_connection(actor=actor, connection=pk, clock=clock),
        lambda actor: delete_connection(actor=actor, connection=pk, clock=clock),
        lambda actor: save_sync(actor=actor, sync=sync.pk, form=form, clock=clock),
        lambda actor: pause(actor=actor, sync=sync.pk, clock=clock),
        lambda actor: run_now(actor=actor, sync=sync.pk, clock=clock),
        lambda actor: set_watermark(actor=actor, sync=sync.pk, watermark="x", clock=clock),
        lambda actor: delete_sync(actor=actor, sync=sync.pk, clock=clock),
    ]
    for call in calls:
        with pytest.raises(NotAllowed):
            call(reader)
        with pytest.raises((SyncNotFound, ConnectionNotFound)):
            call(foreign)
    assert (desk.turns(sync), desk.fresh(sync).watermark) == ([], "")
