"""However another system spells a secret back to us, it is not kept."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_app.syncs.http.hiding import HIDDEN, excerpt, hidden, line
from tests.syncs.http.scripted import answer, link, remote, serving

PASSWORD = "p@ss/w0rd+<é>&'x\"\\ y"
PLAIN = "hunter2hunter2"
QUOTES = r"\\|\"|&quot;|%22"


def lowered(text: str) -> str:
    return quote(text, safe="").replace("%2F", "%2f").replace("%C3%A9", "%c3%a9")


def u_escaped(text: str) -> str:
    return "".join(f"\\u{ord(sign):04X}" for sign in text)


def numbered(text: str) -> str:
    return "".join(f"&#{ord(sign)};" for sign in text)


def numbered_in_hex(text: str) -> str:
    return "".join(f"&#X{ord(sign):x};" for sign in text)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "percent": lambda text: quote(text, safe=""),
    "percent, partly": lambda text: quote(text, safe="@/&'"),
    "percent, lower case": lowered,
    "percent, twice": lambda text: quote(quote(text, safe=""), safe=""),
    "form": quote_plus,
    "JSON": json.dumps,
    "JSON, with ü as it is": lambda text: json.dumps(text, ensure_ascii=False),
    "JSON, with \\/": lambda text: json.dumps(text).replace("/", "\\/"),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)),
    "JSON, all escaped": u_escaped,
    "HTML": html.escape,
    "HTML by numbers": numbered,
    "HTML by hexadecimal numbers": numbered_in_hex,
    "HTML of JSON": lambda text: html.escape(json.dumps(text)),
    "percent of JSON": lambda text: quote(json.dumps(text)),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for addresses": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal, upper case": lambda text: text.encode().hex().upper(),
    "with NUL between": "\0".join,
}


@pytest.mark.parametrize("secret", [PASSWORD, PLAIN, "ünï-ßecret", "100%25 sure\\n"])
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_of_a_secret_is_kept(spelling: str, secret: str) -> None:
    said = SPELLINGS[spelling](secret)
    told = hidden(f"The key {said} is wrong.", secrets=[secret])
    assert told.startswith("The key ")
    assert told.endswith(" is wrong.")
    assert re.fullmatch(rf"({QUOTES})*{HIDDEN}({QUOTES})*", told.removeprefix("The key ").removesuffix(" is wrong."))


@pytest.mark.parametrize("name", ["a", "an", "ann", "ann@acme.example"])
@pytest.mark.parametrize("packed", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_password_packed_behind_any_name_is_not_kept(name: str, packed: Callable[[bytes], bytes]) -> None:
    for secret in (PASSWORD, PLAIN):
        said = packed(f"{name}:{secret}".encode()).decode()
        told = hidden(f"Basic {said} is wrong.", secrets=[secret])
        assert HIDDEN in told
        left = told.removeprefix("Basic ").removesuffix(" is wrong.").partition(HIDDEN)
        assert len(left[2].rstrip("=")) <= 3
        assert len(left[0]) <= (len(name) + 1) * 4 // 3 + 3


def test_words_that_are_no_secret_stay() -> None:
    text = "50 % of &amp; C:\\new\\table a+b %zz &unknown; 🙂 \\u00zz &#xFFFFFFFF;"
    assert hidden(text, secrets=["hunter2", "x" * 4000]) == text


@given(text=st.text(max_size=60), secret=st.text(min_size=4, max_size=12))
def test_whatever_is_said_can_be_read_for_secrets(text: str, secret: str) -> None:
    told = hidden(text, secrets=[secret])
    assert secret not in told or secret in HIDDEN
    assert hidden(f"{text}{secret}", secrets=[secret]) != f"{text}{secret}"


def test_a_line_of_what_was_said_is_short_and_without_secrets() -> None:
    assert line("a\n\tb\x07c \u202e" + PLAIN, secrets=[PLAIN]) == "a b?c ?•••"
    assert line(None, secrets=[]) == ""
    assert len(line("x" * 500, secrets=[])) == 200
    assert line("x" * 195 + PLAIN, secrets=[PLAIN]) == "x" * 195 + HIDDEN
    assert line(["a", PLAIN], secrets=[PLAIN]) == f"['a', '{HIDDEN}']"


@pytest.mark.parametrize("length", [900, 1500, 3900, 5900])
@pytest.mark.parametrize("before", [0, 150, 1990])
def test_of_a_long_token_that_is_said_again_and_again_no_end_is_left_over(length: int, before: int) -> None:
    token = ("abcdefghijklmnopqrstuvwxyz0123456789-_" * 200)[:length]
    for blank in (" " * before, "é" * before, "\u3000" * before):
        said = blank + token * 12
        for told in (excerpt(said.encode(), secrets=[token]), line(said, secrets=[token])):
            assert not re.search("[a-z0-9]{2}", told)


def test_what_is_said_in_two_bytes_a_sign_is_read_too() -> None:
    assert PLAIN[:3] not in excerpt(PLAIN.encode("utf-16"), secrets=[PLAIN]).replace(" ", "")


def test_an_answer_tells_nothing_of_what_was_shown_to_it() -> None:
    given = {"X-APPKEY": "APPKEY-31415"}
    opened = link(secrets={"password": PLAIN})
    with (
        serving(answer({"message": "No key hunter%32hunter2 or APPKEY-31415"})) as server,
        remote(server.base, credentials=given, link=opened) as client,
    ):
        found = client.get("x")
        client.carry({"Authorization": "Bearer later-token"})
    assert found.said(found.json()["message"]) == "No key ••• or •••"
    assert found.said("later-token") == HIDDEN
    assert "31415" not in found.excerpt
