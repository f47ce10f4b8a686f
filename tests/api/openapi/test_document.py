"""The document says what there is: every route, every template, nothing that the reader could not use."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from integration_admin.accounts.access import system_actor
from integration_admin.accounts.logins import create_appkey
from integration_admin.accounts.models import AppKey, Brand, Group
from integration_admin.accounts.tokens import issue
from sync_app.api.dialects.planningpme.urls import urlpatterns
from sync_app.api.openapi.document import OPERATIONS
from sync_app.models import Run
from templates_app.library.builtin import ensure_builtin
from templates_app.library.entity_types import add_entity_type
from templates_app.library.fields import add_custom_field
from templates_app.library.installing import install
from tests.api.conftest import Caller, read
from tests.api.openapi.conftest import operations
from tests.conftest import BY, Key, Login

pytestmark = pytest.mark.django_db
ADDRESS = "doc/openapi.json"


def document_of(caller: Caller) -> Any:
    answer = caller.get(ADDRESS)
    assert answer.status_code == 200, answer.content
    return read(answer)


def test_every_route_and_method_is_in_the_table_and_nothing_else() -> None:
    served = set()
    for pattern in urlpatterns:
        door = vars(pattern.callback)["view_class"]
        methods = {name.upper() for name in door.http_method_names if hasattr(door, name)} - {"HEAD", "OPTIONS"}
        served |= {(pattern.name, method) for method in methods if pattern.name != "nothing"}
    assert set(OPERATIONS) == served


@pytest.mark.parametrize("version", ["4.1", "4.7"])
def test_a_linter_finds_no_error_whatever_the_brand_calls_its_things(version: str, narrow: Caller) -> None:
    Brand.objects.update(api_version=version)
    document = document_of(narrow)
    errors = OpenAPIV31SpecValidator(document).iter_errors()
    assert [f"{list(error.absolute_path)}: {error.message[:200]}" for error in errors] == []
    assert document["info"]["version"] == version


def test_every_reference_leads_somewhere_and_every_name_is_used_once(odd: Brand, we: Caller) -> None:
    document = document_of(we)
    named: list[str] = []
    references: set[str] = set()

    def walk(node: Any) -> None:
        for member, value in node.items() if isinstance(node, dict) else enumerate(node):
            if member == "$ref":
                references.add(value)
            elif member == "operationId":
                named.append(value)
            if isinstance(value, dict | list):
                walk(value)

    walk(document)
    assert len(named) == len(set(named)) > 80
    for reference in references:
        place: Any = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def test_enums_are_those_of_the_brands_version(acme: Brand, we: Caller) -> None:
    assert "Individual" in document_of(we)["components"]["schemas"]["CustomerTypeEnum"]["enum"]
    Brand.objects.update(api_version="4.1")
    numbers = document_of(we)["components"]["schemas"]["CustomerTypeEnum"]
    assert 1026 in numbers["enum"]
    assert "1026 = " in numbers["description"]
    assert len(numbers["x-enum-varnames"]) == len(numbers["enum"])


def test_each_template_is_an_operation_with_a_sample(odd: Brand, we: Caller) -> None:
    found = operations(document_of(we))
    assert {name for name in found if name.startswith(("import_", "export_"))} == {
        "import_clients",
        "import_0--0",
        "export_clients-out",
    }
    examples = found["import_0--0"]["requestBody"]["content"]["application/json"]["examples"]
    row = {'a "quoted" | name <b>': "Text", "größe": {"höhe": 1.5}}
    assert examples["simulate"]["value"] == {"simulate": True, "model": {"body": {"list": [row]}}}
    assert "<b>" not in found["import_0--0"]["description"]


def test_every_sample_of_a_template_can_be_posted_as_it_is(odd: Brand, we: Caller, now: datetime) -> None:
    ensure_builtin(brand=odd, at=now)
    found = operations(document_of(we))
    imports = [name for name in found if name.startswith("import_")]
    assert len(imports) == 6
    for name in imports:
        sample = found[name]["requestBody"]["content"]["application/json"]["examples"]["simulate"]["value"]
        answer = we.post(f"api/integration/{name.removeprefix('import_')}", sample)
        assert answer.status_code == 200, (name, read(answer))
        report = read(answer)
        assert report["counts"]["rows"] == 1, name
        # What a sample cannot know is which records there are to refer to.
        assert {error["code"] for error in report["errors"]} <= {"reference_missing"}, (name, report["errors"])
    assert set(Run.objects.values_list("simulate", flat=True)) == {True}


@pytest.mark.parametrize("version", ["4.1", "4.7"])
def test_every_sample_of_a_record_can_be_written(version: str, odd: Brand, we: Caller) -> None:
    Brand.objects.update(api_version=version)
    listed = operations(document_of(we))
    assert sum(name.startswith("create_") for name in listed) > 10
    for name, one in listed.items():
        if name.startswith("create_"):
            sample = one["requestBody"]["content"]["application/json"]["examples"]["sample"]["value"]
            answer = we.post(f"api/{name.removeprefix('create_')}", sample)
            assert answer.status_code == 201, (name, read(answer))
        if name.startswith(("create_", "replace_", "change_")):
            taken = {"application/json", *(["application/merge-patch+json"] if name.startswith("change_") else [])}
            assert set(one["requestBody"]["content"]) == taken


def test_limits_and_quotas_are_those_of_the_reader(we: Caller, appkey: Key, settings: Any) -> None:
    settings.ADDRESS_QUOTA_PER_MINUTE = 4321
    limits = read(we.get("api/config"))["limits"]
    Brand.objects.update(calls_per_hour=7654)
    AppKey.objects.filter(pk=appkey.row.pk).update(calls_per_hour=2345)
    nobody = Caller(we.brand, we.appkey, "")
    for reader in (we, nobody):
        text = document_of(reader)["info"]["description"]
        numbers = {int(number) for number in re.findall(r"[0-9]+", text)}
        assert {limits[name] for name in ("bodyBytes", "recordBytes", "rows")} | {4321, 7654, 2345} <= numbers


# --- who reads


def test_what_a_user_may_not_read_is_not_there(narrow: Caller) -> None:
    document = document_of(narrow)
    found = set(operations(document))
    assert {"list_x9", "create_x9", "delete_x9", "list_customer", "read_customer"} <= found
    assert not {"create_customer", "list_project", "list_planned"} & found
    properties = document["components"]["schemas"]["CustomerRecord"]["properties"]
    assert "lastName" in properties
    assert not any(name.startswith("Project") for name in document["components"]["schemas"])


JOBS_IN = """<In>
  <Type Name="Project" ShouldInsert="true" />
  <Property Name="Job title" Type="Project" Field="Label" Required="true" />
</In>"""
JOBS_OUT = """<Out><Type Name="Project" /><Property Name="Job title" Type="Project" Field="Label" /></Out>"""
#: Writes what the reader may write, and finds records that do not exist for them.
LED_IN = """<In>
  <Type Name="X9" ShouldInsert="true" />
  <Property Name="Led by" Type="X9" Field="_Lead"><Lookup Match="Email" /></Property>
  <Property Name="Said" Type="X9" Field="_Text" Required="true" />
</In>"""


@pytest.fixture
def hidden(odd: Brand, now: datetime) -> tuple[str, ...]:
    """Names of templates that speak of types which `narrow` may not read."""
    actor = system_actor(brand=odd, name="tests")
    add_custom_field(
        actor=actor, entity_type="X9", name="_Lead", kind="Reference", options={"target": "Resource"}, at=now
    )
    for name, xml in (texts := {"jobs": JOBS_IN, "jobs-out": JOBS_OUT, "led": LED_IN}).items():
        install(actor=actor, name=name, xml=xml, at=now)
    return tuple(texts)


def test_templates_of_what_may_not_be_read_are_not_there(hidden: tuple[str, ...], narrow: Caller, we: Caller) -> None:
    listed = {item["name"] for item in read(narrow.get("api/integration/templates"))["items"]}
    text = narrow.get(ADDRESS).content.decode()
    assert listed == {"0--0", "clients", "clients-out"}
    assert not re.search(r"jobs|Job title|Led by|[Ll]ead", text)
    ours = {item["name"] for item in read(we.get("api/integration/templates"))["items"]}
    assert ours == listed | set(hidden)
    assert {f"import_{name}" for name in ("jobs", "led")} | {"export_jobs-out"} <= set(operations(document_of(we)))


def test_a_template_that_writes_what_may_only_be_read_is_no_operation(narrow: Caller) -> None:
    found = set(operations(document_of(narrow)))
    assert {"import_0--0", "export_clients-out"} <= found
    assert "import_clients" not in found


def test_columns_that_lead_to_what_may_not_be_read_are_nowhere(hidden: tuple[str, ...], narrow: Caller) -> None:
    assert "Lead" not in narrow.get(ADDRESS).content.decode()
    entities = {one["name"]: one for one in read(narrow.get("api/config"))["entities"]}
    assert set(entities) == {"X9", "Customer"}
    fields = [field for one in entities.values() for field in one["fields"]]
    assert {field["target"] for field in fields if "target" in field} <= set(entities)
    named = {name for one in entities.values() for key in one["keys"] for name in key["fields"]}
    assert named <= {field["name"] for field in fields}


def test_of_a_type_that_may_only_be_written_no_answer_is_described(narrow: Caller) -> None:
    Group.objects.get(name="Narrow").accesses.filter(entity_type="X9").update(access="Write")
    document = document_of(narrow)
    schemas = document["components"]["schemas"]
    assert "X9Given" in schemas
    assert not {"X9Record", "X9Item", "CustomerGiven"} & set(schemas)
    assert OpenAPIV31SpecValidator(document).is_valid()


@pytest.mark.parametrize(("right", "missing"), [("may_undo", "undo_run"), ("may_import", "retry_run")])
def test_commands_without_the_right_to_them_are_not_there(right: str, missing: str, narrow: Caller) -> None:
    assert missing in operations(document_of(narrow))
    Group.objects.filter(name="Narrow").update(**{right: False})
    assert missing not in operations(document_of(narrow))


def test_a_key_without_a_token_is_told_what_the_key_is_for(acme: Brand, templates: None, now: datetime) -> None:
    _row, clear = create_appkey(brand=acme, label="Export", at=now, by=BY, scopes=["export"])
    found = set(operations(document_of(Caller(brand="acme", appkey=clear, token=""))))
    assert found == {"token", "token_put", "config", "list_templates", "export_clients-out"}


def test_a_key_for_some_templates_is_told_of_these(acme: Brand, templates: None, now: datetime) -> None:
    _row, clear = create_appkey(brand=acme, label="One", at=now, by=BY, allowed_templates=["clients"])
    found = set(operations(document_of(Caller(brand="acme", appkey=clear, token=""))))
    assert "import_clients" in found
    assert "export_clients-out" not in found


def test_a_stranger_is_refused_as_everywhere(we: Caller, they: Caller) -> None:
    for brand in ("acme", "no-such-brand"):
        refused = Caller(brand=brand, appkey=they.appkey, token=they.token).get(ADDRESS)
        assert (refused.status_code, read(refused)["code"]) == (401, "appkey_refused")
    mixed = Caller(brand="acme", appkey=we.appkey, token=they.token).get(ADDRESS)
    assert mixed.status_code == 401
    nobody = Caller(brand="acme", appkey="", token="").get(ADDRESS)
    assert (nobody.status_code, read(nobody)["code"]) == (401, "appkey_refused")


def test_the_documents_of_two_brands_tell_nothing_of_each_other(odd: Brand, they: Caller) -> None:
    told = they.get(ADDRESS).content.decode()
    assert not re.search(r"X9|acme|Acme|0--0|_Text", told)


def test_it_is_written_in_the_language_that_is_asked_for(we: Caller) -> None:
    answer = we.get(ADDRESS, **{"Accept-Language": "de"})
    assert answer.headers["Content-Language"] == "de"
    assert answer.headers["Cache-Control"] == "no-store"


def test_languages_have_the_codes_of_the_documents(we: Caller) -> None:
    named = document_of(we)["components"]["parameters"]["Accept-Language"]
    assert " ".join(named["schema"]["examples"]) == "en de da es fi fr it ja nl no pl pt ru sv"


def test_a_known_user_and_their_key_are_both_asked(
    acme: Brand, teammate: Login, templates: None, now: datetime
) -> None:
    row, clear = create_appkey(brand=acme, label="All", at=now, by=BY)
    token = issue(membership=teammate.membership, appkey=row, now=now).access_token
    found = set(operations(document_of(Caller(brand="acme", appkey=clear, token=token))))
    assert "export_clients-out" in found
    assert "import_clients" not in found


def test_an_address_that_a_type_would_share_with_the_api_stays_the_apis(acme: Brand, we: Caller, now: datetime) -> None:
    add_entity_type(actor=system_actor(brand=acme, name="tests"), name="Config", at=now)
    assert document_of(we)["paths"]["/api/config"]["get"]["operationId"] == "config"
