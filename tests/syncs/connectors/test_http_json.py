"""Any service with JSON: read to its end or not at all, sent once whatever happens, and no wrong key shown twice."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sync_app.syncs.connectors.base import Fetched, Link, Sent, TransferFailed, Trouble
from sync_app.syncs.connectors.http_json import HttpJson
from sync_app.syncs.keeping.forms import read_form
from tests.syncs.http.scripted import NOW, Clock, Server, answer, chunked, link, resets, serving

HERE = HttpJson()
DATE = "Date: Sun, 22 Nov 2026 12:00:07 GMT"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time that passes only when somebody waits."""
    clock = Clock()
    monkeypatch.setattr("sync_app.syncs.http.client.Timing", lambda: clock.timing)
    return clock


def rows(*numbers: int) -> list[dict[str, Any]]:
    return [{"id": number, "name": f"Müller {number}"} for number in numbers]


def opened(server: Server, clock: Clock | None = None, **transfer: Any) -> Link:
    """The link of a sync whose form was filled in like this; `settings` and `secrets` are the connection's."""
    settings = {"address": server.base + "/api"} | transfer.pop("settings", {})
    secrets = transfer.pop("secrets", {})
    return link(clock, settings=settings, secrets=secrets, transfer={"paging": "none", "path": "items"} | transfer)


def pulled(server: Server, watermark: str = "", clock: Clock | None = None, **transfer: Any) -> Fetched:
    return HERE.pull(opened(server, clock, **transfer), watermark=watermark)


def failure(server: Server, clock: Clock | None = None, **transfer: Any) -> TransferFailed:
    with pytest.raises(TransferFailed) as failed:
        pulled(server, clock=clock, **transfer)
    return failed.value


def targets(server: Server) -> list[str]:
    return [call.target.removeprefix("/api/items") for call in server.calls]


# --- one answer


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


# --- pages


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


# --- what has changed


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("utc", "2026-07-01T10:00:05Z"),
        ("local", "2026-07-01T12:00:05%2B02:00".replace(":", "%3A")),
        ("plain", "2026-07-01T12%3A00%3A05"),
        ("day", "2026-07-01"),
        ("digits", "20260701100005"),
        ("seconds", "1782900005"),
        ("milliseconds", "1782900005000"),
        ("as_given", "2026-07-01T10%3A00%3A05.5Z"),
    ],
)
def test_a_time_is_written_as_the_service_wants_it(form: str, written: str) -> None:
    with serving(answer(rows(1))) as server:
        fetched = pulled(server, "2026-07-01T10:00:05.5Z", since_name="since", since_format=form)
    assert server.calls[0].target.endswith("?since=" + written.replace(":", "%3A"))
    assert not fetched.complete


def test_text_around_the_time_is_text() -> None:
    with serving(answer(rows(1))) as server:
        words: dict[str, Any] = {
            "since_name": "filter",
            "since_text": "changed ge {since} and {x} ne %s",
            "since_format": "day",
        }
        pulled(server, "2026-07-01T10:00:05Z", **words)
    assert server.calls[0].target.endswith("?filter=changed%20ge%202026-07-01%20and%20%7Bx%7D%20ne%20%25s")


def test_the_first_time_everything_is_asked_for_and_the_next_begins_when_it_began_by_the_services_clock() -> None:
    with serving(answer(rows(1), 200, DATE)) as server:
        fetched = pulled(server, since_name="since", total_path="n")
    assert "since" not in server.calls[0].target
    assert fetched.watermark == "2026-11-22T11:59:07Z"


def test_time_spent_on_waiting_for_the_answer_does_not_move_the_mark(clock: Clock) -> None:
    def slow(connection: Any) -> None:
        clock.passed += 20
        connection.sendall(answer(rows(1), 200, "Date: Sun, 22 Nov 2026 12:00:27 GMT"))

    with serving(slow) as server:
        assert pulled(server, clock=clock, since_name="since", overlap=0).watermark == "2026-11-22T12:00:07Z"


def test_without_a_clock_of_the_service_ours_counts_and_a_mark_never_goes_back() -> None:
    with serving(answer(rows(1))) as server:
        assert pulled(server, since_name="since", overlap=5).watermark == "2026-11-22T11:59:55Z"
        assert pulled(server, "2026-11-22T12:30:00Z", since_name="since").watermark == "2026-11-22T12:30:00Z"
        assert pulled(server, "2026-11-22T11:00:00Z").watermark == ""


@pytest.mark.parametrize(
    ("values", "before", "after"),
    [
        (["2026-01-02", "2026-01-03", "2026-01-01"], "", "2026-01-03"),
        (["2026-01-02T10:00:00+02:00", "2026-01-02T09:00:00Z"], "", "2026-01-02T09:00:00Z"),
        ([9, 10, 2], "", "10"),
        (["9", "10"], "11", "11"),
        ([], "7", "7"),
        ([], "", ""),
    ],
)
def test_a_mark_may_be_the_latest_value_of_a_field(values: list[Any], before: str, after: str) -> None:
    with serving(answer([{"at": value} for value in values])) as server:
        fetched = pulled(server, before, since_name="since", mark="rows", mark_field="at", since_format="as_given")
    assert fetched.watermark == after


@pytest.mark.parametrize("values", [["2026-11-24T00:00:00Z"], ["9999-12-31", "2026-11-23T12:00:01Z"]])
@pytest.mark.parametrize("before", ["", "2026-11-01T00:00:00Z"])
def test_a_moment_to_come_is_no_place_to_begin_at(values: list[str], before: str) -> None:
    listed = [{"changed": value} for value in values]
    with serving(answer(listed), answer([*listed, {"changed": "2026-11-20"}])) as server:
        told: dict[str, Any] = {"since_name": "s", "mark": "rows", "mark_field": "changed"}
        assert pulled(server, before, **told).watermark == before
        assert pulled(server, before, **told).watermark == "2026-11-20"


def test_a_clock_of_the_service_that_is_far_ahead_is_not_believed() -> None:
    with serving(answer(rows(1), 200, "Date: Mon, 22 Nov 2027 12:00:07 GMT")) as server:
        assert pulled(server, since_name="s").watermark == "2026-11-22T11:59:00Z"


def test_nothing_said_is_a_list_without_rows_and_proves_nothing() -> None:
    with serving(answer("", 204)) as server:
        fetched = pulled(server, rows_path="data")
    assert (fetched.body, fetched.complete) == (b"[]", False)
    pages = [answer({"rows": rows(1, 2), "n": 3}), answer("", 204)]
    with serving(*pages) as server:
        fetched = pulled(server, paging="page", rows_path="rows", total_path="n")
    assert (json.loads(fetched.body), fetched.complete) == (rows(1, 2), False)


@pytest.mark.parametrize("mark", ["\ud800", "a\0b", "x" * 4001, ["a"], {"a": 1}, True, 1.5])
def test_a_mark_that_cannot_be_sent_is_told(mark: Any) -> None:
    for paging in ("cursor", "link"):
        with serving(answer({"rows": rows(1), "next": mark})) as server:
            failed = failure(server, paging=paging, rows_path="rows", next_path="next")
        assert (failed.code, failed.trouble, failed.params["path"]) == ("next_unreadable", Trouble.ANSWER, "next")


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([{"at": None}], "mark_missing"),
        ([{}], "mark_missing"),
        ([{"at": ""}], "mark_missing"),
        ([{"at": True}], "mark_missing"),
        ([{"at": "soon"}], "mark_unreadable"),
        ([{"at": "2026-01-01"}, {"at": 5}], "mark_unreadable"),
        ([{"at": "NaN"}], "mark_unreadable"),
    ],
)
def test_rows_that_do_not_say_when_they_changed_stop_it(values: list[Any], code: str) -> None:
    with serving(answer(values)) as server:
        assert failure(server, since_name="since", mark="rows", mark_field="at").code == code


def test_a_mark_that_is_no_time_cannot_be_written_as_one() -> None:
    with serving(answer(rows(1))) as server, pytest.raises(TransferFailed) as failed:
        pulled(server, "17", since_name="since")
    assert failed.value.code == "mark_not_a_time"


# --- who calls


@pytest.mark.parametrize(
    ("settings", "secrets", "header", "value"),
    [
        (
            {"auth": "basic", "username": "ann"},
            {"password": "pä:ss"},
            "authorization",
            "Basic " + base64.b64encode("ann:pä:ss".encode()).decode(),
        ),
        ({"auth": "bearer"}, {"token": "t-123"}, "authorization", "Bearer t-123"),
        ({"auth": "header", "key_header": "X-API-Key"}, {"key": "k-123"}, "x-api-key", "k-123"),
    ],
)
def test_what_stands_is_shown_as_it_stands_and_a_refusal_is_not_answered_with_it_again(
    settings: dict[str, str], secrets: dict[str, str], header: str, value: str
) -> None:
    with serving(answer(rows(1)), answer(f"{value} is wrong", 401)) as server:
        pulled(server, settings=settings, secrets=secrets)
        failed = failure(server, settings=settings, secrets=secrets)
    assert server.calls[0].headers[header] == value
    assert (failed.code, failed.trouble) == ("credentials_refused", Trouble.CREDENTIALS)
    assert value not in str(failed.params)
    assert len(server.calls) == 2


@pytest.mark.parametrize("copied", ["t-secret", " t-secret\n", "Bearer t-secret", "bearer  t-secret "])
def test_a_token_is_taken_as_it_was_copied(copied: str) -> None:
    with serving(answer(rows(1))) as server:
        pulled(server, settings={"auth": "bearer"}, secrets={"token": copied})
        pulled(server, settings={"auth": "header", "key_header": "X-Key"}, secrets={"key": copied.split()[-1] + "\n"})
    assert server.calls[0].headers["authorization"] == "Bearer t-secret"
    assert server.calls[1].headers["x-key"] == "t-secret"


@pytest.mark.parametrize("path", ["items?active=1", "https://crm.example/api/items", "items#top", "/items?"])
def test_a_path_with_more_than_a_path_is_shown_whole(path: str) -> None:
    with serving(answer(rows(1))) as server:
        failed = failure(server, path=path)
        assert (failed.code, failed.trouble, failed.params["part"]) == ("path_unfit", Trouble.SETTINGS, path)
        with pytest.raises(TransferFailed) as tested:
            HERE.test(link(settings={"address": server.base, "test_path": path}))
    assert (tested.value.code, server.calls) == ("path_unfit", [])


@pytest.mark.parametrize("name", ["Host", "Content-Length", "Transfer-Encoding", "X-Forwarded-For"])
def test_a_key_does_not_travel_in_a_header_that_frames_the_request(name: str) -> None:
    with serving(answer(rows(1))) as server:
        failed = failure(server, settings={"auth": "header", "key_header": name}, secrets={"key": "x"})
    assert (failed.code, server.calls) == ("header_reserved", [])


TOKENS = [answer({"access_token": "first-token", "token_type": "bearer"}), answer({"access_token": "second-token"})]


def oauth(door: Server, auth: str, **more: Any) -> dict[str, Any]:
    settings = {
        "auth": auth,
        "token_address": door.base + "/token",
        "client_id": "c",
        "scope": "read",
        "username": "ann",
    }
    return {"settings": settings | more, "secrets": {"client_secret": "s-secret", "password": "p-secret"}}


def test_client_credentials_are_exchanged_for_a_token() -> None:
    with serving(*TOKENS) as door, serving(answer(rows(1))) as server:
        pulled(server, **oauth(door, "oauth_client"))
    assert door.calls[0].target == "/token"
    assert door.calls[0].body == b"grant_type=client_credentials&scope=read&client_id=c&client_secret=s-secret"
    assert server.calls[0].headers["authorization"] == "Bearer first-token"


def test_they_may_go_in_a_header() -> None:
    with serving(*TOKENS) as door, serving(answer(rows(1))) as server:
        pulled(server, **oauth(door, "oauth_client", client_in_header=True))
    assert door.calls[0].headers["authorization"] == "Basic " + base64.b64encode(b"c:s-secret").decode()
    assert b"secret" not in door.calls[0].body


def test_a_token_that_ends_on_the_way_is_replaced_once_and_the_page_read_again() -> None:
    ended = answer("ended", 401)
    pages = [answer({"rows": rows(1), "next": "?p=2"}), ended, answer({"rows": rows(2), "next": None})]
    with serving(*TOKENS) as door, serving(*pages) as server:
        fetched = pulled(server, paging="link", rows_path="rows", next_path="next", **oauth(door, "oauth_password"))
    assert json.loads(fetched.body) == rows(1, 2)
    assert b"grant_type=password&username=ann&password=p-secret" in door.calls[0].body
    assert [call.headers["authorization"] for call in server.calls] == [
        "Bearer first-token",
        "Bearer first-token",
        "Bearer second-token",
    ]


def test_a_second_refusal_stops_it() -> None:
    with serving(*TOKENS) as door, serving(answer("no", 401)) as server:
        failed = failure(server, **oauth(door, "oauth_password"))
    assert (failed.code, failed.trouble) == ("credentials_refused", Trouble.CREDENTIALS)
    assert (len(door.calls), len(server.calls)) == (2, 2)


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_password_that_is_refused_is_not_tried_twice(status: int) -> None:
    with serving(answer("p-secret is wrong", status)) as door, serving(answer(rows(1))) as server:
        failed = failure(server, **oauth(door, "oauth_password"))
    assert failed.trouble is Trouble.CREDENTIALS
    assert "p-secret" not in str(failed.params)
    assert (len(door.calls), server.calls) == (1, [])


@pytest.mark.parametrize("given", [{}, {"access_token": None}, {"access_token": ""}, [], "token"])
def test_a_door_that_gives_no_token_is_told(given: Any) -> None:
    with serving(answer(json.dumps(given))) as door, serving(answer(rows(1))) as server:
        assert failure(server, **oauth(door, "oauth_client")).code == "token_missing"


# --- sending


def sent(server: Server, items: list[dict[str, Any]], *, skip: int = 0, **transfer: Any) -> Iterator[Sent]:
    return HERE.push(opened(server, **transfer), items=iter(items), key="sync-7-41", skip=skip)


def test_batches_go_one_after_the_other_each_under_its_own_key() -> None:
    with serving(answer({})) as server:
        told = list(sent(server, rows(1, 2, 3), batch=2, list_name="items"))
    assert [part.delivered for part in told] == [2, 1]
    assert [call.json for call in server.calls] == [{"items": rows(1, 2)}, {"items": rows(3)}]
    assert [call.headers["idempotency-key"] for call in server.calls] == ["sync-7-41-0", "sync-7-41-2"]


def test_what_was_confirmed_before_is_not_sent_again_and_the_rest_under_the_same_keys() -> None:
    with serving(answer({})) as server:
        list(sent(server, rows(1, 2, 3, 4, 5), batch=2, skip=2))
    assert [call.json for call in server.calls] == [rows(3, 4), rows(5)]
    assert server.calls[0].headers["idempotency-key"] == "sync-7-41-2"


def test_nothing_is_sent_before_the_one_before_was_taken_note_of() -> None:
    with serving(answer({})) as server:
        told = sent(server, rows(1, 2), batch=1)
        next(told)
        assert len(server.calls) == 1


def test_all_at_once_is_one_request_and_nothing_is_none() -> None:
    with serving(answer({})) as server:
        assert [part.delivered for part in sent(server, rows(1, 2, 3), sending="all")] == [3]
        assert list(sent(server, [], sending="all")) == []
    assert [call.json for call in server.calls] == [rows(1, 2, 3)]


def test_a_reply_that_is_lost_is_asked_for_again_under_the_same_key() -> None:
    with serving(resets, answer({})) as server:
        assert [part.delivered for part in sent(server, rows(1), sending="one")] == [1]
    assert [call.headers["idempotency-key"] for call in server.calls] == ["sync-7-41-0"] * 2
    assert server.calls[0].body == server.calls[1].body


def test_without_keys_a_lost_reply_is_said_to_be_unknown() -> None:
    with serving(resets, answer({})) as server, pytest.raises(TransferFailed) as failed:
        list(sent(server, rows(1), idempotent=False))
    assert failed.value.code == "outcome_unknown"
    assert (len(server.calls), "idempotency-key" in server.calls[0].headers) == (1, False)


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (answer({"message": "no such city"}, 422), "no such city"),
        (answer({"errors": ["x"]}, 400), '{"errors": ["x"]}'),
        (answer("much", 413), "much"),
    ],
)
def test_one_by_one_a_refused_item_does_not_stop_the_others(reply: bytes, message: str) -> None:
    with serving(answer({}), reply, answer({})) as server:
        told = list(sent(server, rows(1, 2, 3), sending="one"))
    assert [part.delivered for part in told] == [1, 0, 1]
    refused = told[1].refused[0]
    assert (refused.position, refused.message) == (1, message)


def test_an_item_goes_to_its_own_address_whatever_it_is_called() -> None:
    items: list[dict[str, Any]] = [{"id": 17}, {"id": "a/../b c"}, {"name": "x"}, {"id": True}, {"id": "?x=1"}]
    with serving(answer({})) as server:
        told = list(sent(server, items, sending="one", method="PUT", id_field="id"))
    assert targets(server) == ["/17", "/%3Fx%3D1"]
    assert [(part.delivered, [(item.position, item.code) for item in part.refused]) for part in told] == [
        (1, []),
        (0, [(1, "path_unfit")]),
        (0, [(2, "no_id")]),
        (0, [(3, "no_id")]),
        (1, []),
    ]


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_an_item_is_missing_there_only_where_the_address_names_it(status: int, method: str) -> None:
    with serving(answer({}), answer("gone", status), answer({})) as server:
        told = list(sent(server, rows(1, 2, 3), sending="one", method=method, id_field="id"))
    assert [part.delivered for part in told] == [1, 0, 1]
    assert told[1].refused[0].code == str(status)
    with serving(answer("gone", status)) as server, pytest.raises(TransferFailed) as failed:
        list(sent(server, rows(1, 2, 3), sending="one", method=method))
    assert (failed.value.code, failed.value.trouble, len(server.calls)) == ("remote_refused", Trouble.ANSWER, 1)


def said_of(number: int, *, status: int = 404) -> bytes:
    """As a service names what it does not know."""
    return answer({"message": f"No customer c-{number} (request {number * 7})"}, status)


def test_a_service_that_refuses_everything_alike_is_not_asked_for_the_rest() -> None:
    """Nothing was delivered, and what was refused is told."""
    items = [{"id": f"c-{number}"} for number in range(100)]
    told: list[Sent] = []
    with serving(*map(said_of, range(22))) as server, pytest.raises(TransferFailed) as failed:
        told.extend(sent(server, items, sending="one", method="PUT", id_field="id"))
    assert (failed.value.code, failed.value.trouble) == ("refused_too_many", Trouble.SETTINGS)
    assert failed.value.params["limit"] == 20
    assert failed.value.params["message"].startswith("No customer c-20")
    assert (len(server.calls), sum(part.delivered for part in told)) == (21, 0)


@pytest.mark.parametrize(
    ("replies", "skip"),
    [
        ([answer({}), answer("no", 422)], 0),
        ([answer("no", 422)], 1),
        ([answer("name", 422), answer("city", 422), answer("name", 422)], 0),
        ([answer("name", 422), answer("name", 400)], 0),
    ],
    ids=["one was taken", "some were answered before", "other words", "another status"],
)
def test_items_that_are_wrong_each_in_its_own_way_are_all_tried(replies: list[bytes], skip: int) -> None:
    with serving(*replies) as server:
        told = list(sent(server, rows(*range(1, 25)), sending="one", skip=skip))
    assert len(told) == len(server.calls) == 24 - skip


@pytest.mark.parametrize(
    ("status", "code"), [(400, "remote_refused"), (422, "remote_refused"), (403, "credentials_refused")]
)
def test_a_batch_that_is_refused_is_refused_whole(status: int, code: str) -> None:
    with serving(answer({}), answer("row 2", status)) as server:
        told = sent(server, rows(1, 2, 3), batch=1)
        assert next(told).delivered == 1
        with pytest.raises(TransferFailed) as failed:
            next(told)
    assert failed.value.code == code


def test_a_service_that_asks_to_come_later_is_left_until_later() -> None:
    with serving(answer({}), answer(b"", 429, "Retry-After: 600")) as server, pytest.raises(TransferFailed) as failed:
        list(sent(server, rows(1, 2), batch=1))
    assert (failed.value.trouble, failed.value.after) == (Trouble.LATER, 600.0)


def test_a_list_for_the_whole_is_said_to_be_one() -> None:
    assert HERE.everything({"everything": True})
    assert not HERE.everything({})


# --- trying it


def test_a_test_says_how_many_rows_and_which_columns_it_saw() -> None:
    with serving(answer({"rows": [*rows(1), {"id": 2, "city": "Lyon"}], "next": "?p=2"})) as server:
        tested = HERE.test(opened(server, paging="link", rows_path="rows", next_path="next"))
    assert tested.ok
    assert "can be read on its way" in tested.lines[0]
    assert tested.lines[1:] == ["2 rows on the first page.", "Columns: id, name, city."]
    assert len(server.calls) == 1


@pytest.mark.parametrize(
    ("content", "line"),
    [({"a": {"b": 1}}, "127.0.0.1 answers with JSON."), ({"items": [{"x": 1}], "n": 1}, "Columns: x.")],
)
def test_a_connection_is_tried_without_a_sync(content: Any, line: str) -> None:
    with serving(answer(content)) as server:
        tested = HERE.test(link(settings={"address": server.base, "test_path": "/probe/1/"}))
    assert tested.lines[-1] == line
    assert server.calls[0].target == "/probe/1"


def test_a_test_that_fails_says_why() -> None:
    with serving(answer("<h1>Sign in</h1>")) as server, pytest.raises(TransferFailed) as failed:
        HERE.test(opened(server))
    assert failed.value.code == "answer_not_json"


@pytest.mark.parametrize(
    ("form", "given", "wrong"),
    [
        (HERE.form, {"address": "https://crm.example", "auth": "basic", "username": "a", "password": "b"}, set()),
        (HERE.form, {"address": "https://crm.example", "auth": "oauth_client"}, {"token_address"}),
        (HERE.form, {"auth": "bearer"}, {"address", "token"}),
        (HERE.pull_form, {}, set()),
        (HERE.pull_form, {"paging": "page", "size": 0, "mark": "rows"}, {"size", "mark_field"}),
        (HERE.push_form, {"sending": "some"}, {"sending"}),
    ],
)
def test_the_forms_ask_for_what_is_needed_and_no_more(form: Any, given: dict[str, Any], wrong: set[str]) -> None:
    assert set(read_form(form, given).problems) == wrong


@pytest.mark.parametrize("paging", ["none", "page", "offset", "link", "cursor"])
def test_a_form_left_as_it_is_offered_works(paging: str) -> None:
    entered = read_form(HERE.pull_form or (), {"paging": paging})
    assert entered.problems == {}
    with serving(answer(rows(1)), answer([])) as server:
        given = link(settings={"address": server.base}, transfer=entered.values)
        fetched = HERE.pull(given, watermark="")
    assert json.loads(fetched.body) == rows(1)
    assert fetched.name == "rows.json"


def test_a_fetch_ends_with_the_turn(clock: Clock) -> None:
    def late(connection: Any) -> None:
        clock.passed += 900
        connection.sendall(answer(rows(len(clock.slept), int(clock.passed))))

    with serving(late) as server:
        failed = failure(server, clock=clock, paging="page")
    assert failed.trouble is Trouble.AGAIN
    assert clock.now() <= NOW + timedelta(minutes=31)
