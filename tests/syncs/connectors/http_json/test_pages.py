"""Pages are read to their end, or nothing is taken."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sync_app.syncs.connectors.base import Trouble
from tests.syncs.connectors.http_json.asking import failure, pulled, rows, targets
from tests.syncs.http.scripted import answer, serving


def test_numbered_pages_are_read_until_one_is_empty() -> None:
    with serving(answer(rows(1, 2)), answer(rows(3)), answer([])) as server:
        fetched = pulled(server, paging="page", page_name="p", first_page=0, size_name="n", size=2)
    assert json.loads(fetched.body) == rows(1, 2, 3)
    assert targets(server) == ["?n=2&p=0", "?n=2&p=1", "?n=2&p=2"]
    assert not fetched.complete


def test_an_offset_follows_what_really_came() -> None:
    with serving(answer(rows(1, 2)), answer(rows(3)), answer([])) as server:
        pulled(server, paging="offset")
    assert targets(server) == ["?offset=0", "?offset=2", "?offset=3"]


@pytest.mark.parametrize(("totals", "complete"), [((3, 3, 3), True), ((5, 5, 5), False), (("3", 3, "3"), True)])
def test_a_list_is_complete_when_as_many_rows_came_as_were_told(totals: tuple[Any, ...], complete: bool) -> None:
    pages = [rows(1, 2), rows(3), []]
    with serving(*(answer({"rows": page, "n": n}) for page, n in zip(pages, totals, strict=True))) as server:
        assert pulled(server, paging="page", rows_path="rows", total_path="n").complete is complete


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_list_with_parameters_of_its_own_proves_nothing(method: str) -> None:
    for query, complete in ({}, True), ({"state": "open"}, False):
        with serving(answer({"rows": rows(1, 2), "n": 2})) as server:
            asked: dict[str, Any] = {"method": method, "query": query, "rows_path": "rows", "total_path": "n"}
            assert pulled(server, **asked).complete is complete


def test_a_list_that_shrinks_while_it_is_read_is_read_another_time() -> None:
    with serving(answer({"rows": rows(1, 2), "n": 3}), answer({"rows": rows(3), "n": 2})) as server:
        failed = failure(server, paging="page", rows_path="rows", total_path="n")
    assert (failed.code, failed.trouble) == ("list_changing", Trouble.AGAIN)


@pytest.mark.parametrize("paging", ["page", "offset", "cursor"])
def test_a_page_that_comes_again_ends_it(paging: str) -> None:
    with serving(answer({"rows": rows(1, 2), "next": "same"})) as server:
        failed = failure(server, paging=paging, rows_path="rows", next_path="next")
    assert (failed.code, failed.trouble) == ("page_repeated", Trouble.ANSWER)
    assert len(server.calls) == 2


def test_marks_that_go_round_in_a_circle_end_it() -> None:
    pages = [{"rows": rows(number), "next": mark} for number, mark in enumerate("abcab")]
    with serving(*map(answer, pages)) as server:
        assert failure(server, paging="cursor", rows_path="rows", next_path="next").code == "page_repeated"
    assert len(server.calls) == 4


def test_pages_without_end_meet_their_limit() -> None:
    with serving(*(answer(rows(number)) for number in range(9))) as server:
        failed = failure(server, paging="page", most_pages=4)
    assert (failed.code, failed.params["limit"]) == ("pages_endless", 4)
    assert len(server.calls) == 4


@pytest.mark.parametrize("end", [None, "", False])
def test_marks_are_followed_to_the_page_that_names_none(end: Any) -> None:
    pages = [
        {"rows": rows(1), "paging": {"next": "a b"}},
        {"rows": [], "paging": {"next": 17}},
        {"rows": rows(2), "paging": {"next": end}},
    ]
    with serving(*map(answer, pages)) as server:
        fetched = pulled(server, paging="cursor", rows_path="rows", next_path="paging/next", cursor_name="after")
    assert targets(server) == ["", "?after=a%20b", "?after=17"]
    assert json.loads(fetched.body) == rows(1, 2)
    assert fetched.complete


def test_a_page_that_does_not_speak_of_the_next_proves_nothing() -> None:
    with serving(answer({"rows": rows(1)})) as server:
        assert not pulled(server, paging="cursor", rows_path="rows", next_path="paging/next").complete


def test_a_mark_that_is_none_is_told() -> None:
    with serving(answer({"rows": rows(1), "next": {"a": 1}})) as server:
        assert failure(server, paging="cursor", rows_path="rows", next_path="next").code == "next_unreadable"


@pytest.mark.parametrize(("query", "asked"), [({}, ""), ({"a": "1"}, "?a=1")])
def test_named_pages_are_read_in_the_body(query: dict[str, str], asked: str) -> None:
    with serving(
        answer({"rows": rows(1), "next": "/api/items?page=2&x=%2F"}), answer({"rows": rows(2), "next": None})
    ) as server:
        fetched = pulled(server, paging="link", rows_path="rows", next_path="next", query=query)
    assert targets(server) == [asked, "?page=2&x=%2F"]
    assert fetched.complete is not bool(query)


def test_named_pages_are_read_in_the_header() -> None:
    first = answer(rows(1), 200, 'Link: </api/items?p=1>; rel="prev", </api/items?p=2>; title="x"; rel="last next"')
    with serving(first, answer(rows(2), 200, 'Link: </api/items?p=1>; rel="first"')) as server:
        fetched = pulled(server, paging="link")
    assert targets(server) == ["", "?p=2"]
    assert fetched.complete


@pytest.mark.parametrize(
    "named", ["http://10.0.0.1/api/items", "http://127.0.0.1:1/api/items", "/admin", "//x", "file:///etc/passwd"]
)
def test_a_next_page_of_another_host_is_not_asked_for(named: str) -> None:
    with serving(answer({"rows": rows(1), "next": named})) as server:
        failed = failure(
            server,
            paging="link",
            rows_path="rows",
            next_path="next",
            settings={"auth": "bearer"},
            secrets={"token": "t" * 9},
        )
    assert failed.code in {"address_outside", "address_invalid"}
    assert len(server.calls) == 1


def test_more_rows_than_an_import_takes_are_told_before_they_fill_the_memory(settings: Any) -> None:
    settings.MAX_ROWS = 3
    with serving(answer(rows(1, 2)), answer(rows(3, 4)), answer([])) as server:
        assert failure(server, paging="page").code == "rows_too_many"
