"""Failed rows retried through the API: all of them, one, or those refused alike; by those who may, in their brand."""

from __future__ import annotations

from typing import Any

import pytest

from sync_app.models import Record, Run
from tests.api.conftest import LEA, MAX, NAMELESS, Caller, read

pytestmark = pytest.mark.django_db

RUNS = "api/integration/runs"
BROKEN = {**MAX, "Email": "broken"}


@pytest.fixture
def failed(we: Caller) -> int:
    """A run in which three of four rows failed, the last one for two reasons."""
    worst = {"ID_DOSSIER": "D-9", "Email": "broken"}
    return int(read(we.send(LEA, NAMELESS, BROKEN, worst))["run"])


def retry(we: Caller, run: int, **options: Any) -> Any:
    return we.post(f"{RUNS}/{run}/retry", options)


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({}, [2, 3, 4]),
        ({"row": 2}, [2]),
        ({"row": 4.0}, [4]),
        ({"code": "email_invalid"}, [3, 4]),
        ({"code": "value_required"}, [2, 4]),
        ({"code": "email_invalid", "type": "Customer", "field": "Email", "name": "Email"}, [3, 4]),
        ({"code": "value_required", "field": "LastName"}, [2, 4]),
    ],
)
def test_only_the_rows_asked_for_are_tried_again(
    we: Caller, failed: int, asked: dict[str, Any], rows: list[int]
) -> None:
    told = read(retry(we, failed, simulate=True, **asked))
    assert (told["parent"], told["counts"]["rows"]) == (failed, len(rows))
    assert sorted({error["row"] for error in told["errors"]}) == rows
    options = read(we.get(f"{RUNS}/{told['run']}"))["options"]
    assert options.get("only") == (asked or None)


def test_an_error_of_a_report_says_what_to_ask_for(we: Caller, failed: int) -> None:
    errors = read(we.get(f"{RUNS}/{failed}"))["errors"]
    assert errors
    for error in errors:
        place = {name: error[name] for name in ("code", "type", "field", "name")}
        told = read(retry(we, failed, simulate=True, **place))
        assert error["row"] in {one["row"] for one in told["errors"]}


@pytest.mark.parametrize(
    "asked",
    [
        {"row": 1},
        {"row": 99},
        {"row": 2**31 - 1},
        {"code": "nothing"},
        {"code": "email_invalid", "type": "Project"},
        {"code": "email_invalid", "field": ""},
        {"code": 'email_invalid" OR "1"="1'},
        {"code": ""},
    ],
)
def test_rows_that_did_not_fail_are_not_tried(we: Caller, failed: int, asked: dict[str, Any]) -> None:
    runs = Run.objects.count()
    answer = retry(we, failed, **asked)
    assert (answer.status_code, read(answer)["code"]) == (409, "nothing_to_retry")
    assert Run.objects.count() == runs


@pytest.mark.parametrize(
    ("asked", "code", "pointer"),
    [
        ({"row": "2"}, "option_invalid", "/row"),
        ({"row": True}, "option_invalid", "/row"),
        ({"row": 0}, "option_invalid", "/row"),
        ({"row": -1}, "option_invalid", "/row"),
        ({"row": 2.5}, "option_invalid", "/row"),
        ({"row": 2**31}, "option_invalid", "/row"),
        ({"row": [2]}, "option_invalid", "/row"),
        ({"row": None}, "option_invalid", "/row"),
        ({"code": 7}, "option_invalid", "/code"),
        ({"code": None}, "option_invalid", "/code"),
        ({"code": "x" * 256}, "option_invalid", "/code"),
        ({"row": 2, "code": "email_invalid"}, "options_exclude", "/code"),
        ({"field": "Email"}, "option_needs", "/field"),
        ({"row": 2, "type": "Customer"}, "option_needs", "/type"),
        ({"rows": [2]}, "option_unknown", "/rows"),
    ],
)
def test_it_refuses_what_names_no_rows(we: Caller, failed: int, asked: dict[str, Any], code: str, pointer: str) -> None:
    runs = Run.objects.count()
    answer = retry(we, failed, **asked)
    told = read(answer)
    assert (answer.status_code, told["code"], told["pointer"]) == (400, code, pointer)
    assert Run.objects.count() == runs


@pytest.mark.parametrize("asked", [{"row": 2}, {"code": "email_invalid"}])
def test_another_brand_finds_no_run_and_no_row(we: Caller, they: Caller, failed: int, asked: dict[str, Any]) -> None:
    foreign, missing = retry(they, failed, **asked), retry(they, 10**15, **asked)
    assert foreign.status_code == missing.status_code == 404
    assert {name: value for name, value in read(foreign).items() if name != "requestId"} == {
        name: value for name, value in read(missing).items() if name != "requestId"
    }


@pytest.mark.parametrize("asked", [{"row": 2}, {"code": "email_invalid"}])
def test_a_retry_needs_the_rights_of_the_import(failed: int, mate: Caller, asked: dict[str, Any]) -> None:
    answer = retry(mate, failed, **asked)
    assert (answer.status_code, read(answer)["code"]) == (403, "right_missing")
    assert Record.objects.count() == 1
