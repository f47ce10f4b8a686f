"""Declaring a key on records that are there already changes everything it must, or nothing."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from integration_admin.accounts.access import Actor, NotAllowed, site_actor
from sync_app.models import Identity, Record, Run, RunKind, RunStatus
from sync_app.runs.records.editing import RecordChange, edit_records
from sync_app.runs.upkeep.verifying import verify
from sync_app.runs.verbs.declaring import declare_key
from templates_app.library.fields import add_custom_field
from templates_app.library.installing import install
from templates_app.models import DeclaredKey
from tests.conftest import Login
from tests.runs.conftest import House, customer, outcomes

pytestmark = pytest.mark.django_db

BY_NAME = """<In>
  <Type Name="Customer" ShouldUpdate="true" Match="LastName,Email" />
  <Property Name="name" Type="Customer" Field="LastName" />
  <Property Name="mail" Type="Customer" Field="Email" />
  <Property Name="phone" Type="Customer" Field="Phone" />
</In>"""

BY_MAIL = """<In>
  <Type Name="Customer" ShouldInsert="true" ShouldUpdate="true" Match="_M1" />
  <Property Name="m1" Type="Customer" Field="_M1" />
  <Property Name="m2" Type="Customer" Field="_M2" />
</In>"""


def declare(house: House, *fields: str, unique: bool = True, actor: Actor | None = None, **more: Any) -> Run:
    return declare_key(
        actor=actor or house.actor, entity_type="Customer", fields=fields, unique=unique, clock=house.clock, **more
    )


def test_it_gives_existing_records_their_identities_so_that_a_template_finds_them(house: House) -> None:
    house.send(customer("a", "Roy", mail="a@x.fr"), customer("b", "Roy", mail="b@x.fr"), customer("c", "Sand"))
    run = declare(house, "LastName", "Email")
    assert (run.status, run.kind) == (RunStatus.SUCCEEDED, RunKind.CATALOG)
    assert run.statistics == {"records": 3, "identities": 2}
    install(actor=house.actor, name="by-name", xml=BY_NAME, at=house.clock())
    house.template = "by-name"
    updated = house.send({"name": "ROY", "mail": "b@x.fr", "phone": "0102030405"})
    assert updated.counts["updated"] == 1
    assert house.live()["b"]["Phone"] == "0102030405"
    assert verify() == []


def test_existing_records_are_found_by_the_words_of_a_new_key(house: House) -> None:
    house.send(customer("a", "Roy", mail="anna@x.fr"), customer("b", "Sand"))
    declare(house, "Email")
    assert Record.objects.get(search__contains="anna@x.fr").label == "Roy"
    assert {record.version for record in Record.objects.all()} == {1}
    house.send(customer("a", phone="0102030405"))
    assert Record.objects.filter(search__contains="anna@x.fr").count() == 1


def test_it_names_each_record_that_shares_a_value_and_changes_nothing(house: House) -> None:
    house.send(customer("a", "Roy", mail="a@x.fr"), customer("b", "roy ", mail="A@X.FR"), customer("c", "Sand"))
    before = set(Identity.objects.values_list("space", "value", "record_id"))
    run = declare(house, "LastName", "Email")
    assert run.status == RunStatus.FAILED
    assert run.error["code"] == "key_not_possible"
    assert [(p["code"], p["params"]["record"]) for p in run.error["problems"]] == [
        ("identity_taken", house.record("b").pk)
    ]
    assert not DeclaredKey.objects.filter(fields="LastName,Email").exists()
    assert set(Identity.objects.values_list("space", "value", "record_id")) == before


def test_a_match_key_may_be_shared(house: House) -> None:
    house.send(customer("a", score="1.5"), customer("b", score="1.50"))
    run = declare(house, "_SCORE", unique=False)
    assert run.statistics["identities"] == 2
    assert verify() == []


def test_deleted_records_keep_their_identities_and_count(house: House) -> None:
    first = house.send(customer("a", "Roy", mail="a@x.fr"))
    house.undo(first)
    house.send(customer("b", "Roy", mail="a@x.fr"))
    assert declare(house, "LastName", "Email").error["code"] == "key_not_possible"


@pytest.mark.parametrize("fields", [("Nothing",), ("_CODE",), ()])
def test_it_refuses_a_key_that_cannot_be_or_is_there_already(house: House, fields: tuple[str, ...]) -> None:
    run = declare(house, *fields)
    assert run.status == RunStatus.FAILED
    assert run.error["code"]


def test_it_needs_the_right_to_templates(house: House, readers: Any, teammate: Login) -> None:
    with pytest.raises(NotAllowed):
        declare(house, "LastName", actor=site_actor(user=teammate.user, brand=house.brand))
    assert not Run.objects.filter(kind=RunKind.CATALOG).exists()


def test_the_command_says_what_it_did(house: House) -> None:
    house.send(customer("a", "Roy", mail="a@x.fr"))
    out = StringIO()
    call_command("declare_key", house.brand.key, "Customer", "LastName,Email", "--identity", "--json", stdout=out)
    assert json.loads(out.getvalue())["identities"] == 1


def test_the_command_ends_with_2_and_the_records_in_the_way(house: House) -> None:
    house.send(customer("a", "Roy", mail="a@x.fr"), customer("b", "Roy", mail="a@x.fr"))
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("declare_key", house.brand.key, "Customer", "LastName,Email", "--identity", "--json", stdout=out)
    assert ended.value.code == 2
    error = json.loads(out.getvalue())["error"]
    assert error["code"] == "key_not_possible"
    assert str(house.record("b").pk) in error["hint"]


def test_an_approved_update_is_stale_when_another_record_has_taken_its_unique_value_since(house: House) -> None:
    house.send(customer("a", "Roy", mail="a@x.fr"), customer("b", "Roy", mail="b@x.fr"))
    declare(house, "LastName", "Email")
    plan = house.simulate(customer("a", "Roy", mail="new@x.fr"))
    house.send(customer("b", "Roy", mail="new@x.fr"))
    applied = house.apply(plan)
    assert applied.counts["failed"] == 1
    assert applied.status == RunStatus.WITH_FAILURES
    assert house.live()["a"]["Email"] == "a@x.fr"
    assert verify() == []


@pytest.mark.parametrize("unique", [True, False])
def test_a_second_key_of_a_space_is_declared_over_values_that_are_alike(house: House, unique: bool) -> None:
    for name in ("_M1", "_M2"):
        add_custom_field(actor=house.actor, entity_type="Customer", name=name, at=house.clock())
    change = RecordChange("Customer", "create", 0, {"_M1": "a", "_M2": "a"})
    edit_records(actor=house.actor, changes=[change], clock=house.clock, trigger="ui")
    runs = [declare(house, name, unique=unique, space="mail") for name in ("_M1", "_M2")]
    assert [(run.status, run.statistics["identities"]) for run in runs] == [("succeeded", 1), ("succeeded", 0)]
    assert verify() == []


def test_a_record_matched_by_one_key_of_a_space_keeps_that_identity_while_the_other_changes(house: House) -> None:
    for name in ("_M1", "_M2"):
        add_custom_field(actor=house.actor, entity_type="Customer", name=name, at=house.clock())
        declare(house, name, space="mail")
    install(actor=house.actor, name="by-mail", xml=BY_MAIL, at=house.clock())
    house.template = "by-mail"
    house.send({"m1": "a", "m2": "a"}, {"m1": "z"})
    rows = [{"m1": "a", "m2": "b"}, {"m1": "a", "m2": "c"}, {"m1": "z", "m2": "a"}]
    plan = house.simulate(*rows)
    expected = [(1, "Update", ""), (2, "Update", "key_repeated"), (3, "Error", "identity_taken")]
    assert outcomes(plan) == expected
    assert outcomes(house.send(*rows)) == expected
    assert verify() == []
