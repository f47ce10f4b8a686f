"""What a service says that no service should say stops a transfer, and is never taken for a list or a delivery."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from sync_app.syncs.connectors.base import Fetched, Link, Trouble
from sync_app.syncs.connectors.campus_skills import CampusSkills
from sync_app.syncs.connectors.http_json import HttpJson
from sync_app.syncs.connectors.http_paging import found_at
from sync_app.syncs.connectors.planningpme import PlanningPme
from sync_app.syncs.connectors.weavy import Weavy
from tests.syncs.connectors.links import fails, link_of
from tests.syncs.http.scripted import NOW, Clock, Server, answer, serving

PAGE = "<!doctype html><title>Sign in</title>"
HTML = "Content-Type: text/html; charset=utf-8"
PAGES = [answer(PAGE), answer("\ufeff\n " + PAGE), answer("Sign in", 200, HTML), answer("", 200, HTML)]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time that passes only when somebody waits."""
    clock = Clock()
    monkeypatch.setattr("sync_app.syncs.http.client.Timing", lambda: clock.timing)
    return clock


def opened(server: Server, **transfer: Any) -> Link:
    """A connection that fills in every form well enough."""
    settings = {"address": server.base + "/demo", "project": "DEMO", "username": "planner"}
    secrets = {"password": "p-secret", "appkey": "a-secret", "token": "t-secret"}
    return link_of(now=lambda: NOW, settings=settings, secrets=secrets, transfer=transfer)


# --- numbers


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("12.0", 12),
        ("1e3", 1000),
        ("1.5", Decimal("1.5")),
        ("1e10000000", Decimal("1e10000000")),
        ("-1e99999999", Decimal("-1e99999999")),
    ],
)
def test_a_number_is_whole_only_while_it_can_be_written_out(told: str, found: Any) -> None:
    value = found_at({"total": Decimal(told)}, "total")
    assert (value, type(value)) == (found, type(found))


@pytest.mark.parametrize("number", ["1e9999999999999999999999", "-0.1e-9999999999999999999999"])
def test_a_number_that_nobody_can_hold_is_no_answer(number: str) -> None:
    with serving(answer(f'[{{"a": {number}}}]')) as server, fails("answer_not_json", Trouble.ANSWER) as failed:
        HttpJson().pull(opened(server, paging="none", path="items"), watermark="")
    assert failed.params["host"] == "127.0.0.1"


# --- the next page


def test_only_the_last_page_says_that_there_is_no_next() -> None:
    first = answer([{"id": 1}], 200, 'Link: </demo/items?p=2>; rel="next"')
    with serving(first, answer([{"id": 2}])) as server:
        fetched = HttpJson().pull(opened(server, paging="link", path="items"), watermark="")
    assert (json.loads(fetched.body), fetched.complete) == ([{"id": 1}, {"id": 2}], False)


def test_a_header_of_endless_links_is_not_searched() -> None:
    links = "Link: " + "<a>;rel=x," * 900
    with serving(answer([{"id": 1}], 200, links)) as server, fails("next_unreadable", Trouble.ANSWER) as failed:
        HttpJson().pull(opened(server, paging="link", path="items"), watermark="")
    assert failed.params["path"] == "Link"


# --- lists


TOKEN = answer({"access_token": "good"})


def exported(content: Any, **transfer: Any) -> Fetched:
    with serving(TOKEN, answer(content)) as server:
        return PlanningPme().pull(opened(server, **({"template": "client-export"} | transfer)), watermark="")


@pytest.mark.parametrize(
    "content",
    [
        {"errors": 1, "errorList": [{"index": 0, "message": "No."}]},
        {"errors": 0, "errorList": []},
        {"error": "No.", "items": []},
        {"errorCode": 17, "rows": []},
        {"errors": [{"message": "No."}]},
    ],
)
def test_an_error_that_is_told_with_200_is_no_export(content: dict[str, Any]) -> None:
    with fails("list_missing", Trouble.ANSWER):
        exported(content)


@pytest.mark.parametrize(
    ("content", "complete"),
    [
        ({"items": [{"key": 1}]}, True),
        ({"items": [{"key": 1}], "totalItems": 1, "errors": []}, True),
        ({"customers": [{"key": 1}], "totalItems": 2}, False),
        ({"items": [{"key": 1}], "totalItems": [1]}, False),
        ([{"key": 1}], True),
    ],
)
def test_an_export_is_complete_unless_it_says_otherwise(content: Any, complete: bool) -> None:
    fetched = exported(content)
    assert (json.loads(fetched.body), fetched.complete) == ([{"key": 1}], complete)


@pytest.mark.parametrize("total", [[1], {"n": 1}, "1", None])
def test_a_total_that_is_no_number_proves_nothing(total: Any) -> None:
    fetched = exported({"items": [{"key": ["K"]}], "totalItems": total}, source="entity", entity="customer")
    assert (json.loads(fetched.body), fetched.complete) == ([{"key": ["K"]}], False)
    with serving(answer({"contrats": [{"codeContrat": ["C"]}], "total": total})) as server:
        fetched = CampusSkills().pull(opened(server), watermark="")
    assert (json.loads(fetched.body), fetched.complete) == ([{"codeContrat": ["C"]}], False)


@pytest.mark.parametrize("cursor", ["a\0b", "\ud800", "x" * 4001, "a\nb"])
def test_a_cursor_that_cannot_be_kept_is_told(cursor: str) -> None:
    with fails("next_unreadable", Trouble.ANSWER) as failed:
        exported({"items": [], "cursor": cursor})
    assert failed.params["path"] == "cursor"


@pytest.mark.parametrize("told", ["²", "soon", "٢٠٢٦١١٢٠", "1" * 30, "", 20261120120000])
def test_a_next_beginning_that_is_no_moment_is_not_asked_for(told: Any) -> None:
    assert exported({"items": [], "next": told}).watermark == "since:20261122115900"
    assert exported({"items": [], "next": "20261120120000"}).watermark == "since:20261120120000"


@pytest.mark.parametrize("code", ["a\0b", "\ud800", "x" * 4001, "", None])
def test_a_record_whose_code_cannot_be_kept_is_told(code: Any) -> None:
    replies = answer({"authToken": "good"}), answer({"data": [{"c_ID": code}]})
    with serving(*replies) as server, fails("code_missing", Trouble.ANSWER):
        Weavy().pull(opened(server, entity="c"), watermark="")


# --- numbered pages


LISTS: list[tuple[Any, list[bytes], dict[str, Any], str, str, str]] = [
    (PlanningPme(), [TOKEN], {"source": "entity", "entity": "customer"}, "items", "totalItems", "key"),
    (CampusSkills(), [], {}, "contrats", "total", "codeContrat"),
]


@pytest.mark.parametrize(("connector", "before", "transfer", "rows", "total", "code"), LISTS)
def test_a_service_that_keeps_its_pages_small_is_read_to_its_end(
    connector: Any, before: list[bytes], transfer: dict[str, Any], rows: str, total: str, code: str
) -> None:
    pages = [answer({rows: [{code: f"{page}-{row}"} for row in range(100)], total: 250}) for page in range(2)]
    last = answer({rows: [{code: f"2-{row}"} for row in range(50)], total: 250})
    with serving(*before, *pages, last) as server:
        fetched = connector.pull(opened(server, **transfer), watermark="")
    assert (len(json.loads(fetched.body)), fetched.complete) == (250, True)
    assert len(server.calls) == len(before) + 3


@pytest.mark.parametrize(("connector", "before", "transfer", "rows", "total", "code"), LISTS)
def test_a_list_that_is_shorter_than_it_says_ends_and_proves_nothing(
    connector: Any, before: list[bytes], transfer: dict[str, Any], rows: str, total: str, code: str
) -> None:
    with serving(*before, answer({rows: [{code: 1}, {}], total: 9}), answer({rows: [], total: 9})) as server:
        fetched = connector.pull(opened(server, **transfer), watermark="")
    assert (json.loads(fetched.body), fetched.complete) == ([{code: 1}, {}], False)


@pytest.mark.parametrize(("connector", "before", "transfer", "rows", "total", "code"), LISTS)
@pytest.mark.parametrize("told", [None, -1, 0, True, "9", 1.5, 10**30])
def test_a_list_whose_length_is_not_clear_proves_nothing(
    connector: Any, before: list[bytes], transfer: dict[str, Any], rows: str, total: str, code: str, told: Any
) -> None:
    with serving(*before, answer({rows: [{code: 1}], total: told}), answer({rows: [], total: told})) as server:
        fetched = connector.pull(opened(server, **transfer), watermark="")
    assert (json.loads(fetched.body), fetched.complete) == ([{code: 1}], False)


# --- deliveries


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("sending", ["one", "batch", "all"])
def test_a_page_in_place_of_an_answer_is_no_delivery(page: bytes, sending: str) -> None:
    with serving(page) as server, fails("answer_not_json", Trouble.ANSWER):
        list(HttpJson().push(opened(server, sending=sending, path="in"), items=iter([{"a": 1}]), key="k", skip=0))


@pytest.mark.parametrize("said", [answer(""), answer("OK"), answer({}), answer("", 204)])
def test_an_answer_without_a_page_is_one(said: bytes) -> None:
    with serving(said) as server:
        sent = list(HttpJson().push(opened(server, path="in"), items=iter([{"a": 1}]), key="k", skip=0))
    assert [one.delivered for one in sent] == [1]


@pytest.mark.parametrize(
    "invalid", [[{"codeContrat": 9}], [{}], [7], [{"codeContrat": 1}] * 2, [{"codeContrat": None}]]
)
def test_contracts_that_are_called_invalid_and_not_known_confirm_nothing(invalid: list[Any]) -> None:
    compared = answer({"same": [], "added": [1, 2], "updated": [], "removed": []})
    items: list[dict[str, Any]] = [{"codeContrat": 1}, {"name": "without a code"}]
    with (
        serving(compared, answer({"validContrats": [], "invalidContrats": invalid})) as server,
        fails("difference_unclear", Trouble.ANSWER),
    ):
        list(CampusSkills().push(opened(server, version="v2"), items=iter(items), key="k", skip=0))


@pytest.mark.parametrize(
    "body", ["{broken", "<b>No.</b>", "[]", "7", '{"message": 7, "message": 8}', '{"message": " "}']
)
def test_a_refusal_that_cannot_be_read_is_one(body: str) -> None:
    token = answer({"authToken": "good"})
    with serving(token, answer(body, 400)) as server:
        sent = list(Weavy().push(opened(server, entity="c"), items=iter([{"c_ID": 1}]), key="k", skip=0))
    assert [(one.delivered, one.refused[0].message) for one in sent] == [(0, body)]
    with serving(answer(body, 422)) as server:
        sent = list(HttpJson().push(opened(server, sending="one"), items=iter([{"a": 1}]), key="k", skip=0))
    assert [(one.delivered, one.refused[0].message) for one in sent] == [(0, body)]
    with serving(answer(body, 400)) as server, fails("contracts_refused", Trouble.SETTINGS) as failed:
        list(CampusSkills().push(opened(server), items=iter([{"codeContrat": 1}]), key="k", skip=0))
    assert failed.params["reason"] == body


@pytest.mark.parametrize("page", PAGES)
def test_weavy_takes_and_marks_nothing_with_a_page(page: bytes) -> None:
    token = answer({"authToken": "good"})
    with serving(token, page) as server, fails("answer_not_json", Trouble.ANSWER):
        list(Weavy().push(opened(server, entity="c"), items=iter([{"c_ID": "1"}]), key="k", skip=0))
    with serving(token, page) as server, fails("answer_not_json", Trouble.ANSWER):
        Weavy().settle(opened(server), receipt={"entity": "c", "rows": [["1", "2026-11-20T12:00:00"]]}, ok=True)


# --- tokens


@pytest.mark.parametrize("body", ["access_token=very-secret-token", '{"authToken": "very-secret-token"'])
def test_a_token_that_came_in_another_form_is_not_told(body: str) -> None:
    with serving(answer(body)) as server, fails("token_missing", Trouble.ANSWER) as failed:
        Weavy().pull(opened(server, entity="c"), watermark="")
    assert "very-secret" not in str(failed.params)


# --- what is said back


ECHO = "You showed t%2Dsecret, a-s&#101;cret and p-secret."


@pytest.mark.parametrize(
    ("connector", "token", "transfer", "body"),
    [
        (HttpJson(), [], {"sending": "one", "path": "in"}, {"message": ECHO}),
        (HttpJson(), [], {"sending": "one", "path": "in"}, {"detail": "x" * 190 + ECHO}),
        (HttpJson(), [], {"sending": "one", "path": "in"}, [ECHO]),
        (Weavy(), [answer({"authToken": "good"})], {"entity": "c"}, {"errorCode": ECHO, "message": ECHO}),
        (Weavy(), [answer({"authToken": "good"})], {"entity": "c"}, {"message": ["p-secret"]}),
    ],
)
def test_what_is_said_of_an_item_holds_no_secret(
    connector: Any, token: list[bytes], transfer: dict[str, Any], body: Any
) -> None:
    with serving(*token, answer(body, 422)) as server:
        told = str(list(connector.push(opened(server, **transfer), items=iter([{"c_ID": 1}]), key="k", skip=0)))
    assert "•••" in told or "x" * 190 in told
    assert not [word for word in ("secret", "s&#101;cret") if word in told]


@pytest.mark.parametrize(
    "body", [{"details": [{"codeContrat": "p-secret", "message": ECHO}]}, {"reason": ECHO}, {"error": ECHO}]
)
def test_what_is_said_of_contracts_holds_no_secret(body: Any) -> None:
    with serving(answer(body, 400)) as server, fails("contracts_refused", Trouble.SETTINGS) as failed:
        list(CampusSkills().push(opened(server), items=iter([{"codeContrat": 1}]), key="k", skip=0))
    assert "•••" in failed.params["reason"]
    assert "secret" not in failed.params["reason"]


@pytest.mark.parametrize(
    ("connector", "replies"),
    [
        (HttpJson(), [answer([{"a-secret": 1, "t-secret": 2}])]),
        (Weavy(), [answer({"authToken": "good"}), answer({"entities": [{"entityName": "p%2Dsecret"}]})]),
        (PlanningPme(), [answer({"access_token": "good"}), answer({"items": [{"name": "a-secret"}]})]),
        (CampusSkills(), [answer({"name": "t-secret"})]),
    ],
)
def test_what_a_test_shows_holds_no_secret(connector: Any, replies: list[bytes]) -> None:
    with serving(*replies) as server:
        told = " ".join(connector.test(opened(server)).lines)
    assert "•••" in told
    assert "secret" not in told


@pytest.mark.parametrize("status", [400, 404, 410])
def test_a_run_that_may_not_be_asked_for_is_not_one_that_was_refused(status: int) -> None:
    plain = answer({"run": 1, "status": "with_failures", "counts": {"rowsFailed": 0}, "errors": []})
    replies = [TOKEN, plain, answer({"run": 7, "status": "queued"}), answer({"message": "Unknown"}, status)]
    with serving(*replies) as server, fails("import_unfinished", Trouble.AGAIN) as failed:
        list(PlanningPme().push(opened(server, template="in"), items=iter([{"a": 1}]), key="k", skip=0))
    assert failed.params["run"] == "7"
