"""The screens of connections: their forms, their tests, and secrets that never come out."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from integration_admin.accounts.models import Brand, User
from sync_app.models import Connection, Sync
from sync_app.syncs.connectors.base import TransferFailed, Trouble
from sync_app.syncs.connectors.registry import CONNECTORS
from sync_app.syncs.keeping.connections import save_connection
from sync_app.syncs.turns.links import secrets_of
from tests.admin.conftest import signed_in
from tests.syncs.conftest import Desk
from tests.syncs.conftest import clock as clock
from tests.syncs.conftest import desk as desk
from tests.syncs.conftest import fake as fake
from tests.syncs.conftest import make_desk as make_desk

LIST = "admin:sync_app_connection_changelist"
ADD = "admin:sync_app_connection_add"
SETTINGS = {"set-address": "https://crm.example/api", "set-mode": "plain", "set-size": "10", "set-headers": ""}


def at(desk: Desk, screen: str = "change") -> str:
    return reverse(f"admin:sync_app_connection_{screen}", args=[desk.connection.pk])


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def fresh(desk: Desk) -> Connection:
    return Connection.objects.get(pk=desk.connection.pk)


@pytest.mark.parametrize("screen", ["change", "remove", "history"])
def test_nobody_but_who_administers_sees_a_connection(
    desk: Desk, ben_at_work: Client, eve_at_work: Client, client: Client, screen: str
) -> None:
    assert eve_at_work.get(at(desk, screen)).status_code == 404
    assert ben_at_work.get(at(desk, screen)).status_code in {403, 404}
    assert client.get(at(desk, screen)).status_code == 302


@pytest.mark.parametrize("screen", ["change", "test", "remove"])
def test_a_stranger_and_a_reader_change_nothing(
    desk: Desk, ben_at_work: Client, eve_at_work: Client, client: Client, screen: str
) -> None:
    for somebody in (ben_at_work, eve_at_work):
        assert somebody.post(at(desk, screen), SETTINGS).status_code in {403, 404}
    assert client.post(at(desk, screen), SETTINGS).status_code == 302
    assert (fresh(desk).name, desk.fake.links) == ("The CRM", [])


def test_the_list_tells_connector_use_test_and_refusals(desk: Desk, ann_at_work: Client, root: User) -> None:
    desk.sync()
    ann_at_work.post(at(desk, "test"))
    Connection.objects.update(refusals=2)
    for client in (ann_at_work, signed_in(root)):
        page = read(client, reverse(LIST))
        for shown in ("The CRM", "Fake", "1 sync", "works, "):
            assert shown in page


def test_the_list_takes_as_many_queries_for_many_connections(desk: Desk, ann_at_work: Client) -> None:
    ann_at_work.get(reverse(LIST))
    with CaptureQueriesContext(database) as few:
        ann_at_work.get(reverse(LIST))
    for number in range(6):
        values = {"address": "https://crm.example/api"}
        save_connection(actor=desk.actor, connector="fake", name=f"C {number}", values=values, clock=desk.clock)
    with CaptureQueriesContext(database) as many:
        ann_at_work.get(reverse(LIST))
    assert len(few) == len(many)


def test_every_connector_there_is_can_be_chosen_and_shows_its_form(desk: Desk, ann_at_work: Client) -> None:
    page = read(ann_at_work, reverse(ADD))
    for name, connector in CONNECTORS.items():
        assert f"connector={name}" in page
        form = read(ann_at_work, f"{reverse(ADD)}?brand={desk.house.brand.pk}&connector={name}")
        for setting in connector.form:
            assert f'name="set-{setting.name}"' in form
    assert ann_at_work.get(f"{reverse(ADD)}?connector=nothing").status_code == 404


def test_what_counts_only_with_another_setting_says_so(desk: Desk, ann_at_work: Client) -> None:
    form = read(ann_at_work, f"{reverse(ADD)}?connector=http_json")
    assert 'data-when="set-auth"' in form
    assert "Only with Sign-in: " in form


def test_a_connection_is_made_and_its_secret_never_comes_out(desk: Desk, ann_at_work: Client) -> None:
    entered: dict[str, Any] = {
        **SETTINGS,
        "connector": "fake",
        "brand": desk.house.brand.pk,
        "name": "Another",
        "set-password": "sesame-secret",
        "set-headers": "Accept: application/json\nX-Who: we: us",
        "set-strict": "on",
    }
    answer = ann_at_work.post(reverse(ADD), entered, follow=True)
    row = Connection.objects.get(name="Another")
    assert row.settings["headers"] == {"Accept": "application/json", "X-Who": "we: us"}
    assert row.settings["strict"] is True
    assert secrets_of(row) == {"password": "sesame-secret"}
    assert "sesame-secret" not in answer.content.decode()
    assert "Nobody can read it again" in answer.content.decode()


def test_a_form_that_was_filled_in_for_another_brand_makes_nothing_here(
    desk: Desk, ann_at_work: Client, other: Brand
) -> None:
    entered = {**SETTINGS, "connector": "fake", "brand": other.pk, "name": "Another", "set-password": "sesame-secret"}
    assert ann_at_work.post(reverse(ADD), entered).status_code == 404
    sync = {"brand": other.pk, "name": "Nightly", "direction": "pull", "connection": desk.connection.pk}
    sync |= {"template": "customers", "when": "hand"}
    assert ann_at_work.post(reverse("admin:sync_app_sync_add"), sync).status_code == 404
    assert (Connection.objects.count(), Sync.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"name": ""}, "Give it a name"),
        ({"name": "The CRM"}, "already"),
        ({"set-address": "ftp://x"}, "begins with https"),
        ({"set-size": "1000"}, "whole number from 1 to 100"),
        ({"set-headers": "no colon"}, "each name once"),
        ({"set-headers": "A: 1\nA: 2"}, "each name once"),
        ({"set-mode": "key"}, "has to be filled in"),
        ({"set-mode": "other"}, "Choose one of"),
    ],
)
def test_what_cannot_stand_is_told_beside_its_field_and_no_secret_is_shown_again(
    desk: Desk, ann_at_work: Client, more: dict[str, str], said: str
) -> None:
    entered = {**SETTINGS, "connector": "fake", "name": "New", "set-password": "sesame-secret", **more}
    page = ann_at_work.post(reverse(ADD), entered).content.decode()
    assert said in page
    assert "sesame-secret" not in page
    assert Connection.objects.count() == 1


def test_a_secret_left_empty_stays_one_typed_replaces_it_and_one_ticked_is_forgotten(
    desk: Desk, ann_at_work: Client
) -> None:
    ann_at_work.post(at(desk), {**SETTINGS, "name": "Renamed", "set-password": ""})
    assert (fresh(desk).name, secrets_of(fresh(desk))) == ("Renamed", {"password": "opensesame"})
    ann_at_work.post(at(desk), {**SETTINGS, "name": "Renamed", "set-password": "new-one"})
    assert secrets_of(fresh(desk)) == {"password": "new-one"}
    ann_at_work.post(at(desk), {**SETTINGS, "name": "Renamed", "forget-set-password": "on"})
    assert secrets_of(fresh(desk)) == {}


def test_another_address_asks_for_the_secret_again(desk: Desk, ann_at_work: Client) -> None:
    moved = {**SETTINGS, "name": "The CRM", "set-address": "https://evil.example"}
    page = ann_at_work.post(at(desk), moved).content.decode()
    assert "leads somewhere else now" in page
    assert fresh(desk).settings["address"] == "https://crm.example/api"


def test_a_test_tells_what_it_found_with_a_script_and_without(desk: Desk, ann_at_work: Client) -> None:
    part = ann_at_work.post(at(desk, "test"), headers={"HX-Request": "true"}).content.decode()
    whole = ann_at_work.post(at(desk, "test")).content.decode()
    for page in (part, whole):
        assert "It works." in page
        assert "Found 3 rows." in page
    assert "<main" not in part
    assert "<main" in whole
    assert ann_at_work.get(at(desk, "test")).status_code == 405
    assert "It works." in read(ann_at_work, at(desk))


def test_a_test_that_fails_says_why_and_what_to_do(desk: Desk, ann_at_work: Client) -> None:
    desk.fake.fails = {"test": TransferFailed("credentials_refused", Trouble.CREDENTIALS, host="crm.example")}
    page = ann_at_work.post(at(desk, "test"), headers={"HX-Request": "true"}).content.decode()
    assert "It does not work." in page
    assert "Enter the credentials" in page
    assert "failed, " in read(ann_at_work, reverse(LIST))


def test_credentials_refused_too_often_are_told(desk: Desk, ann_at_work: Client) -> None:
    Connection.objects.update(refusals=3)
    assert "3 times in a row" in read(ann_at_work, at(desk))


def test_a_connection_in_use_is_not_deleted_and_names_who_uses_it(desk: Desk, ann_at_work: Client) -> None:
    sync = desk.sync("Nightly customers")
    assert "Nightly customers" in read(ann_at_work, at(desk, "remove"))
    ann_at_work.post(at(desk, "remove"))
    assert Connection.objects.exists()
    sync.delete()
    assert "No sync uses it" in read(ann_at_work, at(desk, "remove"))
    assert ann_at_work.post(at(desk, "remove")).headers["Location"] == reverse(LIST)
    assert not Connection.objects.exists()


def test_its_history_tells_what_changed_and_secrets_by_name_only(desk: Desk, ann_at_work: Client) -> None:
    ann_at_work.post(at(desk), {**SETTINGS, "name": "The CRM", "set-size": "20", "set-password": "very-new"})
    page = read(ann_at_work, at(desk, "history"))
    assert "Connection changed" in page
    assert "password" in page
    assert "very-new" not in page
