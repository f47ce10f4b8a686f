"""What is planned in a window of time, as a client of the vendor asks for it and reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import pytest
import requests
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integration_admin.accounts.access import system_actor
from integration_admin.accounts.models import Brand, Group
from templates_app.library.fields import add_custom_field
from tests.api.conftest import Caller, read, written
from tests.api.entities import made, refusal

pytestmark = pytest.mark.django_db

LIST: Final = "api/do/list"
DAY: Final = {"dateFrom": "2026-11-21T00:00:00", "dateTo": "2026-11-22T00:00:00"}
Plan = Callable[..., int]


@pytest.fixture
def plan(we: Caller) -> Plan:
    """Plans work on a day of November 2026, from and to an hour in Paris."""

    def plan(day: int, begin: str, end: str, **members: Any) -> int:
        times = {"start": f"2026-11-{day:02}T{begin}:00", "end": f"2026-11-{day:02}T{end}:00"}
        return made(we, "do", **times, **members)

    return plan


def keys(we: Caller, **asked: Any) -> list[int]:
    answer = we.post(LIST, {**DAY, **asked})
    assert answer.status_code == 200, answer.content
    body = read(answer)
    assert body["totalItems"] == len(body["items"])
    return [item["key"] for item in body["items"]]


def test_what_overlaps_with_the_window_is_meant_in_the_order_it_begins(plan: Plan, we: Caller) -> None:
    late = plan(21, "14:00", "15:00")
    early = plan(21, "08:00", "09:00")
    plan(20, "08:00", "09:00")
    plan(22, "08:00", "09:00")
    over = made(we, "do", start="2026-11-20T22:00:00", end="2026-11-21T01:00:00")
    before = made(we, "do", start="2026-11-20T22:00:00", end="2026-11-21T00:00:00")
    moment = plan(21, "00:00", "00:00")
    assert keys(we) == [over, moment, early, late]
    assert before not in keys(we)
    assert keys(we, dateFrom="2026-11-21T08:30:00", dateTo="2026-11-21T14:00:00") == [early]
    assert keys(we, dateFrom="2026-11-21T07:30:00Z", dateTo="2026-11-21T09:00:00+01:00") == [early]


@pytest.mark.parametrize("end", [None, "2026-11-21T00:00:00", "2026-11-21", ""])
def test_a_window_without_an_end_of_its_own_is_the_whole_day(end: str | None, plan: Plan, we: Caller) -> None:
    meant = plan(21, "08:00", "09:00")
    plan(22, "00:00", "09:00")
    assert keys(we, dateTo=end) == [meant]
    assert keys(we, dateFrom="2026-11-21", dateTo=end) == [meant]


def test_resources_categories_and_tasks_narrow(plan: Plan, we: Caller) -> None:
    home, away = made(we, "department", label="Home"), made(we, "department", label="Away")
    kim = made(we, "resource", lastName="Kim", departments=[home])
    max_ = made(we, "resource", lastName="Max", departments=[away])
    sure, coaching = made(we, "category", label="Sure"), made(we, "task", label="Coaching")
    ours = plan(21, "08:00", "09:00", resources=[kim], category=sure, task=coaching)
    theirs = plan(21, "09:00", "10:00", resources=[max_])
    named = plan(21, "10:00", "11:00", departments=[home])
    assert keys(we) == [ours, theirs, named]
    assert keys(we, resources=[kim]) == [ours]
    assert keys(we, resources=[kim, max_]) == [ours, theirs]
    assert keys(we, resources=[{"key": kim, "label": "Kim"}["key"]], categories=[sure]) == [ours]
    assert keys(we, categories=[sure]) == [ours]
    assert keys(we, tasks=[coaching]) == [ours]
    assert keys(we, tasks=[home]) == [ours, named]
    assert keys(we, tasks=[away, coaching]) == [ours, theirs]
    assert keys(we, resources=[424242]) == keys(we, tasks=[424242]) == keys(we, categories=[424242]) == []
    assert keys(we, resources=None, categories=[], tasks=None) == [ours, theirs, named]


def test_results_are_tasks_unavailabilities_or_both(plan: Plan, we: Caller) -> None:
    task, away = plan(21, "08:00", "09:00"), plan(21, "09:00", "10:00", type="Unavailability")
    times = {"start": "2026-11-21T10:00:00", "end": "2026-11-21T11:00:00"}
    ill = made(we, "unavailability", label="Ill", **times)
    assert keys(we, results="Task") == [task]
    assert keys(we, results="Unavailability") == [away, ill]
    assert keys(we, results=["Task", "Unavailability"]) == keys(we, results=None) == [task, away, ill]
    items = read(we.post(LIST, DAY))["items"]
    assert [item["type"] for item in items] == ["Task", "Unavailability", "Unavailability"]


def test_times_are_the_brands_own_without_a_zone_and_nothing_is_missing(plan: Plan, we: Caller) -> None:
    key = plan(21, "08:00", "09:30")
    detail = read(we.get(f"api/do/{key}"))
    assert (detail["start"], detail["place"]) == ("2026-11-21T07:00:00Z", {"address": "", "zip": "", "city": ""})
    [item] = read(we.post(LIST, DAY))["items"]
    assert (item["start"], item["end"]) == ("2026-11-21T08:00:00", "2026-11-21T09:30:00")
    assert (item["project"], item["task"], item["resources"], item["customers"]) == (None, None, [], [])
    assert (item["remark"], item["notValid"], item["fields"]) == ("", False, {})


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/dateFrom"),
        ({"dateFrom": ""}, "/dateFrom"),
        ({"dateFrom": "tomorrow"}, "/dateFrom"),
        ({"dateFrom": 20261121}, "/dateFrom"),
        ({"dateFrom": "2026-11-21", "dateTo": "2026-11-20"}, "/dateTo"),
        ({"dateFrom": "9999-12-31"}, "/dateTo"),
        ({"dateFrom": "2026-03-29T02:30:00"}, "/dateFrom"),
        ({"dateFrom": "2026-11-21", "resources": "kim"}, "/resources"),
        ({"dateFrom": "2026-11-21", "resources": [True]}, "/resources"),
        ({"dateFrom": "2026-11-21", "resources": {"key": 1}}, "/resources"),
        ({"dateFrom": "2026-11-21", "tasks": [[1]]}, "/tasks"),
        ({"dateFrom": "2026-11-21", "categories": ["1 OR 1=1"]}, "/categories"),
        ({"dateFrom": "2026-11-21", "results": "Tasks"}, "/results"),
        ({"dateFrom": "2026-11-21", "results": [["Task"]]}, "/results"),
        ({"dateFrom": "2026-11-21", "datefrom": "x"}, "/datefrom"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(body: dict[str, Any], pointer: str, we: Caller) -> None:
    answer = we.post(LIST, body)
    assert (answer.status_code, read(answer)["pointer"]) == (400, pointer)
    assert read(answer)["message"]


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"{", b'{"dateFrom": "2026-11-21", "dateFrom": ""}'])
def test_a_body_that_is_no_object_is_refused(content: bytes, we: Caller) -> None:
    assert we.post(LIST, content).status_code == 400


def test_it_is_a_question_and_writes_nothing(plan: Plan, we: Caller, mate: Caller) -> None:
    plan(21, "08:00", "09:00")
    before = written()
    keys(we)
    assert refusal(mate.post(LIST, DAY)) == (404, "entity_unknown")
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert refusal(we.call(method, LIST)) == (405, "method_not_allowed")
    assert written() == before


def test_people_who_may_not_be_read_are_not_there(plan: Plan, we: Caller, mate: Caller, readers: Group) -> None:
    kim, roy = made(we, "resource", lastName="Kim"), made(we, "customer", lastName="Roy")
    home = made(we, "department", label="Home")
    we.call("PATCH", f"api/resource/{kim}", {"departments": [home]})
    plan(21, "08:00", "09:00", resources=[kim], customers=[roy])
    readers.accesses.create(entity_type="Do", access="Read")
    [item] = read(mate.post(LIST, DAY))["items"]
    assert (item["resources"], [one["label"] for one in item["customers"]]) == ([], ["Roy"])
    assert read(mate.post(LIST, {**DAY, "tasks": [home]}))["items"] == []


def told(caller: Caller, **asked: Any) -> list[int]:
    return [item["key"] for item in read(caller.post(LIST, {**DAY, **asked}))["items"]]


def test_what_may_not_be_read_narrows_to_nothing(plan: Plan, we: Caller, mate: Caller, readers: Group) -> None:
    home = made(we, "department", label="Home")
    kim = made(we, "resource", lastName="Kim", departments=[home])
    sure, coaching = made(we, "category", label="Sure"), made(we, "task", label="Coaching")
    work = plan(21, "08:00", "09:00", resources=[kim], category=sure, task=coaching, departments=[home])
    times = {"start": "2026-11-21T10:00:00", "end": "2026-11-21T11:00:00"}
    ill = made(we, "unavailability", label="Ill", resources=[kim], **times)
    for entity in ("Do", "Unavailability"):
        readers.accesses.create(entity_type=entity, access="Read")
    assert told(mate) == [work, ill]
    for asked in ({"resources": [kim]}, {"categories": [sure]}, {"tasks": [coaching]}, {"tasks": [home]}):
        assert told(mate, **asked) == []
    readers.accesses.create(entity_type="Resource", access="Read")
    assert told(mate, resources=[kim]) == [work, ill]
    assert told(mate, tasks=[home]) == []
    readers.accesses.create(entity_type="Department", access="Read")
    assert told(mate, tasks=[home]) == [work]
    assert told(mate, categories=[sure]) == told(mate, tasks=[coaching]) == []


def test_the_ends_of_time_are_told_in_utc_where_the_brands_clock_cannot_show_them(we: Caller) -> None:
    Brand.objects.update(time_zone="Europe/Paris")
    made(we, "do", start="0001-01-01T00:00:00Z", end="9999-12-31T23:59:59Z")
    (shown,) = read(we.post("api/do/list", {"dateFrom": "2026-11-21"}))["items"]
    assert (shown["start"][:10], shown["end"]) == ("0001-01-01", "9999-12-31T23:59:59Z")
    for least in ("0001-01-01T00:00:00", "0001-01-01T00:00:00.0000000", "0001-01-01"):
        answer = we.post("api/do/list", {"dateFrom": least, "dateTo": "9999-12-31T23:59:59"})
        assert read(answer)["items"] == [shown]


def test_fractions_of_a_second_stand_behind_the_whole_one(we: Caller) -> None:
    times = ("07:00:00.500000Z", "07:00:00Z", "07:00:00.250000Z")
    late, first, between = (
        made(we, "do", start=f"2026-11-21T{time}", end="2026-11-21T08:00:00.5Z", label=time) for time in times
    )
    assert keys(we) == [first, between, late]
    assert keys(we, dateFrom="2026-11-21T07:00:00.25Z", dateTo="2026-11-21T07:00:00.4Z") == [first, between]
    assert keys(we, dateFrom="2026-11-21T08:00:00Z") == [first, between, late]
    assert keys(we, dateFrom="2026-11-21T08:00:00.5Z") == []


def test_work_and_unavailabilities_stand_in_one_order_whatever_there_is_beside_the_window(
    plan: Plan, we: Caller
) -> None:
    gone = plan(21, "09:00", "10:00")
    we.call("DELETE", f"api/do/{gone}")
    times = {"start": "2026-11-21T08:00:00", "end": "2026-11-21T20:00:00"}
    ill = made(we, "unavailability", label="Ill", **times)
    second, first = plan(21, "10:00", "11:00"), plan(21, "07:00", "08:00")
    keys(we)
    with CaptureQueriesContext(connection) as few:
        assert keys(we) == [first, ill, second]
    for day in (19, 20, 22, 23):
        plan(day, "08:00", "09:00")
    with CaptureQueriesContext(connection) as many:
        assert keys(we) == [first, ill, second]
    assert len(many) == len(few)


def test_each_key_of_the_list_is_that_of_a_detail(
    plan: Plan, we: Caller, mate: Caller, readers: Group, acme: Brand, now: datetime
) -> None:
    for entity, name, kind in [("Do", "_NOTE", "Text"), ("Unavailability", "_NOTE", "Memo"), ("Do", "_CAR", "Text")]:
        add_custom_field(actor=system_actor(brand=acme, name="t"), entity_type=entity, name=name, kind=kind, at=now)
    kim = made(we, "resource", lastName="Kim")
    times = {"start": "2026-11-21T10:00:00", "end": "2026-11-21T11:00:00"}
    ill = made(we, "unavailability", label="Ill", resources=[kim], fields={"NOTE": "flu"}, **times)
    work = plan(21, "08:00", "09:00")
    assert [read(we.get(f"api/do/{key}"))["key"] for key in keys(we)] == [work, ill]
    detail = we.get(f"api/do/{ill}")
    assert read(detail) == {
        "key": ill,
        "label": "Ill",
        "type": "Unavailability",
        "start": "2026-11-21T09:00:00Z",
        "end": "2026-11-21T10:00:00Z",
        "resources": [{"key": kim, "label": "Kim"}],
        "place": {"address": "", "zip": "", "city": ""},
        "fields": {"NOTE": "", "CAR": ""},
    }
    assert we.get(f"api/do/{ill}", **{"If-None-Match": detail["ETag"]}).status_code == 304
    # It is written where it belongs, by the tag of either address.
    assert refusal(we.call("PATCH", f"api/do/{ill}", {"label": "Well"})) == (404, "record_not_found")
    changed = we.call("PATCH", f"api/unavailability/{ill}", {"label": "Well"}, headers={"If-Match": detail["ETag"]})
    assert changed.status_code == 200
    assert (
        refusal(we.get(f"api/do/{kim}")) == refusal(we.get(f"api/unavailability/{work}")) == (404, "record_not_found")
    )
    readers.accesses.create(entity_type="Do", access="Read")
    assert refusal(mate.get(f"api/do/{ill}")) == (404, "record_not_found")


# --- a client of the vendor


@pytest.mark.django_db(transaction=True)
def test_a_client_written_for_the_vendor_reads_departments_categories_and_planned_work(
    live_server: Any, plan: Plan, we: Caller, owner: Any, acme: Brand, now: datetime
) -> None:
    actor = system_actor(brand=acme, name="tests")
    for entity, name in [("Do", "_DEPARTUREPLACE"), ("Customer", "_COMMENTSCUSTOMER"), ("Project", "_SO")]:
        add_custom_field(actor=actor, entity_type=entity, name=name, at=now)
    department = made(we, "department", label="Field")
    category = made(we, "category", label="Planned")
    kim = made(we, "resource", lastName="Kim", email="kim@example.org", departments=[department])
    roy = made(we, "customer", company="Roy & Co", phone="+33 1 39 98 10 01")
    project = made(we, "project", label="Hall", fields={"SO": "00042"})
    place = {"address": "1 rue Haute", "zip": "69001", "city": "Lyon"}
    made(we, "do", start="2026-11-20T08:00:00", end="2026-11-20T09:00:00")
    people = {"resources": [kim], "customers": [roy]}
    plan(21, "08:00", "12:00", **people, project=project, category=category, place=place)

    base, headers = f"{live_server.url}/acme/", {"X-APPKEY": we.appkey, "Accept-Language": "fr"}
    form = {"grant_type": "password", "username": "owner", "password": owner.password}
    token = requests.put(f"{base}token", data=form, headers=headers, timeout=10).json()["access_token"]
    headers["Authorization"] = f"Bearer {token}"

    def get(path: str, **params: int) -> Any:
        answer = requests.get(f"{base}api/{path}", params=params, headers=headers, timeout=10)
        assert answer.status_code == 200
        return answer.json()

    [theirs] = get("department", pageSize=999)["items"]
    assert get(f"department/{theirs['key']}", pageSize=999)["label"] == "Field"
    [category_seen] = get("category")["items"]
    window = {"dateFrom": datetime(2026, 11, 21).isoformat(), "dateTo": datetime(2026, 11, 21, 23, 59).isoformat()}
    asked = window | {
        "resources": None,
        "categories": [category_seen["key"]],
        "results": "Task",
        "tasks": [theirs["key"]],
    }
    answer = requests.post(f"{base}api/do/list", headers=headers, json=asked, timeout=10)
    assert answer.status_code == 200
    [mission] = answer.json()["items"]
    assert (mission["start"], mission["end"]) == ("2026-11-21T08:00:00", "2026-11-21T12:00:00")
    assert mission["fields"]["DEPARTUREPLACE"] == mission["remark"] == ""
    assert mission["project"]["fields"]["SO"].lstrip("0") == "42"
    [resource], [customer] = mission["resources"], mission["customers"]
    assert {name: resource[name] for name in ("label", "lastName", "firstName", "mobile", "email")} == {
        "label": "Kim",
        "lastName": "Kim",
        "firstName": "",
        "mobile": "",
        "email": "kim@example.org",
    }
    assert (customer["label"], customer["mobile"], customer["fields"]["COMMENTSCUSTOMER"]) == ("Roy & Co", "", "")
    assert get(f"do/{mission['key']}")["place"] == place
    wrong = requests.post(f"{base}api/do/list", headers=headers | {"Authorization": "x"}, json=asked, timeout=10)
    assert wrong.status_code == 401
