"""What an answer is worth: whole or not at all, never larger than allowed, and told without a secret."""

from __future__ import annotations

import base64
import gzip
import json
import logging
import zlib
from urllib.parse import quote

import pytest

from sync_app.syncs.http.client import Bounds, Remote
from sync_app.syncs.http.hiding import excerpt, hidden
from sync_app.syncs.one_turn import TransferFailed, Trouble
from tests.syncs.http.scripted import Reply, answer, chunked, link, remote, resets, serving

ROWS = json.dumps({"rows": [{"id": number, "name": f"Müller & søn {number}"} for number in range(40)]}).encode()
WHOLE = answer(ROWS)
ONCE = Bounds(tries=1)


def failure(client: Remote) -> TransferFailed:
    with client, pytest.raises(TransferFailed) as failed:
        client.get("x").json()
    return failed.value


def test_an_answer_cut_anywhere_is_never_taken_for_one() -> None:
    head = len(WHOLE) - len(ROWS)
    cuts = [*range(0, head, 9), *range(head, len(WHOLE), 31), len(WHOLE) - 1]
    with serving(*(WHOLE[:cut] for cut in cuts)) as server:
        for cut in cuts:
            failed = failure(remote(server.base, bounds=ONCE))
            assert (failed.code, failed.trouble) == ("answer_cut", Trouble.AGAIN), cut


def test_a_body_that_ends_with_its_connection_must_be_whole_json() -> None:
    open_ended = answer(ROWS, length=False)
    cuts = [*range(len(open_ended) - len(ROWS) + 1, len(open_ended), 37), len(open_ended) - 1]
    with serving(*(open_ended[:cut] for cut in cuts)) as server:
        for cut in cuts:
            failed = failure(remote(server.base, bounds=ONCE))
            assert (failed.code, failed.trouble) == ("answer_cut", Trouble.AGAIN), cut
    with serving(open_ended) as server, remote(server.base) as client:
        found = client.get("x")
    assert (found.json(), found.framed) == (json.loads(ROWS), False)


@pytest.mark.parametrize(
    "reply",
    [
        chunked(ROWS[:500], ROWS[500:], end=False),
        chunked(ROWS[:500], end=False) + b"2f\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
        b"HTTP/1.1 102 Processing\r\n" + b"X-A: b\r\n" * 5000 + b"\r\n" + WHOLE,
        b"HTTP/1.1 200 OK\r\nContent-Length: 2, 5\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\n{}",
        b"NOT HTTP\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 5000 + b"\r\n{}",
        b"",
        resets,
    ],
)
def test_a_broken_answer_is_asked_for_again(reply: Reply) -> None:
    with serving(reply, WHOLE) as server, remote(server.base) as client:
        assert client.get("x").json() == json.loads(ROWS)
    assert len(server.calls) == 2


@pytest.mark.parametrize("length", ["x", "-1", "0x2", "٢"])
def test_a_length_that_makes_no_sense_proves_nothing(length: str) -> None:
    reply = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{{}}".encode()
    with serving(reply) as server, remote(server.base, bounds=ONCE) as client:
        assert not client.get("x").framed


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("announced", ["100 Continue", "102 Processing", "103 Early Hints\r\nLink: </x.css>"])
def test_what_only_announces_an_answer_is_none(announced: str, times: int) -> None:
    reply = f"HTTP/1.1 {announced}\r\n\r\n".encode() * times + WHOLE
    with serving(reply) as server, remote(server.base, bounds=ONCE) as client:
        found = client.get("x")
    assert (found.status, found.json()) == (200, json.loads(ROWS))
    assert "link" not in found.headers


@pytest.mark.parametrize(
    ("body", "name"),
    [(b'{"a": 1, "a": 1}', "a"), (b'[{"b": {"c": 1, "d": 2, "c": {}}}]', "c"), (b'{"\\ud800": 1, "\\ud800": 2}', "?")],
)
def test_a_key_that_stands_twice_is_told_and_no_guess_made(body: bytes, name: str) -> None:
    with serving(answer(body)) as server:
        failed = failure(remote(server.base))
    assert (failed.code, failed.trouble, failed.params) == ("duplicate_key", Trouble.ANSWER, {"name": name})


def test_an_answer_in_pieces_is_put_together() -> None:
    reply = chunked(*(ROWS[place : place + 7] for place in range(0, len(ROWS), 7)))
    with serving(reply) as server, remote(server.base) as client:
        found = client.get("x")
    assert (found.json(), found.framed) == (json.loads(ROWS), True)


@pytest.mark.parametrize(("name", "packed"), [("gzip", gzip.compress(ROWS)), ("deflate", zlib.compress(ROWS))])
def test_a_packed_answer_is_unpacked(name: str, packed: bytes) -> None:
    with serving(answer(packed, 200, f"Content-Encoding: {name}")) as server, remote(server.base) as client:
        assert client.get("x").json() == json.loads(ROWS)


@pytest.mark.parametrize(
    "reply",
    [
        answer(b" " * 70_000),
        answer(gzip.compress(b" " * 20_000_000), 200, "Content-Encoding: gzip"),
        answer(gzip.compress(gzip.compress(b" " * 20_000_000)), 200, "Content-Encoding: gzip, gzip"),
        chunked(*[b" " * 1000] * 70),
        answer(b" " * 70_000, length=False),
    ],
)
def test_an_answer_beyond_the_limit_is_left_unread_however_small_it_came(reply: bytes) -> None:
    with serving(reply) as server:
        failed = failure(remote(server.base, bounds=Bounds(body_bytes=65_536)))
    assert (failed.code, failed.trouble) == ("answer_too_large", Trouble.ANSWER)
    assert failed.params == {"host": "127.0.0.1", "limit": 65_536, "status": 200}
    assert len(server.calls) == 1


def test_an_answer_that_is_packed_wrongly_is_told() -> None:
    with serving(answer(b"not gzip at all", 200, "Content-Encoding: gzip")) as server:
        assert failure(remote(server.base)).code == "answer_unreadable"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"   ",
        b"<!doctype html><h1>Please sign in</h1>",
        b'{"a": NaN}',
        b"[Infinity]",
        b'{"a": 1} {"b": 2}',
        b'{"a": 1',
        '{"a": "ä"}'.encode("latin-1"),
        '{"a": 1}'.encode("utf-16"),
        b"[" * 100_000,
        b"1" * 10_000,
        b"{'a': 1}",
        b"[1,]",
    ],
)
def test_what_is_not_json_to_its_end_is_told_and_not_asked_for_again(body: bytes) -> None:
    with serving(answer(body)) as server:
        failed = failure(remote(server.base))
    assert (failed.code, failed.trouble) == ("answer_not_json", Trouble.ANSWER)
    assert len(failed.params["excerpt"]) <= 200
    assert str(failed.params["excerpt"]).isprintable()
    assert len(server.calls) == 1


SECRET = 'hunt"er/2+ü&ß '


@pytest.mark.parametrize(
    "spelled",
    [
        SECRET,
        quote(SECRET, safe=""),
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        base64.b64encode(SECRET.encode()).decode(),
    ],
)
def test_a_secret_that_the_other_side_says_back_is_not_kept(spelled: str) -> None:
    said = excerpt(f"token {spelled} is wrong, {'x' * 300}".encode(), secrets=[SECRET])
    assert said.startswith(("token ••• is wrong", 'token "•••" is wrong'))
    assert len(said) == 200


def test_a_secret_at_the_edge_of_what_is_shown_is_not_half_shown() -> None:
    assert "hunter" not in excerpt(b"x" * 195 + b"hunter2hunter2", secrets=["hunter2hunter2"])


def test_what_is_shown_is_one_printable_line() -> None:
    assert excerpt(b"a\r\nb\x1b[31m\x00c\xff\xe2\x80\xa8d\xe2\x80\xae e", secrets=[]) == "a b [31m c� d  e"
    assert hidden("an apple a day", secrets=["a", ""]) == "an apple a day"


@pytest.mark.parametrize("status", [400, 401, 500])
def test_no_secret_is_in_what_is_told_or_logged(status: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    basic = base64.b64encode(b"ann:hunter2").decode()
    secrets = ("hunter2", "APPKEY-31415", "query-27182", basic)
    body = f"you sent {basic} hunter2 APPKEY-31415 query-27182"
    with serving(answer(body, status)) as server:
        client = remote(
            server.base,
            credentials={"Authorization": f"Basic {basic}", "X-APPKEY": "APPKEY-31415"},
            link=link(secrets={"password": "hunter2", "token": "query-27182"}),
            bounds=ONCE,
        )
        with client, pytest.raises(TransferFailed) as failed:
            client.get("x", query=[("token", "query-27182")])
    told = f"{failed.value!r} {failed.value.params} {client.link!r} {caplog.text}"
    assert not [secret for secret in secrets if secret in told]
    assert "you sent •••" in told
    assert failed.value.__cause__ is None
