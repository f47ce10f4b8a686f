"""One answer of a service: its rows are found where they were said to be, or it is told that they are not."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from sync_app.syncs.connectors.base import Trouble
from tests.syncs.connectors.http_json.asking import failure, pulled, rows, targets
from tests.syncs.http.scripted import Clock, answer, chunked, resets, serving


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (rows(1, 2), ""),
        ({"data": {"items": rows(1, 2), "n": 2}}, "data/items"),
        ({"data": rows(1, 2)}, " data "),
        ({"data": {"items": rows(1, 2)}}, "/data/items/"),
        (rows(1, 2), "/"),
    ],
)
def test_the_rows_are_found_where_they_were_said_to_be(content: Any, path: str) -> None:
    with serving(answer(content)) as server:
        fetched = pulled(server, rows_path=path)
    assert json.loads(fetched.body) == rows(1, 2)
    assert (fetched.kind, fetched.name, fetched.complete) == ("json", "items.json", False)


def test_every_digit_arrives() -> None:
    body = b'[{"a": 12345678901234567890123456789, "b": 0.10, "c": 1.00000000000000000001, "d": null}]'
    with serving(answer(body)) as server:
        fetched = pulled(server)
    found = json.loads(fetched.body, parse_float=Decimal)[0]
    assert found == {
        "a": 12345678901234567890123456789,
        "b": Decimal("0.10"),
        "c": Decimal("1.00000000000000000001"),
        "d": None,
    }


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"error": "no"}, "list_missing"),
        ({"data": {"items": None}}, "list_missing"),
        ({"data": {"items": {"1": {}}}}, "list_missing"),
        ([], "list_missing"),
        ({"data": {"items": [1, 2]}}, "rows_not_objects"),
        ({"data": {"items": [{}, None]}}, "rows_not_objects"),
    ],
)
def test_an_answer_without_rows_is_no_empty_list(content: Any, code: str) -> None:
    with serving(answer(content)) as server:
        failed = failure(server, rows_path="data/items")
    assert (failed.code, failed.trouble) == (code, Trouble.ANSWER)


@pytest.mark.parametrize("body", [b"<html>Sign in</html>", b"", b'{"data": [', '[{"a": "ä"}]'.encode("latin-1")])
def test_what_is_no_json_is_never_an_empty_list(body: bytes) -> None:
    with serving(answer(body)) as server:
        assert failure(server).code == "answer_not_json"


def test_a_list_cut_off_is_nothing_at_all() -> None:
    whole = chunked(json.dumps(rows(*range(40))).encode())
    with serving(*(whole[:cut] for cut in range(20, len(whole) - 1, 97))) as server:
        failed = failure(server)
    assert (failed.code, failed.trouble) == ("answer_cut", Trouble.AGAIN)


def test_an_empty_list_is_one_and_known_to_be_complete_only_when_the_service_says_so() -> None:
    with serving(answer({"rows": [], "total": 0})) as server:
        assert pulled(server, rows_path="rows", total_path="total").complete
        fetched = pulled(server, rows_path="rows")
    assert (fetched.body, fetched.complete) == (b"[]", False)


def test_a_search_with_a_body_is_sent_again_like_any_reading() -> None:
    with serving(resets, answer(rows(1))) as server:
        pulled(server, method="POST", query={"kind": "customer"})
    assert [(call.method, call.json) for call in server.calls] == [("POST", {"kind": "customer"})] * 2


def test_headers_and_parameters_go_along_and_requests_keep_their_distance(clock: Clock) -> None:
    with serving(answer(rows(1)), answer(rows(2)), answer([])) as server:
        settings = {"headers": {"X-Tenant": "acme"}, "per_minute": 30}
        pulled(server, clock=clock, settings=settings, paging="page", query={"state": "a&b"})
    assert targets(server) == ["?state=a%26b&page=1", "?state=a%26b&page=2", "?state=a%26b&page=3"]
    assert {call.headers["x-tenant"] for call in server.calls} == {"acme"}
    assert clock.slept == [2.0, 2.0]
