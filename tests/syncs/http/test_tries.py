"""When a request is sent again, how long is waited, and what is said when it stays in vain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from sync_app.syncs.http.client import Bounds, Remote
from sync_app.syncs.http.waiting import Timing, backoff, retry_after, server_moment
from sync_app.syncs.one_turn import TransferFailed, Trouble
from tests.syncs.http.scripted import NOW, Clock, answer, link, remote, resets, serving

FINE = answer({"fine": True})


def failure(client: Remote, method: str = "GET", **given: object) -> TransferFailed:
    with client, pytest.raises(TransferFailed) as failed:
        client.ask(method, "x", **given)  # type: ignore[arg-type]
    return failed.value


@pytest.mark.parametrize("status", [408, 425, 500, 502, 503, 504])
def test_an_error_of_the_other_side_is_tried_again_with_growing_waits(status: int) -> None:
    clock = Clock()
    with serving(answer(b"", status), answer(b"", status), FINE) as server, remote(server.base, clock) as client:
        assert client.get("x").json() == {"fine": True}
    assert len(server.calls) == 3
    assert clock.slept == [1.0, 2.0]


def test_five_tries_are_all_there_are() -> None:
    clock = Clock()
    with serving(answer("out of order", 500)) as server:
        failed = failure(remote(server.base, clock))
    assert (failed.code, failed.trouble) == ("remote_failing", Trouble.AGAIN)
    assert failed.params == {"host": "127.0.0.1", "status": 500, "excerpt": "out of order"}
    assert len(server.calls) == 5
    assert clock.slept == [1.0, 2.0, 4.0, 8.0]


def test_no_try_begins_beyond_the_end_of_the_turn() -> None:
    clock = Clock()
    given = link(clock, minutes=0.05)
    with serving(answer(b"", 500)) as server:
        failed = failure(remote(server.base, clock, link=given))
    assert failed.code == "remote_failing"
    assert clock.passed < 3
    assert len(server.calls) == 2


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_waits_are_spread_over_half_of_their_length(chance: float) -> None:
    timing = Timing(chance=lambda: chance)
    assert [backoff(attempt, timing=timing) for attempt in (1, 2, 3)] == [
        base * (0.5 + chance / 2) for base in (1.0, 2.0, 4.0)
    ]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": " 0 "}, 0.0),
        ({"retry-after": "86400"}, 900.0),
        ({"retry-after": "9" * 400}, 900.0),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1.5"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "٧"}, None),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "Sun, 22 Nov 2099 11:00:00 GMT"}, 900.0),
        ({"retry-after": "Sun, 22 Nov 2026 10:00:30 GMT", "date": "Sun, 22 Nov 2026 10:00:00 GMT"}, 30.0),
        ({"retry-after": "Sun, 99 Nov 2026 10:00:30 GMT"}, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date_and_never_beyond_fifteen_minutes(
    headers: Mapping[str, str], seconds: float | None
) -> None:
    assert retry_after(headers, now=NOW) == seconds


def test_the_other_clock_is_read_from_its_answer() -> None:
    assert server_moment({"date": "Sun, 22 Nov 2026 12:00:05 GMT"}, now=NOW) == NOW + timedelta(seconds=5)
    assert server_moment({"date": "Mon, 23 Nov 2026 12:00:00 GMT"}, now=NOW) == NOW + timedelta(days=1)
    assert server_moment({"date": "Sun, 22 Nov 2020 12:00:00 GMT"}, now=NOW) is not None
    for unfit in ("Sunday", "", "Mon, 23 Nov 2026 12:00:01 GMT", "Mon, 22 Nov 9999 12:00:00 GMT"):
        assert server_moment({"date": unfit}, now=NOW) is None


@pytest.mark.parametrize("status", [429, 503])
def test_a_short_wait_that_was_asked_for_is_waited(status: int) -> None:
    clock = Clock()
    busy = answer(b"", status, "Retry-After: 45")
    with serving(busy, FINE) as server, remote(server.base, clock) as client:
        client.get("x")
    assert clock.passed == 45
    assert clock.beats >= 5


@pytest.mark.parametrize(("asked", "after"), [("61", 61.0), ("840", 840.0), ("999999999999", 900.0)])
def test_a_long_wait_is_left_to_the_schedule_and_is_no_failure(asked: str, after: float) -> None:
    clock = Clock()
    with serving(answer(b"", 429, f"Retry-After: {asked}")) as server:
        failed = failure(remote(server.base, clock))
    assert (failed.code, failed.trouble, failed.after) == ("remote_busy", Trouble.LATER, after)
    assert len(server.calls) == 1
    assert clock.slept == []


def test_a_busy_system_that_says_no_time_is_asked_five_times_and_then_later() -> None:
    clock = Clock()
    with serving(answer(b"", 429)) as server:
        failed = failure(remote(server.base, clock))
    assert (failed.code, failed.trouble) == ("remote_busy", Trouble.LATER)
    assert failed.after
    assert len(server.calls) == 5


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_are_not_tried_twice(status: int) -> None:
    clock = Clock()
    with serving(answer("no entry", status)) as server:
        failed = failure(remote(server.base, clock))
    assert (failed.code, failed.trouble) == ("credentials_refused", Trouble.CREDENTIALS)
    assert len(server.calls) == 1


@pytest.mark.parametrize("status", [400, 404, 405, 409, 410, 418, 422, 501, 304, 199 + 101])
def test_any_other_answer_is_told_once(status: int) -> None:
    with serving(answer("not so", status)) as server:
        failed = failure(remote(server.base))
    assert (failed.code, failed.trouble) == ("remote_refused", Trouble.ANSWER)
    assert len(server.calls) == 1


def test_an_answer_that_the_caller_expects_is_given_to_it() -> None:
    with serving(answer({"no": 1}, 404)) as server, remote(server.base) as client:
        found = client.get("x", accept={404})
    assert (found.ok, found.status, found.json()) == (False, 404, {"no": 1})


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_what_may_be_repeated_is_sent_again_when_the_reply_is_lost(method: str) -> None:
    with serving(resets, FINE) as server, remote(server.base) as client:
        assert client.ask(method, "x").ok
    assert len(server.calls) == 2


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_write_whose_reply_is_lost_is_not_sent_twice_and_said_to_be_unknown(method: str) -> None:
    with serving(resets, FINE) as server:
        failed = failure(remote(server.base), method, json={"a": 1})
    assert (failed.code, failed.trouble) == ("outcome_unknown", Trouble.AGAIN)
    assert len(server.calls) == 1


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_with_a_key_it_is_sent_again_under_the_same_one(method: str) -> None:
    with serving(resets, answer(b"", 502), FINE) as server, remote(server.base) as client:
        assert client.ask(method, "x", json={"a": "ä"}, key="sync-7-41").ok
    assert [call.headers["idempotency-key"] for call in server.calls] == ["sync-7-41"] * 3
    assert {call.body for call in server.calls} == {'{"a": "ä"}'.encode()}


def test_a_write_that_was_turned_away_before_it_was_looked_at_is_sent_again() -> None:
    with serving(answer(b"", 429), FINE) as server, remote(server.base) as client:
        assert client.post("x", json=[]).ok
    assert len(server.calls) == 2


def test_a_write_never_meets_a_connection_that_was_closed_meanwhile() -> None:
    kept = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    with serving(kept, kept) as server, remote(server.base) as client:
        client.post("x", json={})
        client.post("x", json={})
    assert len(server.calls) == 2


def test_requests_keep_the_distance_that_was_asked_for() -> None:
    clock = Clock()
    with serving(FINE) as server, remote(server.base, clock, bounds=Bounds(spacing=2.5)) as client:
        for _ in range(3):
            client.get("x")
    assert clock.slept == [2.5, 2.5]


def test_a_turn_that_lost_its_lease_sends_nothing_more() -> None:
    def lost() -> None:
        raise InterruptedError

    with (
        serving(FINE) as server,
        remote(server.base, link=link(beat=lost)) as client,
        pytest.raises(InterruptedError),
    ):
        client.get("x")
    assert server.calls == []
