"""Addresses that several readers would understand differently are refused before a socket exists."""

from __future__ import annotations

import pytest

from sync_app.syncs.http.addresses import read_address, read_link
from sync_app.syncs.http.client import Remote
from sync_app.syncs.one_turn import TransferFailed, Trouble
from tests.syncs.http.scripted import answer, link, remote, serving


def refusal(text: str) -> str:
    with pytest.raises(TransferFailed) as refused:
        read_address(text)
    assert refused.value.trouble is Trouble.SETTINGS
    return refused.value.code


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://crm.example", "https://crm.example/"),
        ("HTTPS://CRM.Example:443/Api/", "https://crm.example/Api/"),
        ("http://crm.example:8080/a%20b", "http://crm.example:8080/a%20b"),
        ("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
        ("https://[2606:4700:0:0::1]:8443/x", "https://[2606:4700::1]:8443/x"),
        ("https://intern_name.local", "https://intern_name.local/"),
        ("https://1.2.3.4/", "https://1.2.3.4/"),
        ("https://crm.example/a..b/...", "https://crm.example/a..b/..."),
    ],
)
def test_one_address_has_one_spelling(text: str, url: str) -> None:
    assert read_address(text).url == url


@pytest.mark.parametrize(
    "text",
    [
        "http://0x7f000001/",
        "http://2130706433/",
        "http://127.1/",
        "http://0/",
        "http://0177.0.0.1/",
        "http://1.2.3.4.5/",
        "http://256.1.1.1/",
        "http://0x7f.1/",
        "http://crm.example.0x7f/",
        "http://１２７.1/",
        "http://017700000001",
        "http://1.2.3.04/",
    ],
)
def test_numbers_in_disguise_are_refused(text: str) -> None:
    assert refusal(text) == "address_not_plain"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "crm.example",
        "//crm.example",
        "ftp://crm.example",
        "file:///etc/passwd",
        "https:crm.example",
        "https://",
        "https://a@127.0.0.1/",
        "https://user:pass@crm.example/",
        "https://crm.example%23@localhost/",
        "https://crm.example#@x",
        "https://crm.example\\@localhost",
        "https://crm.example/a b",
        " https://crm.example",
        "https://crm.example\n/",
        "https://crm.example\t",
        "https://cr\u2028m.example",
        "https://crm.example:0",
        "https://crm.example:65536",
        "https://crm.example:x",
        "https://crm.example/?a=1",
        "https://crm.example/?",
        "https://crm.example/#",
        "https://[::1",
        "https://[1.2.3.4]/",
        "https://[fe80::1%25eth0]/",
        "https://crm..example/",
        "https://.example/",
        "https://-x.example/",
        "https://crm.example/%zz",
        "https://crm.example/../x",
        "https://crm.example/a/%2e%2e/x",
        "https://crm.example/%252e%252e/",
        "https://crm.example/a/..%2fb",
        "https://crm.example/a/..%5cb",
        "https://crm.example/./",
        "https://" + "a" * 300,
        "https://crm.example/" + "x" * 9000,
        "https://crm.example/\ud800",
    ],
)
def test_what_is_not_plainly_an_address_is_refused(text: str) -> None:
    assert refusal(text) == "address_invalid"


@pytest.mark.parametrize(
    ("segment", "path"),
    [
        ("a b", "/api/a%20b/x"),
        ("a/b", "/api/a%2Fb/x"),
        ("?x=1", "/api/%3Fx%3D1/x"),
        ("#x", "/api/%23x/x"),
        ("%2f", "/api/%252f/x"),
        ("a\\b", "/api/a%5Cb/x"),
        ("ä", "/api/%C3%A4/x"),
        ("...", "/api/.../x"),
        ("a@b:c", "/api/a%40b%3Ac/x"),
    ],
)
def test_whatever_a_field_holds_is_one_segment_of_the_path(segment: str, path: str) -> None:
    with serving(answer({})) as server, remote(server.base + "/api/") as client:
        client.get(segment, "x")
    assert server.calls[0].target == path


@pytest.mark.parametrize(
    "segment",
    ["", ".", "..", "../../other", "..\\other", "%2e%2e", "%252e%252e/x", "a/../b", "a\r\nb", "\x00", "\ud800"],
)
def test_a_field_never_leads_out_of_its_folder(segment: str) -> None:
    with remote("https://crm.example/api") as client, pytest.raises(TransferFailed) as refused:
        client.get("projects", segment)
    assert refused.value.code == "path_unfit"


def test_values_of_a_query_stay_values() -> None:
    with serving(answer({})) as server, remote(server.base) as client:
        client.get("x", query=[("since", "2026-01-01T00:00:00+01:00"), ("q", "a&b=c#d /?")])
    assert server.calls[0].target == "/x?since=2026-01-01T00%3A00%3A00%2B01%3A00&q=a%26b%3Dc%23d%20%2F%3F"


@pytest.mark.parametrize(
    ("found", "url"),
    [
        ("https://crm.example/api/items?page=2", "https://crm.example/api/items?page=2"),
        ("/api/items?page=2#part", "https://crm.example/api/items?page=2"),
        ("?page=2", "https://crm.example/api/items?page=2"),
        ("items/3", "https://crm.example/api/items/3"),
        ("https://CRM.example:443/api/x", "https://crm.example/api/x"),
    ],
)
def test_a_link_is_read_where_it_was_found(found: str, url: str) -> None:
    assert read_link(found, at=read_address("https://crm.example/api/items")).url == url
    assert read_address("https://crm.example/api").holds(read_address(url, query=True))


@pytest.mark.parametrize(
    "found",
    [
        "https://other.example/api/x",
        "http://crm.example/api/x",
        "https://crm.example:8443/api/x",
        "/apis/x",
        "/",
        "../x",
    ],
)
def test_a_link_that_leads_outside_is_not_below(found: str) -> None:
    target = read_link(found, at=read_address("https://crm.example/api/items"))
    assert not read_address("https://crm.example/api").holds(target)


@pytest.mark.parametrize(
    "found", ["javascript:x", "file:///etc/passwd", "https://a@crm.example/", "\n/x", "//[/", "/%2e%2e/x"]
)
def test_a_link_that_is_none_is_refused(found: str) -> None:
    with pytest.raises(TransferFailed):
        read_link(found, at=read_address("https://crm.example/api/items"))


@pytest.mark.parametrize(
    "name",
    [
        "Host",
        "host",
        "Transfer-Encoding",
        "Content-Length",
        "Content-Type",
        "Authorization",
        "AUTHORIZATION",
        "Cookie",
        "Connection",
        "TE",
        "Trailer",
        "Upgrade",
        "Expect",
        "Proxy-Authorization",
        "X-Forwarded-For",
        "Accept-Encoding",
        "Idempotency-Key",
        "X-HTTP-Method-Override",
    ],
)
def test_a_person_cannot_set_what_frames_or_signs_a_request(name: str) -> None:
    with pytest.raises(TransferFailed) as refused:
        Remote(base="https://crm.example", link=link(), headers={name: "x"})
    assert refused.value.code == "header_reserved"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-A", "a\r\nX-B: c"),
        ("X-A", "a\nb"),
        ("X-A", "a\x00"),
        ("X-A", "ä"),
        ("X-A", ""),
        ("X-A", " a"),
        ("X-A", "a\u2028"),
        ("X A", "a"),
        ("X-A:", "a"),
        ("", "a"),
        ("X-Ä", "a"),
        ("X-A\r\n", "a"),
        ("X-A", "x" * 5000),
    ],
)
def test_a_header_stays_in_its_place(name: str, value: str) -> None:
    for headers, credentials in (({name: value}, {}), ({}, {name: value})):
        with pytest.raises(TransferFailed) as refused:
            Remote(base="https://crm.example", link=link(), headers=headers, credentials=credentials)
        assert refused.value.code == "header_unfit"
