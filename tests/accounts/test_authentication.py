"""The three-way match of path, application key and token, and all that is not let in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integration_admin.accounts import last_used, logins, tokens
from integration_admin.accounts.access import Actor, NotAuthenticated
from integration_admin.accounts.authentication import authenticate, authenticate_appkey, identify, token_of
from integration_admin.accounts.models import Brand
from tests.conftest import BY, Key, Login

Change = Callable[..., object]


@pytest.fixture
def token(owner: Login, appkey: Key, now: datetime) -> str:
    return tokens.issue(membership=owner.membership, appkey=appkey.row, now=now).access_token


@pytest.fixture
def foreign_token(stranger: Login, foreign_appkey: Key, now: datetime) -> str:
    return tokens.issue(membership=stranger.membership, appkey=foreign_appkey.row, now=now).access_token


def entered(*, brand_key: str, appkey: str, authorization: str, now: datetime) -> Actor:
    """Whoever comes to `/{brand}/api/…` with these headers."""
    key, token = identify(brand_key=brand_key, appkey=appkey, authorization=authorization, now=now)
    return authenticate(key=key, token=token, now=now)


def has_ended(token: str, now: datetime) -> bool:
    found = token_of(token)
    assert found is not None
    return not found.is_valid(at=now)


def refusal(**call: object) -> str:
    with pytest.raises(NotAuthenticated) as caught:
        entered(**call)  # type: ignore[arg-type]
    return caught.value.code


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER ", "", "Bearer   "])
@pytest.mark.parametrize("path", ["acme", "ACME", "Acme"])
def test_it_lets_the_owner_in(scheme: str, path: str, token: str, appkey: Key, owner: Login, now: datetime) -> None:
    actor = entered(brand_key=path, appkey=appkey.clear, authorization=scheme + token, now=now)
    assert (actor.brand.key, actor.name, actor.appkey) == ("acme", "owner", appkey.row)
    assert actor.membership == owner.membership
    assert actor.every_type


def test_it_asks_the_database_once_for_a_key_and_its_token(token: str, appkey: Key, now: datetime) -> None:
    with CaptureQueriesContext(connection) as queries:
        entered(brand_key="acme", appkey=appkey.clear, authorization=token, now=now)
    assert len(queries) == 1
    assert all(query["sql"].startswith("SELECT") for query in queries)


@pytest.mark.parametrize(
    "path",
    ["other", "missing", "", "acme ", " acme", "acme.", "acme\0", "ac/me", "ａｃｍｅ", "aсme", "acm\u212a", "admin"],
)
def test_another_path_is_refused_with_the_same_code(
    path: str, token: str, appkey: Key, other: Brand, now: datetime
) -> None:
    assert refusal(brand_key=path, appkey=appkey.clear, authorization=token, now=now) == "appkey_refused"


def test_letters_that_only_look_like_the_brands_are_another_name(now: datetime, db: None) -> None:
    from_kelvin = {"brand_key": "lea\u212aey", "appkey": "iak_x", "authorization": "", "now": now}
    assert refusal(**from_kelvin) == "appkey_refused"


@pytest.mark.parametrize(
    "appkey_header", ["", " ", "é", "x" * 10_000, "null", "iak_", "{0},{0}", "{0}, {0}", "{0} ", "Bearer {0}", "{0}\0"]
)
def test_an_odd_application_key_is_refused_without_a_query(
    appkey_header: str, token: str, appkey: Key, now: datetime, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        code = refusal(brand_key="acme", appkey=appkey_header.format(appkey.clear), authorization=token, now=now)
    assert code == "appkey_refused"


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic {0}", "Token {0}", "{0},{0}", "Bearer {0}, Bearer {0}", "{0}\0", "{0}=", "é"],
)
def test_an_odd_token_is_refused(header: str, token: str, appkey: Key, now: datetime) -> None:
    sent = header.format(token)
    assert refusal(brand_key="acme", appkey=appkey.clear, authorization=sent, now=now) == "token_refused"


def test_a_token_of_seven_megabytes_is_refused_by_its_length(appkey: Key, now: datetime) -> None:
    sent = "Bearer " + "a" * 7_000_000
    assert refusal(brand_key="acme", appkey=appkey.clear, authorization=sent, now=now) == "token_refused"


def test_a_near_miss_is_refused_at_every_place(token: str, appkey: Key, now: datetime) -> None:
    for place in range(len(token)):
        sent = token[:place] + chr(ord(token[place]) ^ 1) + token[place + 1 :]
        assert refusal(brand_key="acme", appkey=appkey.clear, authorization=sent, now=now) == "token_refused"


def test_neither_key_nor_token_of_another_brand_opens_this_one(
    token: str, foreign_token: str, appkey: Key, foreign_appkey: Key, now: datetime
) -> None:
    def code(path: str, key: Key, sent: str) -> str:
        return refusal(brand_key=path, appkey=key.clear, authorization=sent, now=now)

    assert code("acme", appkey, foreign_token) == "brand_mismatch"
    assert code("other", foreign_appkey, token) == "brand_mismatch"
    assert code("other", appkey, token) == code("missing", appkey, token) == "appkey_refused"
    assert code("acme", foreign_appkey, foreign_token) == "appkey_refused"


def test_the_same_name_and_password_in_two_brands_are_two_people(
    acme: Brand, other: Brand, appkey: Key, foreign_appkey: Key, now: datetime
) -> None:
    twins = [
        logins.create_api_user(brand=brand, username="twin", password="same secret", at=now, by=BY)[0]
        for brand in (acme, other)
    ]
    issued = [
        tokens.issue(membership=twin, appkey=key.row, now=now).access_token
        for twin, key in zip(twins, (appkey, foreign_appkey), strict=True)
    ]
    assert entered(brand_key="acme", appkey=appkey.clear, authorization=issued[0], now=now).brand == acme
    assert refusal(brand_key="other", appkey=foreign_appkey.clear, authorization=issued[0], now=now) == "brand_mismatch"


def test_a_token_serves_only_the_application_it_was_issued_for(token: str, acme: Brand, now: datetime) -> None:
    second = Key(*logins.create_appkey(brand=acme, label="Second", at=now, by=BY))
    assert refusal(brand_key="acme", appkey=second.clear, authorization=token, now=now) == "token_refused"


@pytest.mark.parametrize(("later", "lets_in"), [(0, True), (28_799, True), (28_800, False), (28_801, False)])
def test_a_token_lives_until_its_last_second(later: int, lets_in: bool, token: str, appkey: Key, now: datetime) -> None:
    call = {"brand_key": "acme", "appkey": appkey.clear, "authorization": token, "now": now + timedelta(seconds=later)}
    if lets_in:
        assert entered(**call).brand.key == "acme"  # type: ignore[arg-type]
    else:
        assert refusal(**call) == "token_refused"


ENDINGS: dict[str, Change] = {
    "password changed": lambda owner, at, **_: logins.set_password(
        membership=owner.membership, password="a new secret", at=at, by=BY
    ),
    "user deactivated": lambda owner, at, **_: logins.deactivate(membership=owner.membership, at=at, by=BY),
    "group removed": lambda owner, **_: owner.membership.group.delete(),
    "user deleted": lambda owner, **_: owner.membership.delete(),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_token_dies_with_what_its_user_rests_on(
    ending: str, token: str, appkey: Key, owner: Login, now: datetime
) -> None:
    ENDINGS[ending](owner=owner, at=now)
    assert refusal(brand_key="acme", appkey=appkey.clear, authorization=token, now=now) == "token_refused"


def test_reactivation_does_not_revive_old_tokens(token: str, appkey: Key, owner: Login, now: datetime) -> None:
    logins.deactivate(membership=owner.membership, at=now, by=BY)
    logins.activate(membership=owner.membership, at=now, by=BY)
    assert refusal(brand_key="acme", appkey=appkey.clear, authorization=token, now=now) == "token_refused"


def test_a_revoked_application_key_ends_its_tokens_at_once(token: str, appkey: Key, now: datetime) -> None:
    logins.revoke_appkey(appkey=appkey.row, at=now, by=BY)
    assert refusal(brand_key="acme", appkey=appkey.clear, authorization=token, now=now) == "appkey_refused"
    assert has_ended(token, now)


def test_an_expired_application_key_is_refused(acme: Brand, now: datetime) -> None:
    row, clear = logins.create_appkey(brand=acme, label="Short", at=now, by=BY, expires_at=now + timedelta(days=1))
    assert authenticate_appkey(brand_key="acme", appkey=clear, now=now) == row
    with pytest.raises(NotAuthenticated):
        authenticate_appkey(brand_key="acme", appkey=clear, now=now + timedelta(days=1))


def test_an_inactive_brand_answers_nobody(token: str, appkey: Key, acme: Brand, now: datetime) -> None:
    Brand.objects.filter(pk=acme.pk).update(active=False)
    assert refusal(brand_key="acme", appkey=appkey.clear, authorization=token, now=now) == "appkey_refused"
    assert has_ended(token, now)


def test_an_account_token_is_no_access_token(owner: Login, appkey: Key, now: datetime) -> None:
    _, assertion = logins.create_account_token(membership=owner.membership, at=now, by=BY)
    assert refusal(brand_key="acme", appkey=appkey.clear, authorization=assertion, now=now) == "token_refused"


def test_access_tokens_end_with_the_account_token_they_came_from(owner: Login, appkey: Key, now: datetime) -> None:
    row, _ = logins.create_account_token(membership=owner.membership, at=now, by=BY)
    sent = tokens.issue(membership=owner.membership, appkey=appkey.row, now=now, account_token=row).access_token
    assert entered(brand_key="acme", appkey=appkey.clear, authorization=sent, now=now).brand.key == "acme"
    logins.revoke_account_token(token=row, at=now, by=BY)
    assert refusal(brand_key="acme", appkey=appkey.clear, authorization=sent, now=now) == "token_refused"


def test_last_use_is_noted_without_writing_and_flushed_later(token: str, appkey: Key, now: datetime) -> None:
    entered(brand_key="acme", appkey=appkey.clear, authorization=token, now=now)
    appkey.row.refresh_from_db()
    assert appkey.row.last_used_at is None
    assert last_used.flush_last_used() == 1
    appkey.row.refresh_from_db()
    assert appkey.row.last_used_at == now
    assert last_used.flush_last_used() == 0


def test_an_older_note_never_replaces_a_newer_stamp(appkey: Key, now: datetime) -> None:
    last_used.note(appkey.row, at=now)
    last_used.flush_last_used()
    last_used.note(appkey.row, at=now - timedelta(hours=1))
    assert last_used.flush_last_used() == 0
    appkey.row.refresh_from_db()
    assert appkey.row.last_used_at == now
