"""What the API tells of a brand: its configuration, and its templates."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from integration_admin.accounts.access import system_actor
from integration_admin.accounts.models import AppKey, Brand, Group
from templates_app.catalog.enums import enums_of
from templates_app.library.builtin import ensure_builtin
from templates_app.library.entity_types import add_entity_type
from templates_app.library.fields import add_custom_field
from templates_app.models import Template
from tests.api.conftest import Caller, read
from tests.conftest import Key

pytestmark = pytest.mark.django_db

CONFIG = "api/config"
TEMPLATES = "api/integration/templates"


@pytest.fixture
def bare(we: Caller) -> Caller:
    """The same application, with nobody signed in."""
    return Caller(brand="acme", appkey=we.appkey, token="")


@pytest.mark.parametrize("version", ["4.1", "4.7"])
def test_the_enums_are_those_of_the_brands_version(version: str, bare: Caller, acme: Brand) -> None:
    acme.api_version = version
    acme.save()
    told = read(bare.get(CONFIG))
    assert told["version"] == version
    documented = json.loads(json.dumps({name: dict(m) for name, m in enums_of(version).items()}))
    assert {name: told["enums"][name] for name in documented} == documented


def test_a_number_in_4_1_is_a_name_in_4_7(bare: Caller, acme: Brand) -> None:
    by_name = read(bare.get(CONFIG))["enums"]["CustomerType"]["Individual"]
    acme.api_version = "4.1"
    acme.save()
    assert (read(bare.get(CONFIG))["enums"]["CustomerType"]["Individual"], by_name) == (1026, "Individual")


def test_the_key_is_enough_and_rights_are_told_only_with_a_token(bare: Caller, we: Caller, mate: Caller) -> None:
    assert "user" not in read(bare.get(CONFIG))
    assert read(we.get(CONFIG))["user"]["rights"] == ["export", "import", "templates", "undo"]
    ours = read(mate.get(CONFIG))["user"]
    assert (ours["username"], ours["rights"], ours["access"]) == ("teammate", ["export"], {"Customer": "Read"})


@pytest.mark.parametrize("token", ["wrong", "Bearer x", "Basic eA=="])
def test_a_wrong_token_is_refused_and_not_overlooked(token: str, bare: Caller) -> None:
    assert bare.get(CONFIG, Authorization=token).status_code == 401


def test_norwegian_is_told_by_the_name_of_the_documents(bare: Caller, acme: Brand) -> None:
    acme.language = "nb"
    acme.save()
    assert read(bare.get(CONFIG))["brand"]["language"] == "no"


def test_the_limits_are_those_of_this_key_and_this_brand(bare: Caller, appkey: Key, acme: Brand) -> None:
    limits = read(bare.get(CONFIG))["limits"]
    assert (limits["callsPerHour"], limits["brandCallsPerHour"], limits["addressCallsPerMinute"]) == (2000, 10000, 1200)
    AppKey.objects.filter(pk=appkey.row.pk).update(calls_per_hour=70)
    Brand.objects.filter(pk=acme.pk).update(calls_per_hour=80)
    limits = read(bare.get(CONFIG))["limits"]
    assert (limits["callsPerHour"], limits["brandCallsPerHour"]) == (70, 80)


def test_the_entities_are_told_with_their_fields_and_keys(bare: Caller) -> None:
    entities = {entity["name"]: entity for entity in read(bare.get(CONFIG))["entities"]}
    customer = {field["name"]: field for field in entities["Customer"]["fields"]}
    assert (customer["LastName"]["json"], customer["LastName"]["kind"]) == ("lastName", "Text")
    assert (customer["_IDDOSSIER"]["json"], customer["_IDDOSSIER"]["custom"]) == ("IDDOSSIER", True)
    assert customer["Type"]["enum"] == "CustomerType"
    assert {"fields": ["_IDDOSSIER"], "unique": True} in entities["Customer"]["keys"]
    references = [f for e in entities.values() for f in e["fields"] if f["kind"] == "Reference"]
    assert {field["target"] for field in references} <= set(entities)


def test_the_enums_are_complete_as_documented(bare: Caller, acme: Brand) -> None:
    # With 4.1 the 33 that it documents, and StatusType, which fields name.
    assert len(read(bare.get(CONFIG))["enums"]) == 51
    acme.api_version = "4.1"
    acme.save()
    enums = read(bare.get(CONFIG))["enums"]
    assert (len(enums), enums["ResourceFilter"]["ToPlan"], enums["LicenseStatus"]["Corrupted"]) == (34, 53248, -1)


def test_a_type_tells_its_address_and_a_field_its_place(bare: Caller, we: Caller) -> None:
    entities = {entity["name"]: entity for entity in read(bare.get(CONFIG))["entities"]}
    assert we.get(f"api/{entities['SubProject']['address']}").status_code == 200
    task = {field["name"]: field for field in entities["Task"]["fields"]}
    assert (task["ForeColor"]["path"], task["ForeColor"]["inList"]) == ("style.color", True)
    assert (task["Skills"]["path"], task["Skills"]["inList"]) == ("skills", False)
    customer = {field["name"]: field for field in entities["Customer"]["fields"]}
    assert customer["_IDDOSSIER"]["path"] == "fields.IDDOSSIER"


def test_what_the_caller_may_do_is_told_by_type_and_what_they_may_not_is_not_there(
    bare: Caller, we: Caller, mate: Caller, readers: Group
) -> None:
    readers.accesses.create(entity_type="Task", access="Write")
    told = {one["name"]: one["access"] for one in read(mate.get(CONFIG))["entities"]}
    assert told == {"Customer": "Read", "Task": "Write"}
    assert {one["access"] for one in read(we.get(CONFIG))["entities"]} == {"All"}
    assert not any("access" in one for one in read(bare.get(CONFIG))["entities"])


def test_the_brand_tells_its_zone_and_languages(bare: Caller) -> None:
    told = read(bare.get(CONFIG))
    assert told["brand"] == {
        "key": "acme",
        "name": "Acme",
        "language": "en",
        "timeZone": "Europe/Paris",
        "sandbox": False,
    }
    assert sorted(told["languages"]) == [
        "da",
        "de",
        "en",
        "es",
        "fi",
        "fr",
        "it",
        "ja",
        "nl",
        "no",
        "pl",
        "pt",
        "ru",
        "sv",
    ]
    assert told["limits"]["pageSize"] == 1000


def test_the_limits_are_those_of_the_settings(bare: Caller, settings: Any) -> None:
    settings.MAX_ROWS, settings.APPKEY_QUOTA_PER_HOUR = 77, 88
    limits = read(bare.get(CONFIG))["limits"]
    assert (limits["rows"], limits["callsPerHour"]) == (77, 88)


def test_templates_tell_what_they_take_and_give_an_example(we: Caller) -> None:
    told = read(we.get(TEMPLATES))
    assert told["totalItems"] == 2
    clients, out = told["items"]
    assert (clients["name"], clients["direction"], out["direction"]) == ("clients", "in", "out")
    assert clients["types"][0] | {"match": []} == {
        "name": "Customer",
        "as": "Customer",
        "shouldInsert": True,
        "shouldUpdate": True,
        "shouldDelete": False,
        "match": [],
        "through": "",
        "each": "",
    }
    assert clients["types"][0]["match"] == ["_IDDOSSIER"]
    required = {one["name"]: one["required"] for one in clients["properties"]}
    assert required == {"Nom usage": True, "Email": False, "ID_DOSSIER": False}
    assert set(clients["model"]) == set(required)


def test_built_in_templates_that_look_nothing_up_take_their_own_example(we: Caller, acme: Brand, now: datetime) -> None:
    ensure_builtin(acme, now)
    items = {item["name"]: item for item in read(we.get(TEMPLATES))["items"] if item["builtin"]}
    assert {"client-import", "project-import", "client-export", "project-export"} <= set(items)
    alone = [name for name, item in items.items() if not any(one["lookup"] for one in item["properties"])]
    for name in (name for name in alone if items[name]["direction"] == "in"):
        answer = we.post(f"api/integration/{name}", {"simulate": True, "model": [items[name]["model"]]})
        assert (name, read(answer)["errors"]) == (name, [])


def test_steps_are_told_in_words(we: Caller, acme: Brand, now: datetime) -> None:
    ensure_builtin(acme, now)
    steps = [step for item in read(we.get(TEMPLATES))["items"] for one in item["properties"] for step in one["steps"]]
    assert steps
    assert all(step["name"] and step["does"] for step in steps)


def test_what_a_brand_wrote_is_told_as_it_wrote_it_though_we_have_the_same_words(
    we: Caller, acme: Brand, now: datetime
) -> None:
    system = system_actor(brand=acme, name="tests")
    ensure_builtin(acme, now)
    Template.objects.filter(name="clients").update(description="Records")
    add_entity_type(actor=system, name="Own", title="Customer", at=now)
    add_custom_field(actor=system, entity_type="Own", name="_NAME", label="Last name", at=now)
    german = {"Accept-Language": "de"}

    said = [
        {item["name"]: item["description"] for item in read(we.get(TEMPLATES, **headers))["items"]}
        for headers in (german, {})
    ]
    assert [one["clients"] for one in said] == ["Records", "Records"]
    assert said[0]["client-import"] != said[1]["client-import"]
    entities = {one["name"]: one for one in read(we.get(CONFIG, **german))["entities"]}
    assert (entities["Own"]["label"], entities["Customer"]["label"]) == ("Customer", "Kunde")
    [own] = entities["Own"]["fields"]
    labels = {one["name"]: one["label"] for one in entities["Customer"]["fields"]}
    assert (own["label"], labels["LastName"]) == ("Last name", "Nachname")

    document = read(we.get("doc/openapi.json", **german))
    assert document["paths"]["/api/integration/clients"]["post"]["description"].startswith("Records\n")
    tags = {tag["name"]: tag["description"] for tag in document["tags"]}
    assert (tags["Own"], tags["Customer"]) == ("Customer", "Kunde")
    shapes = document["components"]["schemas"]
    fields = shapes["OwnRecord"]["properties"]["fields"]["properties"]
    assert fields["NAME"]["title"] == "Last name"
    assert shapes["CustomerRecord"]["properties"]["lastName"]["title"] == "Nachname"


def test_a_brand_of_4_1_knows_the_members_of_4_1_and_every_enum_that_its_fields_name(we: Caller) -> None:
    Brand.objects.update(api_version="4.1")
    config = read(we.get("api/config"))
    named = {field["enum"] for entity in config["entities"] for field in entity["fields"] if field.get("enum")}
    assert named <= {*config["enums"]}
    refused = we.post("api/resource", {"label": "X", "type": "Extern"})
    assert (refused.status_code, read(refused)["errors"][0]["code"]) == (422, "choice_unknown")
    schemas = read(we.client.get("/acme/doc/openapi.json", headers={"X-APPKEY": we.appkey}))["components"]["schemas"]
    assert all(isinstance(number, int) for number in schemas["ResourceTypeEnum"]["enum"])
