"""Where an answer may send us: never inside, never without encryption where there was some, never with credentials."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest

from sync_app.syncs.http.addresses import read_address
from sync_app.syncs.http.redirects import next_hop
from sync_app.syncs.one_turn import TransferFailed, Trouble
from tests.syncs.http.scripted import Server, answer, remote, serving

FINE = answer({"fine": True})
SECRETS = {"X-APPKEY": "key", "Authorization": "Bearer token"}


def to(place: str, status: int = 302) -> bytes:
    return answer(b"", status, f"Location: {place}")


def failure(server: Server, method: str = "GET", **given: Any) -> TransferFailed:
    with remote(server.base + "/api", credentials=SECRETS) as client, pytest.raises(TransferFailed) as failed:
        client.ask(method, "x", **given)
    return failed.value


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_within_its_origin_a_redirect_is_followed_with_everything(status: int) -> None:
    with serving(to("/api/y?a=1", status), FINE) as server, remote(server.base + "/api", credentials=SECRETS) as client:
        found = client.get("x", headers={"X-Own": "1"})
    assert found.address.path == "/api/y"
    assert server.calls[1].target == "/api/y?a=1"
    assert server.calls[1].headers["x-appkey"] == "key"
    assert server.calls[1].headers["x-own"] == "1"


def test_elsewhere_neither_credentials_nor_a_persons_headers_go_along_nor_come_back() -> None:
    with ExitStack() as stack:
        first, second = (stack.enter_context(serving(FINE)) for _ in range(2))
        first.replies = [to(f"{second.base}/there"), FINE]
        second.replies = [to(f"{first.base}/api/back")]
        with remote(first.base + "/api", credentials=SECRETS, headers={"X-Own": "1"}) as client:
            assert client.get("x", headers={"X-More": "2"}).ok
    for call in (second.calls[0], first.calls[1]):
        assert not {"x-appkey", "authorization", "x-own", "x-more", "cookie"} & set(call.headers)


def test_another_port_is_another_origin_and_the_next_request_has_its_credentials_again() -> None:
    with (
        serving(FINE) as other,
        serving(to(f"{other.base}/x"), FINE) as server,
        remote(server.base, credentials=SECRETS) as client,
    ):
        client.get("x")
        client.get("x")
    assert "x-appkey" not in other.calls[0].headers
    assert server.calls[1].headers["x-appkey"] == "key"


def test_the_fourth_hop_is_not_gone() -> None:
    with serving(to("/y")) as server:
        failed = failure(server)
    assert (failed.code, failed.trouble) == ("redirect_too_many", Trouble.SETTINGS)
    assert len(server.calls) == 4


@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1:1/",
        "http://localhost/",
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2130706433/",
        "file:///etc/passwd",
        "gopher://x/",
        "javascript:x",
        "http://user:pass@127.0.0.1/",
        "//0x7f.1/",
        "http://[::ffff:127.0.0.1]/",
        "http://127.0.0.1\\@x/",
    ],
)
@pytest.mark.parametrize("status", [302, 307])
def test_a_redirect_inside_is_refused_like_an_address_inside(place: str, status: int) -> None:
    with serving(to(place, status), FINE) as server:
        failed = failure(server)
    assert failed.code in {"address_refused", "address_never", "redirect_unfit"}
    assert len(server.calls) == 1


@pytest.mark.parametrize(
    ("method", "status", "place"),
    [
        ("POST", 301, "/api/y"),
        ("POST", 302, "/api/y"),
        ("POST", 303, "/api/y"),
        ("PUT", 302, "/api/y"),
        ("POST", 307, "other"),
        ("POST", 308, "other"),
        ("DELETE", 302, "/api/y"),
    ],
)
def test_what_writes_is_not_turned_into_a_read_nor_sent_elsewhere(method: str, status: int, place: str) -> None:
    with serving(FINE) as other, serving(FINE) as server:
        server.replies = [to(place.replace("other", other.base), status), FINE]
        failed = failure(server, method, json={"a": 1}, key="k")
    assert (failed.code, failed.trouble) == ("redirect_of_write", Trouble.SETTINGS)
    assert (len(server.calls), len(other.calls)) == (1, 0)


@pytest.mark.parametrize("status", [307, 308])
def test_a_write_that_stays_at_home_is_sent_on_as_it_is(status: int) -> None:
    with serving(to("/api/y", status), FINE) as server, remote(server.base + "/api") as client:
        client.post("x", json={"a": 1}, key="k")
    assert [(call.method, call.json, call.headers["idempotency-key"]) for call in server.calls] == [
        ("POST", {"a": 1}, "k")
    ] * 2


@pytest.mark.parametrize("place", ["http://crm.example/", "http://crm.example:443/", "http://other.example/"])
def test_encryption_is_never_left(place: str) -> None:
    with pytest.raises(TransferFailed) as failed:
        next_hop(read_address("https://crm.example/x"), method="GET", status=302, location=place, hops=0)
    assert failed.value.code == "redirect_unsafe"


def test_a_redirect_without_a_place_is_an_answer() -> None:
    with serving(answer(b"", 302)) as server:
        assert failure(server).code == "remote_refused"


@pytest.mark.parametrize("found", ["{other}/api/x?page=2", "/elsewhere?page=2", "http://127.0.0.1:1/api/x"])
def test_a_next_page_outside_of_the_base_is_not_read(found: str) -> None:
    with (
        serving(FINE) as other,
        serving(FINE) as server,
        remote(server.base + "/api", credentials=SECRETS) as client,
    ):
        page = client.get("x")
        with pytest.raises(TransferFailed) as failed:
            client.follow(found.format(other=other.base), at=page)
    assert failed.value.code == "address_outside"
    assert (len(server.calls), len(other.calls)) == (1, 0)


def test_a_next_page_is_read_with_its_own_query() -> None:
    with serving(FINE) as server, remote(server.base + "/api", credentials=SECRETS) as client:
        client.follow("?page=2&q=%C3%A4", at=client.get("x"))
    assert server.calls[1].target == "/api/x?page=2&q=%C3%A4"
    assert server.calls[1].headers["x-appkey"] == "key"
