"""Runs through the API: lists, filters, and what can be done about a run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from integration_admin.accounts.access import system_actor
from integration_admin.accounts.models import Brand
from sync_app.models import Record, Run, RunLease
from sync_app.runs.verbs.importing import start_import
from tests.api.conftest import LEA, MAX, NAMELESS, Caller, read

pytestmark = pytest.mark.django_db

RUNS = "api/integration/runs"


@pytest.fixture
def simulated(we: Caller) -> int:
    """A simulation of two inserts and an error."""
    return int(read(we.send(LEA, MAX, NAMELESS, simulate=True))["run"])


def test_runs_are_listed_newest_first_and_page_by_page(we: Caller) -> None:
    made = [read(we.send(LEA))["run"] for _ in range(5)]
    first = read(we.get(f"{RUNS}?limit=2"))
    second = read(we.get(f"{RUNS}?limit=2&before={first['next']}"))
    third = read(we.get(f"{RUNS}?limit=2&before={second['next']}"))
    seen = [item["run"] for page in (first, second, third) for item in page["items"]]
    assert seen == made[::-1]
    assert third["next"] is None


@pytest.mark.parametrize("name", ["limit", "before"])
@pytest.mark.parametrize("number", ["-1", "1e3", "", "x", "%D9%A1", "9" * 19, "1_0", "%201", "0x1"])
def test_it_refuses_numbers_that_are_none(name: str, number: str, we: Caller) -> None:
    answer = we.get(f"{RUNS}?{name}={number}")
    assert (answer.status_code, read(answer)["code"]) == (400, "parameter_invalid")


@pytest.mark.parametrize("limit", [0, 1001, 10**9])
def test_a_page_has_its_limits(limit: int, we: Caller) -> None:
    answer = we.get(f"{RUNS}?limit={limit}")
    assert (answer.status_code, read(answer)["code"]) == (400, "parameter_invalid")


@pytest.mark.parametrize("number", ["0", "x", "1e3", "-1", "9" * 18, "9" * 30, "%D9%A1", "1%00", "1;drop"])
def test_a_run_that_is_no_number_does_not_exist(number: str, we: Caller) -> None:
    for path in (f"{RUNS}/{number}", f"{RUNS}/{number}/operations"):
        answer = we.get(path)
        assert (answer.status_code, read(answer)["code"]) == (404, "run_not_found")


def test_one_run_tells_its_report_its_source_and_its_options(we: Caller, simulated: int) -> None:
    told = read(we.get(f"{RUNS}/{simulated}"))
    assert told["options"] == {"simulate": True, "verbose": False, "stopOnError": False, "atomic": False}
    assert (told["source"]["rows"], told["trigger"], told["actor"]) == (3, "api", "owner")
    assert told["errorsTotal"] == 1
    assert "operations" not in told


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", ["D-1", "D-2", "D-3"]),
        ("outcome=Insert", ["D-1", "D-2"]),
        ("outcome=Error", ["D-3"]),
        ("outcome=Update", []),
        ("type=Customer&outcome=Insert", ["D-1", "D-2"]),
        ("type=Project", []),
        ("code=value_required", ["D-3"]),
        ("field=LastName", ["D-1", "D-2", "D-3"]),
        ("field=Last", []),
        ("text=d-2", ["D-2"]),
        ("text=%25", []),
        ("text=%27+OR+1%3D1--", []),
        ("type=brand__appkeys", []),
    ],
)
def test_operations_are_filtered(query: str, keys: list[str], we: Caller, simulated: int) -> None:
    assert [item["key"] for item in read(we.get(f"{RUNS}/{simulated}/operations?{query}"))["items"]] == keys


def test_operations_are_paged_by_their_number(we: Caller, simulated: int) -> None:
    first = read(we.get(f"{RUNS}/{simulated}/operations?limit=2"))
    second = read(we.get(f"{RUNS}/{simulated}/operations?limit=2&after={first['next']}"))
    assert [len(first["items"]), len(second["items"]), second["next"]] == [2, 1, None]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("outcome=insert", "parameter_invalid"),
        ("outcome=", "parameter_invalid"),
        ("outcom=Insert", "parameter_unknown"),
        ("sortInfo=createdBy__password%2B", "parameter_unknown"),
        ("password__startswith=x", "parameter_unknown"),
        ("_connector=OR", "parameter_unknown"),
        ("text=a%00b", "parameter_invalid"),
        ("type=a&type=b", "parameter_repeated"),
    ],
)
def test_it_refuses_filters_it_does_not_know(query: str, code: str, we: Caller, simulated: int) -> None:
    answer = we.get(f"{RUNS}/{simulated}/operations?{query}")
    assert (answer.status_code, read(answer)["code"]) == (400, code)


def test_a_simulation_is_applied_once(we: Caller, simulated: int) -> None:
    applied = read(we.post(f"{RUNS}/{simulated}/apply"))
    assert (applied["kind"], applied["parent"], applied["counts"]["inserted"]) == ("apply", simulated, 2)
    assert Record.objects.count() == 2
    again = we.post(f"{RUNS}/{simulated}/apply")
    told = read(again)
    assert (again.status_code, told["code"]) == (409, "already_applied")
    assert str(applied["run"]) in told["message"]


def test_a_stale_simulation_writes_nothing_when_that_is_asked(we: Caller, simulated: int) -> None:
    we.send({**LEA, "Nom usage": "Someone"})
    report = read(we.post(f"{RUNS}/{simulated}/apply", {"stale": "refuse"}))
    assert report["status"] == "failed"
    assert [record.label for record in Record.objects.all()] == ["Someone"]


def test_a_run_is_undone_and_the_undo_is_undone(we: Caller) -> None:
    run = read(we.send(LEA, MAX))["run"]
    looked = read(we.post(f"{RUNS}/{run}/undo", {"simulate": True}))
    assert (looked["simulate"], looked["counts"]["deleted"], len(looked["operations"])) == (True, 2, 2)
    assert Record.objects.filter(deleted_at=None).count() == 2
    undone = read(we.post(f"{RUNS}/{run}/undo"))
    assert Record.objects.filter(deleted_at=None).count() == 0
    read(we.post(f"{RUNS}/{undone['run']}/undo"))
    assert Record.objects.filter(deleted_at=None).count() == 2


def test_only_the_failed_rows_are_retried(we: Caller) -> None:
    run = read(we.send(LEA, NAMELESS))["run"]
    report = read(we.post(f"{RUNS}/{run}/retry", {"version": "now", "simulate": True}))
    assert (report["counts"]["rows"], report["counts"]["failed"], report["parent"]) == (1, 1, run)


def test_a_waiting_run_is_cancelled(we: Caller, acme: Brand, now: datetime) -> None:
    run = start_import(
        actor=system_actor(brand=acme, name="t"), template="clients", body=b"[{}]", kind="json", clock=lambda: now
    )
    assert read(we.post(f"{RUNS}/{run.pk}/cancel"))["status"] == "cancelled"


def test_a_run_at_work_is_asked_to_stop(we: Caller, acme: Brand, now: datetime) -> None:
    run = start_import(
        actor=system_actor(brand=acme, name="t"), template="clients", body=b"[{}]", kind="json", clock=lambda: now
    )
    Run.objects.filter(pk=run.pk).update(status="running")
    RunLease.objects.filter(run=run).update(holder="worker", expires_at=now.replace(year=2030))
    answer = we.post(f"{RUNS}/{run.pk}/cancel")
    assert (answer.status_code, read(answer)["status"]) == (202, "running")
    assert RunLease.objects.get(run=run).cancel


@pytest.mark.parametrize(
    ("command", "body", "code"),
    [
        ("apply", {"stale": "force"}, "option_invalid"),
        ("apply", {"stale": True}, "option_invalid"),
        ("apply", {"stale": None}, "option_invalid"),
        ("apply", {"force": True}, "option_unknown"),
        ("apply", [], "options_not_object"),
        ("apply", "true", "options_not_object"),
        ("undo", {"simulate": "false"}, "option_invalid"),
        ("undo", {"simulate": 0}, "option_invalid"),
        ("undo", {"conflicts": ["keep"]}, "option_invalid"),
        ("undo", b'{"simulate": true, "simulate": false}', "duplicate_key"),
        ("undo", b"{simulate: true}", "json_unquoted_key"),
        ("undo", b'{"simulate": 1e999}', ""),
        ("retry", {"version": "later"}, "option_invalid"),
        ("retry", {"code": "a\0b"}, "option_invalid"),
        ("retry", {"code": "email_invalid", "name": "\0"}, "option_invalid"),
        ("retry", {"stopOnError": True, "atomic": True}, "options_exclude"),
        ("cancel", {"simulate": True}, "option_unknown"),
        ("undo", b"[" * 60_000, ""),
    ],
)
def test_it_refuses_options_it_does_not_know(command: str, body: Any, code: str, we: Caller, simulated: int) -> None:
    before = Run.objects.count()
    answer = we.post(f"{RUNS}/{simulated}/{command}", body)
    assert answer.status_code == 400
    assert read(answer)["code"] == code or not code
    assert Run.objects.count() == before


@pytest.mark.parametrize(
    "path", [RUNS, f"{RUNS}/1", f"{RUNS}/1/undo", "api/config", "api/integration/templates", "token"]
)
@pytest.mark.parametrize("method", ["DELETE", "PATCH", "TRACE", "PUT", "BREW"])
def test_it_names_the_methods_it_answers_to(path: str, method: str, we: Caller) -> None:
    if (path, method) == ("token", "PUT"):
        return
    answer = we.call(method, path, {})
    assert answer.status_code == 405
    methods = {"POST"} if path.endswith("undo") else {"POST", "PUT"} if path == "token" else {"GET", "HEAD"}
    assert set(answer["Allow"].split(", ")) == methods | {"OPTIONS"}
    asked = we.call("OPTIONS", path)
    assert (asked.status_code, asked.content, asked["Allow"]) == (204, b"", answer["Allow"])


@pytest.mark.parametrize(
    ("path", "methods"), [("clients", "POST, OPTIONS"), ("clients-out", "GET, HEAD, OPTIONS"), ("no-such", "")]
)
def test_a_template_answers_to_the_methods_of_its_direction(path: str, methods: str, we: Caller) -> None:
    asked = we.call("OPTIONS", f"api/integration/{path}")
    assert (asked.status_code, asked.get("Allow", "")) == (204 if methods else 404, methods)
    refused = we.call("PATCH", f"api/integration/{path}")
    assert refused.status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        RUNS,
        "api/config",
        "api/integration/templates",
        "api/integration/clients-out",
        "api/customer",
        "api/customer?pageSize=5",
        "api/customer/1",
        "api/customer/no-such",
        "api/no-such",
        f"{RUNS}/987654321",
        "api/any/thing/else",
        "api/customer?pageSize=nonsense",
    ],
)
def test_head_is_get_without_the_body(path: str, we: Caller) -> None:
    shown, asked = we.get(path), we.call("HEAD", path)
    assert (asked.status_code, asked["Content-Type"]) == (shown.status_code, shown["Content-Type"])
    assert b"".join(asked) == b""
    assert b"".join(shown)
    if not shown.streaming and shown.status_code == 200:
        assert asked["Content-Length"] == str(len(shown.content))


@pytest.mark.parametrize("path", [RUNS, "api/config", "api/integration/templates", "api/integration/clients-out"])
def test_a_slash_at_the_end_is_tolerated(path: str, we: Caller) -> None:
    assert we.get(f"{path}/").status_code == 200


@pytest.mark.parametrize(("version", "kind"), [("4.1", 1026), ("4.7", "Individual")])
def test_operations_write_enums_as_the_records_of_the_brand_do(
    version: str, kind: str | int, acme: Brand, we: Caller
) -> None:
    acme.api_version = version
    acme.save()
    told = read(we.send(LEA, simulate=True))
    assert told["operations"][0]["changes"]["Type"] == {"old": None, "new": kind}
    assert read(we.get(f"{RUNS}/{told['run']}/operations"))["items"] == told["operations"]
