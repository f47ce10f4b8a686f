"""No more is read than can be held: in a test beside a page, of a door that gives tokens, over all pages of a list."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sync_app.syncs.connectors.base import Link, Trouble
from sync_app.syncs.connectors.campus_skills import CampusSkills
from sync_app.syncs.connectors.http_json import HttpJson
from sync_app.syncs.connectors.looking import LOOK
from sync_app.syncs.connectors.planningpme import PlanningPme
from sync_app.syncs.connectors.rows import Gathered
from sync_app.syncs.connectors.weavy import Weavy
from tests.syncs.connectors.links import fails, link_of
from tests.syncs.http.scripted import NOW, Clock, Server, answer, serving

LARGE = b'[{"a": 1}' + b" " * LOOK.body_bytes + b"]"
PME_TOKEN, WEAVY_TOKEN = answer({"access_token": "good"}), answer({"authToken": "good"})


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time that passes only when somebody waits."""
    clock = Clock()
    monkeypatch.setattr("sync_app.syncs.http.client.Timing", lambda: clock.timing)
    return clock


def opened(server: Server, *, settings: dict[str, Any] | None = None, **transfer: Any) -> Link:
    """A connection that fills in every form well enough."""
    given = {"address": server.base + "/demo", "project": "DEMO", "username": "planner"}
    secrets = {"password": "p-secret", "appkey": "a-secret", "token": "t-secret", "client_secret": "c-secret"}
    return link_of(now=lambda: NOW, settings=given | (settings or {}), secrets=secrets, transfer=transfer)


# --- a test


@pytest.mark.parametrize(
    ("connector", "replies", "lines"),
    [
        (HttpJson(), [], 2),
        (Weavy(), [WEAVY_TOKEN], 2),
    ],
)
def test_a_test_reads_two_megabytes_and_says_that_there_was_more(
    connector: Any, replies: list[bytes], lines: int
) -> None:
    with serving(*replies, answer(LARGE)) as server:
        tested = connector.test(opened(server))
    assert (tested.ok, len(tested.lines)) == (True, lines)
    assert str(LOOK.body_bytes) in tested.lines[-1]
    assert "127.0.0.1" in tested.lines[-1]
    assert LOOK.body_bytes <= 2 * 1024 * 1024


@pytest.mark.parametrize(
    ("connector", "replies"),
    [
        (HttpJson(), [answer(LARGE, 404)]),
        (Weavy(), [WEAVY_TOKEN, answer(LARGE, 400)]),
        (PlanningPme(), [PME_TOKEN, answer(LARGE)]),
        (CampusSkills(), [answer(LARGE)]),
    ],
)
def test_a_large_answer_that_is_no_good_one_is_no_good_test(connector: Any, replies: list[bytes]) -> None:
    with serving(*replies) as server, fails("answer_too_large", Trouble.ANSWER) as failed:
        connector.test(opened(server))
    assert failed.params["limit"] == LOOK.body_bytes


# --- doors


OAUTH = {"auth": "oauth_client", "client_id": "c"}


def door_answers(*replies: bytes, settings: dict[str, Any] | None = None) -> tuple[Server, Server, Any]:
    """A fetch with a token of this door."""
    with serving(*replies) as door, serving(answer([{"id": 1}])) as server:
        link = opened(
            server, settings=OAUTH | {"token_address": door.base + "/token"} | (settings or {}), paging="none"
        )
        try:
            return door, server, HttpJson().pull(link, watermark="")
        except Exception as failed:  # noqa: BLE001 - told to the test
            return door, server, failed


@pytest.mark.parametrize(
    "hostile",
    ["-1", "0", "1e400", "-1e400", "1" * 4000, '"soon"', "null", "true", "[]", '{"n": 1}', "0.0000000000000000001"],
)
def test_how_long_a_token_says_it_lasts_decides_nothing(hostile: str) -> None:
    door, server, fetched = door_answers(answer(f'{{"access_token": "good", "expires_in": {hostile}}}'))
    assert json.loads(fetched.body) == [{"id": 1}]
    assert (len(door.calls), len(server.calls)) == (1, 1)


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"access_token=good",
        b"<html>Sign in</html>",
        b"[]",
        b"null",
        b'{"access_token": 7}',
        b'{"access_token": ["good"]}',
        b'{"access_token": "good\\r\\nX-Evil: 1"}',
        b'{"access_token": "g\\u00f6od"}',
        b'{"access_token": " good"}',
        b'{"access_token": "good", "access_token": "other"}',
        b'{"access_token": "good", "expires_in": NaN}',
        b'{"access_token": "good", "expires_in": ' + b"1" * 5000 + b"}",
        b'{"access_token": "' + b"x" * 5000 + b'"}',
        b'{"access_token": "good"}' + b" " * 70_000,
    ],
)
def test_what_is_no_token_is_not_shown_to_the_service(given: bytes) -> None:
    door, server, failed = door_answers(answer(given))
    assert (failed.code, failed.trouble) == ("token_missing", Trouble.ANSWER)
    assert "good" not in str(failed.params)
    assert (len(door.calls), server.calls) == (1, [])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_door_that_sends_elsewhere_is_not_followed_with_a_password(status: int) -> None:
    with serving(answer({"access_token": "good"})) as elsewhere:
        _, server, failed = door_answers(answer("", status, f"Location: {elsewhere.base}/token"))
    assert failed.code == "redirect_of_write"
    assert (elsewhere.calls, server.calls) == ([], [])


def test_a_door_that_is_away_is_asked_again_and_one_that_is_busy_later() -> None:
    door, _, fetched = door_answers(answer("", 503), answer({"access_token": "good"}))
    assert (len(door.calls), json.loads(fetched.body)) == (2, [{"id": 1}])
    door, _, failed = door_answers(answer("", 429, "Retry-After: 600"))
    assert (failed.trouble, failed.after, len(door.calls)) == (Trouble.LATER, 600, 1)


@pytest.mark.parametrize(
    ("statuses", "tokens", "good"),
    [
        ([200, 401, 200, 401, 200], 3, True),
        ([401, 200, 200, 200, 401, 200], 3, True),
        ([401, 401], 2, False),
        ([200, 401, 401, 200], 2, False),
    ],
)
def test_tokens_of_a_few_minutes_are_enough_for_a_long_turn_and_a_refused_one_is_the_last(
    statuses: list[int], tokens: int, good: bool
) -> None:
    count = statuses.count(200)
    pages: Iterator[int] = iter(range(1, count + 1))
    replies = [
        answer({"rows": [{"id": (page := next(pages))}], "next": page if page < count else None})
        if status == 200
        else answer("ended", 401)
        for status in statuses
    ]
    with serving(answer({"access_token": "good"})) as door, serving(*replies) as server:
        settings = OAUTH | {"token_address": door.base}
        link = opened(server, settings=settings, paging="cursor", rows_path="rows", next_path="next")
        if good:
            assert len(json.loads(HttpJson().pull(link, watermark="").body)) == count
        else:
            with fails("credentials_refused", Trouble.CREDENTIALS):
                HttpJson().pull(link, watermark="")
    assert len(door.calls) == tokens


# --- over all pages


def test_a_fetch_holds_no_more_bytes_than_an_import_takes(settings: Any) -> None:
    settings.MAX_BODY_BYTES, settings.MAX_ROWS = 30, 5
    gathered = Gathered(host="crm.example")
    assert gathered.take([{"id": 1}]) == b'[{"id":1}]'
    gathered.take([])
    gathered.take([{"id": 2}])
    assert (gathered.body, gathered.count) == (b'[{"id":1},{"id":2}]', 2)
    with fails("rows_too_large", Trouble.ANSWER) as failed:
        gathered.take([{"id": 3}, {"id": 4}])
    assert failed.params == {"host": "crm.example", "limit": 30}
    with fails("rows_too_many", Trouble.ANSWER):
        Gathered(host="crm.example").take([1] * 6)
    assert Gathered(host="crm.example").body == b"[]"


def test_rows_that_cannot_be_written_are_told() -> None:
    deep: Any = 1
    for _ in range(2000):
        deep = [deep]
    with fails("too_deep", Trouble.ANSWER):
        Gathered(host="crm.example").take([deep])
    with fails("rows_not_text", Trouble.ANSWER):
        Gathered(host="crm.example").take([{"a": "\ud800"}])


def pages(connector: str, count: int, rows: int) -> list[bytes]:
    """So many full pages of a list, as it gives them."""
    numbers = [[page * rows + row for row in range(rows)] for page in range(count)]
    if connector == "http_json":
        return [answer([{"id": number} for number in page]) for page in numbers]
    if connector == "planningpme":
        return [PME_TOKEN, *(answer({"items": [{"key": f"K{number}"} for number in page]}) for page in numbers)]
    if connector == "weavy":
        return [WEAVY_TOKEN, *(answer({"data": [{"c_ID": number} for number in page]}) for page in numbers)]
    return [answer({"contrats": [{"codeContrat": number} for number in page]}) for page in numbers]


@pytest.mark.parametrize(
    ("connector", "rows", "transfer"),
    [
        (HttpJson(), 100, {"paging": "page"}),
        (HttpJson(), 100, {"paging": "offset"}),
        (PlanningPme(), 500, {"source": "entity", "entity": "customer"}),
        (Weavy(), 1000, {"entity": "c", "which": "all"}),
        (CampusSkills(), 500, {}),
    ],
)
def test_pages_that_fit_one_by_one_may_be_too_much_together(
    connector: Any, rows: int, transfer: dict[str, Any], settings: Any
) -> None:
    replies = pages(connector.name, 3, rows)
    settings.MAX_BODY_BYTES = len(replies[-1]) * 2
    with serving(*replies) as server, fails("rows_too_large", Trouble.ANSWER) as failed:
        connector.pull(opened(server, **transfer), watermark="")
    assert failed.params == {"host": "127.0.0.1", "limit": settings.MAX_BODY_BYTES}
    assert len(server.calls) == len(replies)
