"""POST /{brand}/token: who gets a token, and what everybody else is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from integration_admin.accounts import credentials, guessing, logins, tokens
from integration_admin.accounts.authentication import authenticate, token_of
from integration_admin.accounts.models import AccessToken, Brand, Membership
from integration_admin.accounts.tokens import TokenAnswer, TokenRefused
from tests.conftest import BY, Key, Login

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def ask(
    form: dict[str, list[str]], appkey: Key, now: datetime, *, brand: str = "acme", address: str = "192.0.2.1"
) -> TokenAnswer:
    return tokens.exchange(brand_key=brand, appkey=appkey.clear, form=form, address=address, now=now)


def refusal(form: dict[str, list[str]], appkey: Key, now: datetime, **call: str) -> TokenRefused:
    with pytest.raises(TokenRefused) as caught:
        ask(form, appkey, now, **call)
    return caught.value


def by_password(username: str, password: str) -> dict[str, list[str]]:
    return {"grant_type": ["password"], "username": [username], "password": [password]}


def by_account(assertion: str) -> dict[str, list[str]]:
    return {"grant_type": [JWT_BEARER], "assertion": [assertion]}


@pytest.mark.parametrize("username", ["owner", "OWNER", "Owner ", "ｏｗｎｅｒ"])
def test_a_password_gives_a_token_that_opens_the_door(username: str, owner: Login, appkey: Key, now: datetime) -> None:
    answer = ask(by_password(username, owner.password), appkey, now)
    assert (answer.token_type, answer.username, answer.expires_in) == ("bearer", "owner", 28_800)
    actor = authenticate(key=appkey.row, token=token_of(answer.access_token), now=now)
    assert actor.membership == owner.membership


def test_an_account_token_is_exchanged_any_number_of_times(owner: Login, appkey: Key, now: datetime) -> None:
    _, assertion = logins.create_account_token(membership=owner.membership, at=now, by=BY)
    answers = {ask(by_account(assertion), appkey, now).access_token for _ in range(30)}
    assert len(answers) == 30


def test_the_token_is_kept_as_a_digest_and_hidden_when_printed(owner: Login, appkey: Key, now: datetime) -> None:
    answer = ask(by_password("owner", owner.password), appkey, now)
    assert answer.access_token not in repr(answer)
    assert answer.access_token not in str(list(AccessToken.objects.values()))


@pytest.mark.parametrize("seconds", [60, 3_600, 28_800])
def test_expires_in_is_the_true_remaining_time(
    seconds: int, settings, owner: Login, appkey: Key, now: datetime
) -> None:
    settings.TOKEN_LIFETIME_SECONDS = seconds
    answer = ask(by_password("owner", owner.password), appkey, now)
    assert answer.expires_in == seconds
    assert AccessToken.objects.get().expires_at == now + timedelta(seconds=seconds)


def test_a_token_never_outlives_its_application_key(acme: Brand, owner: Login, now: datetime) -> None:
    end = now + timedelta(minutes=10)
    short = Key(*logins.create_appkey(brand=acme, label="Short", at=now, by=BY, expires_at=end))
    assert ask(by_password("owner", owner.password), short, now).expires_in == 600


@pytest.mark.parametrize(
    ("form", "error"),
    [
        pytest.param({}, "invalid_request", id="nothing"),
        pytest.param({"grant_type": []}, "invalid_request", id="no value"),
        pytest.param({"grant_type": [""]}, "invalid_request", id="empty"),
        pytest.param({"grant_type": ["password", JWT_BEARER]}, "invalid_request", id="twice"),
        pytest.param({"grant_type": ["client_credentials"]}, "unsupported_grant_type", id="another"),
        pytest.param({"grant_type": ["Password"]}, "unsupported_grant_type", id="another case"),
        pytest.param({"grant_type": ["password"], "username": ["owner"]}, "invalid_request", id="no password"),
        pytest.param({"grant_type": ["password"], "password": ["x"]}, "invalid_request", id="no user name"),
        pytest.param(by_password("owner", "") | {"password": ["a", "b"]}, "invalid_request", id="two passwords"),
        pytest.param(by_password("owner", "x" * 1025), "invalid_request", id="long password"),
        pytest.param(by_password("owner", "x" * 1_000_000), "invalid_request", id="huge password"),
        pytest.param(by_password("owner", "a\0b"), "invalid_request", id="NUL in password"),
        pytest.param(by_password("owner", "a\udc80b"), "invalid_request", id="half a surrogate pair"),
        pytest.param(by_password("own\0er", "x"), "invalid_request", id="NUL in user name"),
        pytest.param(by_password("x" * 200, "x"), "invalid_request", id="long user name"),
        pytest.param({"grant_type": [JWT_BEARER]}, "invalid_request", id="no assertion"),
        pytest.param(by_account("eyJhbGciOiJub25lIn0.e30."), "invalid_grant", id="unsigned JWT"),
        pytest.param(by_account("é"), "invalid_grant", id="not ASCII"),
        pytest.param(by_account("x" * 7_000_000), "invalid_grant", id="huge assertion"),
    ],
)
def test_it_refuses_in_the_oauth2_form(
    form: dict[str, list[str]], error: str, owner: Login, appkey: Key, now: datetime
) -> None:
    refused = refusal(form, appkey, now)
    assert (refused.error, refused.status) == (error, 400)
    assert not AccessToken.objects.exists()


def test_an_unreadable_password_is_refused_before_any_hashing(
    owner: Login, appkey: Key, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integration_admin.accounts.credentials.make_password", lambda *_: pytest.fail("hashed"))
    monkeypatch.setattr("integration_admin.accounts.credentials.check_password", lambda *_: pytest.fail("hashed"))
    assert refusal(by_password("owner", "x" * 1_000_000), appkey, now).error == "invalid_request"


@pytest.mark.parametrize(("brand", "clear"), [("acme", ""), ("acme", "iak_wrong"), ("missing", None), ("other", None)])
def test_a_wrong_client_is_told_the_same_whatever_is_wrong(
    brand: str, clear: str | None, owner: Login, other: Brand, appkey: Key, now: datetime
) -> None:
    key = Key(appkey.row, appkey.clear if clear is None else clear)
    refused = refusal(by_password("owner", owner.password), key, now, brand=brand)
    assert (refused.error, refused.status) == ("invalid_client", 401)
    assert refused.description == tokens.SENTENCES["invalid_client"]


def test_unknown_user_wrong_password_and_deactivated_user_are_told_the_same(
    owner: Login, teammate: Login, stranger: Login, appkey: Key, now: datetime
) -> None:
    logins.deactivate(membership=teammate.membership, at=now, by=BY)
    answers = [
        refusal(by_password("nobody", "wrong"), appkey, now),
        refusal(by_password("owner", "wrong"), appkey, now),
        refusal(by_password("teammate", teammate.password), appkey, now),
        refusal(by_password("stranger", stranger.password), appkey, now),
    ]
    assert {(a.error, a.status, a.description, a.retry_after) for a in answers} == {
        ("invalid_grant", 400, tokens.SENTENCES["invalid_grant"], 0)
    }


def test_an_account_token_of_another_brand_is_refused(stranger: Login, appkey: Key, now: datetime) -> None:
    _, assertion = logins.create_account_token(membership=stranger.membership, at=now, by=BY)
    assert refusal(by_account(assertion), appkey, now).error == "invalid_grant"


def test_an_access_token_is_no_assertion(owner: Login, appkey: Key, now: datetime) -> None:
    access = ask(by_password("owner", owner.password), appkey, now).access_token
    assert refusal(by_account(access), appkey, now).error == "invalid_grant"


def test_a_revoked_account_token_is_refused(owner: Login, appkey: Key, now: datetime) -> None:
    row, assertion = logins.create_account_token(membership=owner.membership, at=now, by=BY)
    logins.revoke_account_token(token=row, at=now, by=BY)
    assert refusal(by_account(assertion), appkey, now).error == "invalid_grant"


@pytest.mark.parametrize(("switch", "grant"), [("auth_password", "password"), ("auth_account", JWT_BEARER)])
def test_a_way_of_signing_in_can_be_switched_off(
    switch: str, grant: str, acme: Brand, owner: Login, appkey: Key, now: datetime
) -> None:
    Brand.objects.filter(pk=acme.pk).update(**{switch: False})
    form = by_password("owner", owner.password) | {"assertion": ["x"], "grant_type": [grant]}
    assert refusal(form, appkey, now).error == "unsupported_grant_type"


def guess(username: str, appkey: Key, now: datetime, address: str) -> TokenRefused:
    return refusal(by_password(username, "wrong"), appkey, now, address=address)


def test_guessing_at_one_user_from_many_addresses_is_slowed(owner: Login, appkey: Key, now: datetime) -> None:
    answers = [guess("owner", appkey, now, f"192.0.2.{part}") for part in range(200)]
    slowed = [answer for answer in answers if answer.status == 429]
    assert [answer.status for answer in answers[:7]] == [400] * 6 + [429]
    assert len(slowed) == 200 - 6
    assert all(answer.error == "slow_down" and answer.retry_after >= 1 for answer in slowed)


def test_guessing_at_many_users_from_one_address_is_slowed(owner: Login, appkey: Key, now: datetime) -> None:
    statuses = [guess(f"user{number}", appkey, now, "192.0.2.1").status for number in range(100)]
    assert statuses[:22] == [400] * 21 + [429]
    assert statuses.count(429) == 100 - 21


def test_the_wait_grows_with_each_further_guess_up_to_a_cap(owner: Login, appkey: Key, now: datetime) -> None:
    waits, moment = [], now
    for part in range(14):
        answer = guess("owner", appkey, moment, f"192.0.2.{part}")
        if answer.status == 400:
            wait = guess("owner", appkey, moment, f"198.51.100.{part}").retry_after if part >= 5 else 0
            waits.append(wait)
            moment += timedelta(seconds=wait)
    assert waits[5:] == [2, 4, 8, 16, 32, 60, 60, 60, 60]


def test_a_slowed_user_still_works_with_the_tokens_they_have(owner: Login, appkey: Key, now: datetime) -> None:
    access = ask(by_password("owner", owner.password), appkey, now).access_token
    for part in range(30):
        guess("owner", appkey, now, f"192.0.2.{part}")
    actor = authenticate(key=appkey.row, token=token_of(access), now=now)
    assert actor.membership == owner.membership


def test_the_owner_gets_in_after_the_wait_and_is_not_slowed_again(owner: Login, appkey: Key, now: datetime) -> None:
    for part in range(30):
        guess("owner", appkey, now, f"192.0.2.{part}")
    later = now + timedelta(seconds=61)
    assert ask(by_password("owner", owner.password), appkey, later).username == "owner"
    assert guess("owner", appkey, later, "192.0.2.99").status == 400


def test_guessing_at_one_user_does_not_slow_another(owner: Login, teammate: Login, appkey: Key, now: datetime) -> None:
    for part in range(30):
        guess("owner", appkey, now, f"192.0.2.{part}")
    assert ask(by_password("teammate", teammate.password), appkey, now).username == "teammate"


def test_signing_in_rightly_many_times_is_not_guessing(owner: Login, appkey: Key, now: datetime) -> None:
    for _ in range(50):
        ask(by_password("owner", owner.password), appkey, now)
    assert Membership.objects.count() == 1


def test_guessing_does_not_slow_who_needs_no_password_and_a_right_one_keeps_nobody_waiting(
    owner: Login, teammate: Login, appkey: Key, now: datetime
) -> None:
    _, assertion = logins.create_account_token(membership=owner.membership, at=now, by=BY)
    for number in range(21):
        guess(f"user{number}", appkey, now, "192.0.2.1")
    assert guess("ghost", appkey, now, "192.0.2.1").status == 429
    assert ask(by_account(assertion), appkey, now, address="192.0.2.1").username == "owner"
    later = now + timedelta(seconds=3)
    for _ in range(3):
        assert ask(by_password("owner", owner.password), appkey, later, address="192.0.2.1").username == "owner"
    assert guess("ghost", appkey, later, "192.0.2.1").status == 400
    assert guess("ghost", appkey, later, "192.0.2.1").status == 429


@pytest.mark.parametrize("kept", ["pâss wörd é", "pa\u0302ss wo\u0308rd e\u0301"])
def test_a_password_is_the_same_however_its_accents_are_typed(kept: str, owner: Login, now: datetime) -> None:
    logins.set_password(membership=owner.membership, password=kept, at=now, by=BY)
    owner.user.set_password(kept)
    for typed in ("pâss wörd é", "pa\u0302ss wo\u0308rd e\u0301"):
        assert credentials.password_fits(password=typed, kept=owner.membership.password)
        assert owner.user.check_password(typed)
    assert not owner.user.check_password("pass word e")


def test_many_guesses_at_once_do_not_slip_through_together(now: datetime) -> None:
    def admitted(_: int) -> bool:
        return guessing.admit(guessing.username_axis(room="acme", username="owner"), now=now) == 0

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(admitted, range(200))) == 6


def test_tokens_that_ended_are_purged_and_others_kept(owner: Login, appkey: Key, now: datetime) -> None:
    ask(by_password("owner", owner.password), appkey, now)
    assert tokens.purge_expired_tokens(now=now + timedelta(hours=9)) == 0
    assert tokens.purge_expired_tokens(now=now + timedelta(days=2)) == 1
