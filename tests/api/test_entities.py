"""Records through their addresses: made, read, replaced, changed, deleted; a run each, and every problem named."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from integration_admin.accounts.access import system_actor
from integration_admin.accounts.models import Brand, Group
from sync_app.api.bodies import MERGE_PATCH
from sync_app.api.dialects.planningpme.views import entities
from sync_app.models import Record, Run, RunKind
from sync_app.runs.records.editing import edit_records
from sync_app.runs.upkeep.verifying import verify
from templates_app.library.entity_types import add_entity_type
from templates_app.library.fields import add_custom_field, retire_field
from tests.api.conftest import Caller, read, written
from tests.api.entities import GREEN, errors, made, refusal

pytestmark = pytest.mark.django_db


def stored(key: int) -> dict[str, Any]:
    return dict(Record.objects.get(pk=key).data)


def test_a_record_is_created_and_its_address_told(we: Caller) -> None:
    answer = we.post("api/customer", {"lastName": "  Roy ", "type": "Individual", "fields": {"IDDOSSIER": "D-1"}})
    told = read(answer)
    assert answer.status_code == 201
    assert answer["Location"] == f"/acme/api/customer/{told['key']}"
    assert told == {
        "key": told["key"],
        "label": "Roy",
        "type": "Individual",
        "lastName": "Roy",
        "fields": {"IDDOSSIER": "D-1"},
    }
    assert read(we.get(answer["Location"].removeprefix("/acme/"))) == told


def test_every_write_is_a_run_that_can_be_undone(we: Caller) -> None:
    created = we.post("api/customer", {"lastName": "Roy"})
    key = read(created)["key"]
    changed = we.call("PATCH", f"api/customer/{key}", {"lastName": "Roy-Martin"})
    run = Run.objects.get(pk=changed["X-Run"])
    assert (run.kind, run.trigger, run.status, run.actor) == (RunKind.EDIT, "api", "succeeded", "owner")
    report = read(we.get(f"api/integration/runs/{run.pk}/operations"))
    assert report["items"][0]["changes"] == {"LastName": {"old": "Roy", "new": "Roy-Martin"}}
    assert we.post(f"api/integration/runs/{run.pk}/undo", {}).status_code == 200
    assert read(we.get(f"api/customer/{key}"))["lastName"] == "Roy"
    assert verify() == []


def test_numbers_inside_json_are_numbers_wherever_they_are_told(we: Caller, acme: Brand, now: datetime) -> None:
    system = system_actor(brand=acme, name="tests")
    add_custom_field(actor=system, entity_type="Customer", name="_JSON", kind="Json", at=now)
    value = {"p": 1.5, "l": [0.1, 1000], "t": "1.5"}
    created = we.post("api/customer", {"lastName": "Roy", "fields": {"JSON": value}})
    told = read(created)
    assert told["fields"]["JSON"] == value
    assert read(we.get(f"api/customer/{told['key']}"))["fields"]["JSON"] == value
    report = read(we.get(f"api/integration/runs/{created['X-Run']}/operations"))
    assert report["items"][0]["changes"]["_JSON"]["new"] == value
    same = we.call(
        "PATCH", f"api/customer/{told['key']}", {"fields": {"JSON": {"t": "1.5", "l": [0.10, 1e3], "p": 1.50}}}
    )
    assert "X-Run" not in same


def test_what_does_not_differ_is_no_run(we: Caller) -> None:
    key = made(we, "customer", lastName="Roy")
    runs = Run.objects.count()
    answer = we.call("PATCH", f"api/customer/{key}", {"lastName": " Roy"})
    assert (answer.status_code, "X-Run" in answer, Run.objects.count()) == (200, False, runs)


def test_patch_keeps_what_is_not_named_and_put_clears_it(we: Caller) -> None:
    key = made(we, "task", label="Coaching", type=1468, remark="by phone", style=GREEN)
    we.call("PATCH", f"api/task/{key}", {"style": {"color": "#111111"}})
    assert stored(key) == {
        "Label": "Coaching",
        "Type": "Duration",
        "Remark": "by phone",
        "BackgroundColor": "#65A18D",
        "ForeColor": "#111111",
    }
    we.call("PUT", f"api/task/{key}", {"label": "Coaching", "type": "Time"})
    assert stored(key) == {"Label": "Coaching", "Type": "Time"}


def test_a_merge_patch_is_taken_where_members_are_changed_and_nowhere_else(
    we: Caller, acme: Brand, now: datetime
) -> None:
    system = system_actor(brand=acme, name="tests")
    add_custom_field(actor=system, entity_type="Customer", name="_JSON", kind="Json", at=now)
    value = {"kept": [1, 2], "gone": "x", "deep": {"a": 1, "b": {"c": 1.5}}}
    key = made(we, "customer", lastName="Roy", email="roy@example.org", fields={"JSON": value, "IDDOSSIER": "D-1"})
    inside = {"gone": None, "deep": {"b": {"c": None, "d": 2.50}}, "new": {"e": 1, "f": None}, "kept": [3]}
    patch = {"email": None, "fields": {"JSON": inside}}
    place = f"api/customer/{key}"
    answer = we.call("PATCH", place, patch, content_type=MERGE_PATCH)
    assert answer.status_code == 200
    merged = {"kept": [3], "deep": {"a": 1, "b": {"d": 2.5}}, "new": {"e": 1}}
    assert read(answer)["fields"] == {"JSON": merged, "IDDOSSIER": "D-1"}
    assert "email" not in read(answer)
    assert "X-Run" not in we.call("PATCH", place, patch, content_type=f"{MERGE_PATCH.upper()}; charset=utf-8")
    # Sent as plain JSON a structured value takes the place of the one that is there.
    assert read(we.call("PATCH", place, {"fields": {"JSON": {"g": 1}}}))["fields"]["JSON"] == {"g": 1}
    for method, path in (("PUT", place), ("POST", "api/customer")):
        assert refusal(we.call(method, path, b"{}", content_type=MERGE_PATCH)) == (415, "content_type_refused")
    refused = we.call("PATCH", place, b"{}", content_type="application/json-patch+json")
    assert refusal(refused) == (415, "content_type_refused")
    assert refused["Accept-Patch"] == we.call("OPTIONS", place)["Accept-Patch"] == f"application/json, {MERGE_PATCH}"


def test_a_merge_patch_is_not_made_of_what_is_no_longer_there(
    we: Caller, acme: Brand, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = system_actor(brand=acme, name="tests")
    add_custom_field(actor=system, entity_type="Customer", name="_JSON", kind="Json", at=now)
    key = made(we, "customer", lastName="Roy", fields={"JSON": {"a": 1}})

    def overtaken(**told: Any) -> Any:
        monkeypatch.setattr(entities, "edit_records", edit_records)
        assert we.call("PATCH", f"api/customer/{key}", {"fields": {"JSON": {"b": 2}}}).status_code == 200
        return edit_records(**told)

    monkeypatch.setattr(entities, "edit_records", overtaken)
    late = we.call("PATCH", f"api/customer/{key}", {"fields": {"JSON": {"c": 3}}}, content_type=MERGE_PATCH)
    assert refusal(late) == (412, "precondition_failed")
    assert stored(key)["_JSON"] == {"b": 2}


@pytest.mark.parametrize("nothing", [None, "", "  "])
def test_null_and_blank_empty_a_member(nothing: str | None, we: Caller) -> None:
    key = made(we, "customer", lastName="Roy", email="roy@example.org", fields={"IDDOSSIER": "D-1"})
    we.call("PATCH", f"api/customer/{key}", {"email": nothing, "fields": {"IDDOSSIER": nothing}})
    assert stored(key) == {"LastName": "Roy"}


@pytest.mark.parametrize("group", ["style", "fields"])
def test_a_whole_group_is_emptied_by_null(group: str, we: Caller) -> None:
    key = made(we, "customer", lastName="Roy", style=GREEN, fields={"IDDOSSIER": "D-1"})
    we.call("PATCH", f"api/customer/{key}", {group: None})
    told = read(we.get(f"api/customer/{key}"))
    assert told.get("style") == (None if group == "style" else GREEN)
    assert told["fields"] == {"IDDOSSIER": "" if group == "fields" else "D-1"}


@pytest.mark.parametrize("entity", ["customer", "resource", "task", "skill", "project", "do", "equipment"])
def test_what_is_shown_can_be_sent_back_and_changes_nothing(entity: str, we: Caller) -> None:
    skill = made(we, "skill", name="Enfant", level=1, domain=made(we, "skill", name="Pédagogie"))
    customer = made(we, "customer", lastName="Roy", firstName="Léa", type=1026)
    bodies: dict[str, dict[str, Any]] = {
        "customer": {"lastName": "Petit", "firstName": "Max", "parent": customer, "position": "48.8,2.3"},
        "resource": {"lastName": "Kim", "skills": [skill], "hourlyRate": 12.5, "entryDate": "2026-01-05"},
        "task": {"label": "Cours", "type": 1467, "skills": [[skill]], "style": GREEN},
        "skill": {"name": "Anglais", "level": 2, "domain": {"key": skill}},
        "project": {"label": "Hall", "customer": customer, "startDate": "2026-01-05", "billing": "Unit"},
        "do": {
            "start": "2026-11-21T09:00:00",
            "end": "2026-11-21T10:00:00Z",
            "customers": [customer],
            "place": {"city": "Lyon"},
        },
        "equipment": {"label": "Lift", "customer": {"key": customer, "label": "whoever"}},
    }
    key = made(we, entity, **bodies[entity])
    before, version = stored(key), Record.objects.get(pk=key).version
    shown = read(we.get(f"api/{entity}/{key}"))
    assert we.call("PUT", f"api/{entity}/{key}", shown).status_code == 200
    assert we.call("PATCH", f"api/{entity}/{key}", shown).status_code == 200
    assert (stored(key), Record.objects.get(pk=key).version) == (before, version)


def test_a_task_is_shown_as_documented(we: Caller) -> None:
    pedagogy, tongue = made(we, "skill", name="Pédagogie"), made(we, "skill", name="Langue")
    child = made(we, "skill", name="Enfant", level=1, domain=pedagogy)
    english = made(we, "skill", name="Anglais", level=1, domain=tongue)
    key = made(we, "task", label="Cours d'anglais pour enfant", type=1467, style=GREEN, skills=[[child, english]])
    listed = {"key": key, "label": "Cours d'anglais pour enfant", "type": 1467, "style": GREEN}
    assert read(we.get("api/task?pageIndex=0&pageSize=20&sortInfo=label+")) == {"totalItems": 1, "items": [listed]}
    skills = [
        {
            "key": child,
            "name": "Enfant",
            "label": "Pédagogie > Enfant",
            "level": 1,
            "domain": {"key": pedagogy, "label": "Pédagogie"},
        },
        {
            "key": english,
            "name": "Anglais",
            "label": "Langue > Anglais",
            "level": 1,
            "domain": {"key": tongue, "label": "Langue"},
        },
    ]
    assert read(we.get(f"api/task/{key}")) == listed | {"skills": [skills]}


@pytest.mark.parametrize(("version", "kind"), [("4.1", 1027), ("4.7", "Company")])
@pytest.mark.parametrize("given", [1027, "1027", "Company", "company"])
def test_enums_are_read_both_ways_and_written_by_the_version(
    version: str, kind: int | str, given: int | str, we: Caller, acme: Brand
) -> None:
    acme.api_version = version
    acme.save()
    key = made(we, "customer", company="Roy & Co", type=given)
    assert read(we.get(f"api/customer/{key}"))["type"] == kind
    task = made(we, "task", label="Coaching", type="Duration")
    assert read(we.get(f"api/task/{task}"))["type"] == 1468


@pytest.mark.parametrize(
    "name", ["subProject", "subproject", "SUBPROJECT", "SubProjects", "subprojects", "categories", "Statuses", "skills"]
)
def test_a_type_goes_by_its_singular_and_its_plural(name: str, we: Caller) -> None:
    assert read(we.get(f"api/{name}")) == {"totalItems": 0, "items": []}


@pytest.fixture
def machine(acme: Brand, now: datetime, we: Caller) -> str:
    """A type of acme's own, with fields whose names mean something else on the wire."""
    actor = system_actor(brand=acme, name="tests")
    add_entity_type(actor=actor, name="Machine", at=now, title="Machine", label_fields="Serial")
    for name, kind, options in [
        ("Serial", "Text", {}),
        ("Power", "Double", {}),
        ("Running", "Check", {}),
        ("Key", "Text", {}),
        ("_NOTE", "Memo", {}),
        ("_OWNER", "Reference", {"target": "Customer"}),
    ]:
        add_custom_field(actor=actor, entity_type="Machine", name=name, kind=kind, options=options, at=now)
    return "machine"


def test_a_type_of_the_brands_own_is_like_any_other(machine: str, we: Caller) -> None:
    owner = made(we, "customer", company="Roy & Co")
    sent = {"serial": "M-1", "power": 7.5, "running": True, "fields": {"Key": "K", "OWNER": owner}}
    key = made(we, machine, **sent)
    told = read(we.get(f"api/machines/{key}"))
    assert told == {
        "key": key,
        "label": "M-1",
        "serial": "M-1",
        "power": 7.5,
        "running": True,
        "fields": {"Key": "K", "NOTE": "", "OWNER": {"key": owner, "label": "Roy & Co"}},
    }
    assert stored(key) == {"Serial": "M-1", "Power": "7.5", "Running": True, "Key": "K", "_OWNER": owner}


def test_a_retired_field_is_neither_shown_nor_taken(machine: str, we: Caller, acme: Brand, now: datetime) -> None:
    key = made(we, machine, serial="M-1", fields={"NOTE": "old"})
    actor = system_actor(brand=acme, name="tests")
    retire_field(actor=actor, entity_type="Machine", name="_NOTE", retired=True, at=now)
    assert read(we.get(f"api/machine/{key}"))["fields"] == {"OWNER": None}
    assert errors(we.call("PATCH", f"api/machine/{key}", {"fields": {"NOTE": "new"}})) == [
        ("/fields/NOTE", "member_unknown")
    ]
    we.call("PUT", f"api/machine/{key}", {"serial": "M-2"})
    assert stored(key) == {"Serial": "M-2", "_NOTE": "old"}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"lastNme": "Roy"}, [("/lastNme", "member_unknown")]),
        ({"LastName": "Roy"}, [("/LastName", "member_unknown")]),
        ({"lastName__contains": "R"}, [("/lastName__contains", "member_unknown")]),
        ({"brand_id": 1, "id": 5, "data": {}}, [(f"/{n}", "member_unknown") for n in ("brand_id", "id", "data")]),
        ({"a/b~c": 1}, [("/a~1b~0c", "member_unknown")]),
        ({"fields": {"NOPE": 1}}, [("/fields/NOPE", "member_unknown")]),
        ({"fields": [1]}, [("/fields", "member_not_object")]),
        ({"style": "red"}, [("/style", "member_not_object")]),
        ({"key": 7, "lastName": "Roy"}, [("/key", "key_given")]),
        ({"email": "no address", "type": 9}, [("/email", "email_invalid"), ("/type", "choice_unknown")]),
        ({"style": {"color": "red"}, "nope": 1}, [("/nope", "member_unknown"), ("/style/color", "color_invalid")]),
        ({"lastName": {"a": 1}}, [("/lastName", "value_shape")]),
        ({"lastName": ["a"]}, [("/lastName", "value_shape")]),
        ({"lastName": "x" * 300}, [("/lastName", "text_too_long")]),
        ({"notValid": 2}, [("/notValid", "check_invalid")]),
        ({"parent": {"label": "Roy"}}, [("/parent", "value_shape")]),
        ({"parent": {"key": 424242}}, [("/parent", "reference_missing")]),
        ({"parent": -1}, [("/parent", "reference_invalid")]),
        ({"parent": True}, [("/parent", "reference_invalid")]),
        ({"fields": {"IDDOSSIER": "x" * 5000}}, [("/fields/IDDOSSIER", "text_too_long")]),
    ],
)
def test_everything_that_is_wrong_is_named_by_its_place(body: Any, wrong: Any, we: Caller) -> None:
    key = made(we, "customer", lastName="Roy")
    before = written()
    assert errors(we.post("api/customer", body)) == wrong
    if wrong != [("/key", "key_given")]:
        assert errors(we.call("PATCH", f"api/customer/{key}", body)) == wrong
    assert written() == before


def test_a_misspelt_member_is_told_the_nearest_with_its_place(we: Caller) -> None:
    for given, meant in [({"labl": 1}, "label"), ({"colour": 1}, "style.color"), ({"style": {"c": 1}}, "color")]:
        error = read(we.post("api/task", given))["errors"][0]
        assert error["message"].endswith(f"The nearest is “{meant}”.")


def test_rules_and_keys_of_a_type_hold(we: Caller) -> None:
    assert errors(we.post("api/project", {"remark": "x"})) == [("/label", "field_required")]
    reversed_times = {"start": "2026-11-21T10:00:00", "end": "2026-11-21T09:00:00"}
    assert [code for _pointer, code in errors(we.post("api/do", reversed_times))] == ["end_before_start"]
    made(we, "customer", lastName="Roy", fields={"IDDOSSIER": "D-1"})
    assert errors(we.post("api/customer", {"lastName": "Petit", "fields": {"IDDOSSIER": " d-1"}})) == [
        ("/fields/IDDOSSIER", "identity_taken")
    ]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "json_empty"),
        (b"[]", 400, "body_not_object"),
        (b'"x"', 400, "body_not_object"),
        (b"null", 400, "body_not_object"),
        (b"[" * 50_000, 400, "too_deep"),
        (b"{", 400, "json_cut_off"),
        (b'{"lastName": "a", "lastName": "b"}', 400, "duplicate_key"),
        (b'{"fields": {"IDDOSSIER": "a", "IDDOSSIER": "b"}}', 400, "duplicate_key"),
        (b"{lastName: 1}", 400, "json_unquoted_key"),
        (b'{"lastName": "\\ud800"}', 400, "invalid_unicode"),
        (b'{"lastName": NaN}', 400, "json_not_a_number"),
        (b'{"lastName": 1e3000000}', 400, None),
        (b'{"lastName": ' + b"9" * 5000 + b"}", 400, None),
        (b'{"lastName": ' + b"[" * 5000 + b"]" * 5000 + b"}", 400, "too_deep"),
        (b"\xff\xfe{}", 400, "not_utf8"),
    ],
)
def test_a_body_that_is_no_record_is_refused_with_its_place(
    content: bytes, status: int, code: str | None, we: Caller
) -> None:
    key = made(we, "customer", lastName="Roy")
    before = written()
    for method, path in (("POST", "api/customer"), ("PUT", f"api/customer/{key}"), ("PATCH", f"api/customer/{key}")):
        answer = we.call(method, path, content)
        assert answer.status_code == status, answer.content
        assert code is None or read(answer)["code"] == code
    assert written() == before


def test_a_body_beyond_the_limit_of_a_record_is_not_taken_in(we: Caller) -> None:
    assert refusal(we.post("api/customer", b'{"remark": "' + b"x" * (4 * 1024 * 1024) + b'"}')) == (
        413,
        "body_too_large",
    )


@pytest.mark.parametrize("media", ["text/plain", "application/xml", "application/x-www-form-urlencoded"])
def test_a_body_in_another_form_is_refused(media: str, we: Caller) -> None:
    assert refusal(we.call("POST", "api/customer", b"{}", content_type=media)) == (415, "content_type_refused")


@pytest.mark.parametrize("key", ["0", "424242", "9" * 18, "9" * 30, "-1", "1.0", "abc", "list", "%00", "1%20"])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_a_record_that_is_not_there_is_not_found(method: str, key: str, we: Caller) -> None:
    answer = we.call(method, f"api/customer/{key}", {"lastName": "x"} if method in {"PUT", "PATCH"} else None)
    assert refusal(answer) == (404, "record_not_found")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_a_record_of_another_type_is_not_there(method: str, we: Caller) -> None:
    key = made(we, "customer", lastName="Roy")
    answer = we.call(method, f"api/project/{key}", {"label": "x"} if method in {"PUT", "PATCH"} else None)
    assert refusal(answer) == (404, "record_not_found")


def test_a_deleted_record_is_gone_from_everywhere_and_can_be_brought_back(we: Caller) -> None:
    key = made(we, "customer", lastName="Roy")
    answer = we.call("DELETE", f"api/customer/{key}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert Record.objects.get(pk=key).deleted_at is not None
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        body = {"lastName": "x"} if method in {"PUT", "PATCH"} else None
        assert refusal(we.call(method, f"api/customer/{key}", body)) == (404, "record_not_found")
    assert read(we.get("api/customer"))["totalItems"] == 0
    we.post(f"api/integration/runs/{answer['X-Run']}/undo", {})
    assert read(we.get(f"api/customer/{key}"))["lastName"] == "Roy"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "BREW"])
def test_an_address_answers_to_its_own_methods_only(method: str, we: Caller) -> None:
    allowed = {
        "api/customer": {"GET", "HEAD", "POST", "OPTIONS"},
        "api/customer/1": {"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"},
    }
    for path, methods in allowed.items():
        answer = we.call(method, path, {})
        assert (answer.status_code == 405) == (method not in methods)
        if answer.status_code == 405 or method == "OPTIONS":
            assert set(answer["Allow"].split(", ")) == methods


# --- rights


def test_what_the_group_may_not_read_does_not_exist(we: Caller, mate: Caller) -> None:
    project = made(we, "project", label="Hall", customer=made(we, "customer", lastName="Roy"))
    unknown = read(mate.get("api/nosuchtype"))
    for path in ("api/project", f"api/project/{project}", "api/nosuchtype/1"):
        answer = mate.get(path)
        told = read(answer)
        assert (answer.status_code, told["code"], told["message"]) == (404, "entity_unknown", unknown["message"])
    assert "customer" in unknown["message"]
    assert "project" not in unknown["message"]
    assert refusal(mate.post("api/project", {"label": "x"})) == (404, "entity_unknown")


def test_who_may_only_read_writes_nothing(we: Caller, mate: Caller) -> None:
    key = made(we, "customer", lastName="Roy")
    before = written()
    assert mate.get(f"api/customer/{key}").status_code == 200
    for method, path in [
        ("POST", "api/customer"),
        ("PUT", f"api/customer/{key}"),
        ("PATCH", f"api/customer/{key}"),
        ("DELETE", f"api/customer/{key}"),
        ("DELETE", "api/customer/424242"),
    ]:
        assert refusal(mate.call(method, path, {"lastName": "x"})) == (403, "type_not_writable")
    assert written() == before


def test_references_to_what_may_not_be_read_are_not_there_and_stay(we: Caller, mate: Caller, readers: Group) -> None:
    customer = made(we, "customer", lastName="Roy")
    equipment = made(we, "equipment", label="Lift", customer=customer, brand="Otis")
    readers.accesses.all().delete()
    readers.accesses.create(entity_type="Equipment", access="All")
    assert read(mate.get(f"api/equipment/{equipment}")) == {"key": equipment, "label": "Lift", "brand": "Otis"}
    assert "Roy" not in mate.get("api/equipment?pageSize=9").content.decode()
    assert errors(mate.call("PATCH", f"api/equipment/{equipment}", {"customer": customer})) == [
        ("/customer", "member_unknown")
    ]
    assert refusal(mate.get(f"api/equipment?customer={customer}")) == (400, "parameter_unknown")
    assert refusal(mate.get("api/equipment?sortInfo=customer+")) == (400, "sort_unknown")
    assert mate.call("PUT", f"api/equipment/{equipment}", {"label": "Lift 2"}).status_code == 200
    assert stored(equipment) == {"Label": "Lift 2", "Customer": customer}


def test_who_may_write_without_reading_is_told_the_key_alone(we: Caller, mate: Caller, readers: Group) -> None:
    readers.accesses.all().delete()
    readers.accesses.create(entity_type="Customer", access="Write")
    answer = mate.post("api/customer", {"lastName": "Roy"})
    key = read(answer)["key"]
    assert (answer.status_code, read(answer)) == (201, {"key": key})
    changed = mate.call("PATCH", f"api/customer/{key}", {"firstName": "Léa"})
    assert (read(changed), "ETag" in changed) == ({"key": key}, False)
    assert stored(key) == {"LastName": "Roy", "FirstName": "Léa"}
    assert refusal(mate.get(f"api/customer/{key}")) == (404, "entity_unknown")
    assert refusal(mate.get("api/customer")) == (404, "entity_unknown")


def test_a_key_that_is_not_meant_for_records_reaches_none(we: Caller, appkey: Any) -> None:
    key = made(we, "customer", lastName="Roy")
    appkey.row.scopes = ["import", "export"]
    appkey.row.save()
    for method, path in [("GET", "api/customer"), ("GET", f"api/customer/{key}"), ("POST", "api/customer")]:
        assert refusal(we.call(method, path, {})) == (403, "scope_missing")
    assert refusal(we.post("api/do/list", {"dateFrom": "2026-11-21"})) == (403, "scope_missing")
