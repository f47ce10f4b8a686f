"""A sync that is about something else from now on begins at the beginning, and says so; other changes move nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from integration_admin.accounts.models import AuditEntry
from sync_app.models import Sync, SyncTurn, TurnStatus
from sync_app.syncs.connectors.base import Setting
from sync_app.syncs.connectors.registry import CONNECTORS
from sync_app.syncs.errors import SyncConflict
from sync_app.syncs.keeping.connections import save_connection
from templates_app.library.installing import install
from tests.conftest import Login
from tests.runs.conftest import CUSTOMERS, customer
from tests.syncs.conftest import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """The other system has two lists, and takes so many rows at once."""
    settings = (Setting("path", "Path", begins_anew=True), Setting("size", "Size"))
    desk.fake.pull_form = desk.fake.push_form = settings
    desk.fake.form = tuple(
        replace(setting, begins_anew=True) if setting.name == "address" else setting for setting in desk.fake.form
    )
    install(actor=desk.actor, name="people", xml=CUSTOMERS, at=desk.clock())
    return desk


def begun(desk: Desk, **more: Any) -> Sync:
    sync = desk.sync(**{"transfer": {"path": "customers", "size": "5"}, **more})
    desk.run(sync, customer("A"), watermark="w1")
    assert desk.fresh(sync).watermark == "w1"
    return sync


def history() -> list[tuple[Any, Any]]:
    found = AuditEntry.objects.filter(action="sync.watermark", target="Customers").order_by("pk")
    return [(entry.before, entry.after) for entry in found]


def moved(desk: Desk, address: str, **more: Any) -> None:
    values = {"address": address, "password": "opensesame", **more}
    save_connection(actor=desk.actor, connection=desk.connection.pk, name="The CRM", values=values, clock=desk.clock)


@pytest.mark.parametrize(
    "changed", [{"template": "people"}, {"transfer": {"path": "leads", "size": "5"}}], ids=["template", "path"]
)
def test_another_template_or_another_list_begins_at_the_beginning_and_the_history_says_so(
    desk: Desk, changed: dict[str, Any]
) -> None:
    sync = begun(desk)
    desk.sync(sync=sync.pk, **{"transfer": {"path": "customers", "size": "5"}, **changed})
    assert desk.fresh(sync).watermark == ""
    assert history() == [({"watermark": "w1"}, {"watermark": ""})]
    desk.run(sync, customer("A"), watermark="w2")
    assert desk.fake.pulled == ["", ""]


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Renamed"},
        {"transfer": {"path": "customers", "size": "50"}},
        {"rule": {}},
        {"guards": {"updates": {"most": 5}}},
        {"options": {"on_error": "stop"}},
        {"protected": ["Customer.LastName"]},
        {"active": False},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_whatever_else_changes_it_goes_on_where_it_stands(desk: Desk, changed: dict[str, Any]) -> None:
    sync = begun(desk)
    desk.sync(**{"transfer": {"path": "customers", "size": "5"}, "sync": sync.pk, **changed})
    assert desk.fresh(sync).watermark == "w1"
    assert history() == []


def test_a_new_version_of_its_template_goes_on_where_it_stands(desk: Desk) -> None:
    sync = begun(desk, template="people")
    install(actor=desk.actor, name="people", xml=CUSTOMERS.replace('Required="true"', ""), at=desk.clock())
    desk.run(sync, customer("A"), watermark="w2")
    assert desk.fresh(sync).watermark == "w2"


def test_a_push_to_another_list_sends_everything_there(desk: Desk) -> None:
    desk.house.send(customer("A"), customer("B"))
    sync = desk.push_sync(transfer={"path": "customers"})
    desk.run(sync)
    desk.push_sync(sync=sync.pk, transfer={"path": "leads"})
    desk.run(sync)
    assert [item["code"] for _key, item in desk.fake.sent] == ["A", "B", "A", "B"]


def test_a_connection_that_leads_elsewhere_begins_all_its_syncs_anew(desk: Desk) -> None:
    sync = begun(desk)
    moved(desk, "https://other.example/api")
    assert desk.fresh(sync).watermark == ""
    assert history() == [({"watermark": "w1"}, {"watermark": ""})]


@pytest.mark.parametrize(
    ("address", "more"),
    [("https://crm.example/api", {"size": 50}), ("https://CRM.example/api/", {}), ("https://crm.example/api", {})],
)
def test_a_connection_that_leads_to_the_same_place_keeps_them_where_they_stand(
    desk: Desk, address: str, more: dict[str, Any]
) -> None:
    sync = begun(desk)
    moved(desk, address, **more)
    assert desk.fresh(sync).watermark == "w1"
    assert history() == []


def test_a_turn_that_ended_while_the_save_waited_belongs_to_what_was(desk: Desk) -> None:
    sync = begun(desk)
    ended = desk.clock() + timedelta(hours=1)
    SyncTurn.objects.filter(sync=sync).update(finished_at=ended)
    desk.sync(sync=sync.pk, template="people", transfer={"path": "customers", "size": "5"})
    assert desk.fresh(sync).begun_at == ended


def test_neither_moves_under_a_turn_that_is_at_work(desk: Desk) -> None:
    sync = begun(desk)
    desk.run(sync, work=False)
    assert desk.turns(sync)[-1] == TurnStatus.WAITING
    with pytest.raises(SyncConflict, match="sync_busy"):
        desk.sync(sync=sync.pk, template="people", transfer={"path": "customers", "size": "5"})
    with pytest.raises(SyncConflict, match="sync_busy"):
        moved(desk, "https://other.example/api")
    desk.connection.refresh_from_db()
    assert desk.connection.settings["address"] == "https://crm.example/api"
    desk.work()
    assert desk.fresh(sync).watermark == "w1"


def test_what_was_not_acknowledged_at_the_old_address_is_not_told_to_the_new_one(desk: Desk) -> None:
    sync = begun(desk)
    desk.run(sync, customer("B"), receipt={"name": "x"}, fails={"settle": OSError()}, work=False)
    sync.turns.update(status=TurnStatus.SUCCEEDED, finished_at=desk.clock(), receipt={"name": "x"}, settled=False)
    moved(desk, "https://other.example/api")
    assert not sync.turns.filter(settled=False).exists()


def test_the_form_says_so_before_and_the_page_after(desk: Desk, client: Client, owner: Login) -> None:
    sync = begun(desk)
    client.force_login(owner.user)
    form = reverse("admin:sync_app_sync_edit", args=[sync.pk])
    assert "it begins at the beginning" in client.get(form).content.decode()
    entered = {"brand": sync.brand_id, "name": sync.name, "direction": "pull", "connection": sync.connection_id}
    entered |= {"template": "people", "transfer-path": "customers", "when": "hand", "on_error": "skip", "active": "on"}
    page = client.post(form, entered, follow=True).content.decode()
    assert "the next turn begins at the beginning" in page
    assert "it begins at the beginning" not in client.get(form).content.decode(), "it stands there already"


def test_the_page_of_a_connection_says_so(desk: Desk, client: Client, owner: Login) -> None:
    begun(desk)
    client.force_login(owner.user)
    page = reverse("admin:sync_app_connection_change", args=[desk.connection.pk])
    entered = {"name": "The CRM", "set-address": "https://crm.example/api", "set-mode": "plain", "set-size": "10"}
    assert "begins at the beginning" not in client.post(page, entered, follow=True).content.decode()
    entered |= {"set-address": "https://other.example/api", "set-password": "opensesame"}
    assert "begins at the beginning" in client.post(page, entered, follow=True).content.decode()


@pytest.mark.parametrize("name", sorted(CONNECTORS))
def test_every_connector_says_what_it_would_begin_anew_for(name: str) -> None:
    """Of the connection: where it leads. Of a transfer: which list, where there is more than one."""
    connector = CONNECTORS[name]
    assert any(setting.begins_anew for setting in connector.form), "where it leads"
    several = {"campus_skills": ("pull",), "file_drop": ("pull", "push")}
    for direction, form in (("pull", connector.pull_form), ("push", connector.push_form)):
        if form is not None and direction in several.get(name, ("pull", "push")):
            assert any(setting.begins_anew for setting in form), f"which list of a {direction}"
