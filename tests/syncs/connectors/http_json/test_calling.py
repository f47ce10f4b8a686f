"""Credentials are shown as they were entered, and no wrong key is shown twice."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from sync_app.syncs.connectors.base import TransferFailed, Trouble
from tests.syncs.connectors.http_json.asking import HERE, failure, pulled, rows
from tests.syncs.http.scripted import Server, answer, link, serving


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
