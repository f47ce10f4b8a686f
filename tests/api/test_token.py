"""`/{brand}/token`: forms as clients send them, and answers in the form of OAuth2."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from integration_admin.accounts.logins import create_account_token
from integration_admin.accounts.models import AccessToken, Brand
from tests.api.conftest import Caller, read
from tests.conftest import BY, Key, Login

pytestmark = pytest.mark.django_db

FORM = "application/x-www-form-urlencoded"
ASSERTION = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.fixture
def ask(appkey: Key, owner: Login, client: Client) -> Any:
    """Posts a form to acme's token address with acme's key."""

    def send(
        form: Any, *, method: str = "POST", content_type: str = FORM, path: str = "/acme/token", **headers: str
    ) -> Any:
        body = form if isinstance(form, bytes) else urlencode(form)
        given = {"X-APPKEY": appkey.clear} | {name.replace("_", "-"): value for name, value in headers.items()}
        return client.generic(method, path, body, content_type=content_type, headers=given)

    return send


@pytest.fixture
def password(owner: Login) -> dict[str, str]:
    return {"grant_type": "password", "username": "owner", "password": owner.password}


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("content_type", [FORM, f"{FORM}; charset=UTF-8", "", "text/plain"])
def test_a_password_is_exchanged_for_a_token_that_opens_the_api(
    method: str, content_type: str, ask: Any, password: dict[str, str], appkey: Key
) -> None:
    answer = ask(password, method=method, content_type=content_type)
    told = read(answer)
    assert answer.status_code == 200
    assert (told["token_type"], told["expires_in"], told["username"]) == ("bearer", 28800, "owner")
    assert answer["Cache-Control"] == "no-store"
    assert Caller("acme", appkey.clear, told["access_token"]).get("api/integration/runs").status_code == 200


def test_an_account_token_is_exchanged_any_number_of_times(ask: Any, owner: Login, now: datetime) -> None:
    _row, clear = create_account_token(membership=owner.membership, at=now, by=BY)
    tokens = [read(ask({"grant_type": ASSERTION, "assertion": clear}))["access_token"] for _ in range(3)]
    assert len(set(tokens)) == 3


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "PASSWORD"}, "unsupported_grant_type"),
        ({"username": ""}, "invalid_request"),
        ({"password": ""}, "invalid_request"),
        ({"password": "x" * 1_000_000}, "invalid_request"),
        ({"password": "a\0b"}, "invalid_request"),
        ({"username": "a\0b"}, "invalid_request"),
        ({"password": "wrong"}, "invalid_grant"),
        ({"username": "nobody"}, "invalid_grant"),
        ({"username": "stranger"}, "invalid_grant"),
    ],
)
def test_it_refuses_in_the_form_of_oauth(
    change: dict[str, str], error: str, ask: Any, password: dict[str, str]
) -> None:
    answer = ask(password | change)
    told = read(answer)
    assert (answer.status_code, told["error"]) == (400, error)
    assert told["error_description"]
    assert AccessToken.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"grant_type": "password"}', "application/json"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"grant_type=password&grant_type=password&username=owner&password=x", FORM),
        (b"grant_type=password&username=owner&username=owner&password=x", FORM),
        (b"grant_type=password&username=%FF&password=x", FORM),
        (b"grant_type=password&username=\xff&password=x", FORM),
        (b"grant_type=password&username=%ED%A0%80&password=x", FORM),
        (b"a=1&" * 30, FORM),
        (b"", FORM),
    ],
    ids=[
        "JSON",
        "multipart",
        "two grants",
        "two names",
        "no UTF-8",
        "raw bytes",
        "a surrogate",
        "many fields",
        "empty",
    ],
)
def test_it_refuses_other_bodies(body: bytes, content_type: str, ask: Any) -> None:
    answer = ask(body, content_type=content_type)
    assert (answer.status_code, read(answer)["error"]) == (400, "invalid_request")


def test_the_query_string_does_not_count(ask: Any, password: dict[str, str]) -> None:
    answer = ask(b"", path=f"/acme/token?{urlencode(password)}")
    assert (answer.status_code, read(answer)["error"]) == (400, "invalid_request")
    assert password["password"] not in answer.content.decode()


@pytest.mark.parametrize("key", ["", "wrong", "é"])
def test_without_a_key_of_the_brand_nobody_is_asked(key: str, ask: Any, password: dict[str, str]) -> None:
    answer = ask(password, X_APPKEY=key)
    assert (answer.status_code, read(answer)["error"]) == (401, "invalid_client")


def test_an_unknown_user_and_a_wrong_password_are_told_alike(ask: Any, password: dict[str, str]) -> None:
    unknown, wrong = (read(ask(password | change)) for change in ({"username": "nobody"}, {"password": "wrong"}))
    assert unknown.pop("requestId") != wrong.pop("requestId")
    assert unknown == wrong


def test_a_switched_off_way_is_unsupported(ask: Any, acme: Brand, password: dict[str, str]) -> None:
    acme.auth_password = False
    acme.save()
    assert read(ask(password))["error"] == "unsupported_grant_type"


def test_guessing_is_slowed_down_and_the_answer_says_how_long(ask: Any, password: dict[str, str]) -> None:
    answers = [ask(password | {"password": f"guess {n}"}) for n in range(12)]
    last = answers[-1]
    assert (last.status_code, read(last)["error"]) == (429, "slow_down")
    assert int(last["Retry-After"]) > 0


def test_a_body_that_is_too_large_is_told_in_the_same_form(ask: Any) -> None:
    answer = ask(b"x" * 2_700_000)
    assert (answer.status_code, read(answer)["error"]) == (413, "invalid_request")


def test_an_access_token_is_no_assertion_and_an_account_token_no_access_token(
    ask: Any, owner: Login, appkey: Key, password: dict[str, str], now: datetime
) -> None:
    access = read(ask(password))["access_token"]
    _row, account = create_account_token(membership=owner.membership, at=now, by=BY)
    assert read(ask({"grant_type": ASSERTION, "assertion": access}))["error"] == "invalid_grant"
    assert Caller("acme", appkey.clear, account).get("api/integration/runs").status_code == 401
