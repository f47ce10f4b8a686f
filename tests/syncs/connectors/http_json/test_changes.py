"""What has changed since: the place to begin at is written as the service wants it, and never lost."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sync_app.syncs.connectors.base import TransferFailed, Trouble
from tests.syncs.connectors.http_json.asking import failure, pulled, rows
from tests.syncs.http.scripted import Clock, answer, serving

DATE = "Date: Sun, 22 Nov 2026 12:00:07 GMT"


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
