"""Over a real socket: headers as they stand on the wire, bodies that never come, connections that break."""

from __future__ import annotations

import http.client
import json
import resource
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from sync_app.models import Record, Run
from tests.api.conftest import LEA, MAX, Caller

pytestmark = pytest.mark.django_db(transaction=True)

RUNS = "/acme/api/integration/runs"
CLIENTS = "/acme/api/integration/clients"


def raw(server: Any, head: str, body: bytes = b"", *, wait: float = 60.0) -> tuple[int, dict[str, Any]]:
    """Sends the bytes as they are; the status and the body. TimeoutError when no answer comes within `wait` seconds."""
    place = urlsplit(server.url)
    with socket.create_connection((place.hostname, place.port), timeout=wait) as connection:
        lines = head.strip().replace("\n", "\r\n") + "\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        connection.sendall(lines.encode("latin-1") + body)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        content = answer.read()
    return answer.status, json.loads(content) if content else {}


def credentials(we: Caller) -> str:
    return f"X-APPKEY: {we.appkey}\nAuthorization: Bearer {we.token}"


def test_a_whole_exchange_over_http(live_server: Any, we: Caller, owner: Any) -> None:
    form = {"grant_type": "password", "username": "owner", "password": owner.password}
    keyed = {"X-APPKEY": we.appkey}
    token = requests.post(f"{live_server.url}/acme/token", data=form, headers=keyed, timeout=60).json()["access_token"]
    headers = {**keyed, "Authorization": token}
    sent = requests.post(live_server.url + CLIENTS, json={"model": [LEA, MAX]}, headers=headers, timeout=60)
    assert sent.json()["counts"]["inserted"] == 2
    exported = requests.get(f"{live_server.url}/acme/api/integration/clients-out", headers=headers, timeout=60).json()
    assert [item["ID_DOSSIER"] for item in exported["items"]] == ["D-1", "D-2"]
    report = requests.get(live_server.url + sent.headers["Content-Location"], headers=headers, timeout=60).json()
    assert report["status"] == "succeeded"


@pytest.mark.parametrize(
    "headers",
    [
        "X-APPKEY: $key\nX-APPKEY: $key",
        "X-APPKEY: $key\nx-appkey: other",
        "X_APPKEY: $key",
        "X-APPKEY: \u00e9",
        "X-APPKEY: " + "k" * 10_000,
        "X-APPKEY:",
        "",
    ],
    ids=["twice", "twice in two spellings", "underscore", "not ASCII", "10 kB", "empty", "absent"],
)
def test_a_key_that_is_not_there_exactly_once_is_refused(headers: str, live_server: Any, we: Caller) -> None:
    head = f"GET {RUNS} HTTP/1.1\n{headers.replace('$key', we.appkey)}\nAuthorization: Bearer {we.token}"
    status, told = raw(live_server, head.replace("\n\n", "\n"))
    assert (status, told["code"]) == (401, "appkey_refused")
    assert told["message"] == "The application key is missing, or not one of this brand."


def test_two_authorization_headers_are_refused(live_server: Any, we: Caller) -> None:
    head = f"GET {RUNS} HTTP/1.1\n{credentials(we)}\nAuthorization: Bearer {we.token}"
    assert raw(live_server, head)[0] == 401


def test_a_body_that_is_declared_too_large_is_refused_before_it_is_sent(live_server: Any, we: Caller) -> None:
    head = f"POST {CLIENTS} HTTP/1.1\n{credentials(we)}\nContent-Type: application/json\nContent-Length: 104857600"
    raw(live_server, f"GET {RUNS} HTTP/1.1\n{credentials(we)}")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    status, told = raw(live_server, head, b'{"model": [')
    assert (status, told["code"]) == (413, "body_too_large")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 * 1024


def test_a_body_that_ends_too_early_writes_nothing(live_server: Any, we: Caller) -> None:
    place = urlsplit(live_server.url)
    body = json.dumps({"model": [LEA]}).encode()
    head = (
        f"POST {CLIENTS} HTTP/1.1\nHost: localhost\n{credentials(we)}\nContent-Type: application/json\n"
        f"Content-Length: {len(body) + 100}\n\n"
    )
    with socket.create_connection((place.hostname, place.port), timeout=60) as connection:
        connection.sendall(head.replace("\n", "\r\n").encode() + body)
        connection.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        told = json.loads(answer.read())
    assert (answer.status, told["code"]) == (400, "body_cut_short")
    assert (Run.objects.count(), Record.objects.count()) == (0, 0)


def test_a_chunked_body_that_the_server_cannot_take_apart_needs_a_length(live_server: Any, we: Caller) -> None:
    head = f"POST {CLIENTS} HTTP/1.1\n{credentials(we)}\nContent-Type: application/json\nTransfer-Encoding: chunked"
    status, told = raw(live_server, head, b"2\r\n{}\r\n0\r\n\r\n")
    assert (status, told["code"]) == (411, "length_required")


@pytest.mark.parametrize("line", ["X-Forwarded-For: 1.2.3.4", "Forwarded: for=1.2.3.4", "X-Real-IP: 1.2.3.4"])
def test_nobody_chooses_the_address_they_are_counted_by(line: str, live_server: Any, we: Caller, settings: Any) -> None:
    settings.ADDRESS_QUOTA_PER_MINUTE = 2
    statuses = [raw(live_server, f"GET {RUNS} HTTP/1.1\n{credentials(we)}\n{line}{n}")[0] for n in range(3)]
    assert statuses == [200, 200, 429]
