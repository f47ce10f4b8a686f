"""What a minted secret looks like, and what is refused before anybody asks the database."""

from __future__ import annotations

import math
import string
from collections.abc import Callable

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, make_password
from hypothesis import given
from hypothesis import strategies as st

from integration_admin.accounts import credentials
from integration_admin.accounts.credentials import Minted

KINDS = [
    pytest.param(credentials.mint_appkey, credentials.appkey_digest, id="appkey"),
    pytest.param(credentials.mint_account_token, credentials.account_token_digest, id="account token"),
    pytest.param(credentials.mint_access_token, credentials.access_token_digest, id="access token"),
]
Mint = Callable[[], Minted]
Digest = Callable[..., str | None]


@pytest.mark.parametrize(("mint", "digest"), KINDS)
def test_a_minted_secret_is_found_again_by_its_digest(mint: Mint, digest: Digest) -> None:
    minted = mint()
    assert digest(clear=minted.clear) == minted.digest
    assert minted.clear.startswith(minted.prefix)
    assert len(minted.digest) == 64


def test_it_has_at_least_178_random_bits() -> None:
    assert credentials.RANDOM_LENGTH * math.log2(len(set(credentials.ALPHABET))) >= 178
    assert len({credentials.mint_appkey().clear for _ in range(200)}) == 200


def test_what_people_see_of_a_key_says_little_about_it() -> None:
    assert len(credentials.mint_appkey().prefix) - len("iak_") <= 4


@pytest.mark.parametrize(("mint", "digest"), KINDS)
def test_one_wrong_sign_at_any_place_is_refused_by_the_checksum(mint: Mint, digest: Digest) -> None:
    clear = mint().clear
    for place, sign in enumerate(clear):
        other = "x" if sign != "x" else "y"
        assert digest(clear=clear[:place] + other + clear[place + 1 :]) is None


@pytest.mark.parametrize(("mint", "digest"), KINDS)
@pytest.mark.parametrize(
    "spoil", [str.upper, lambda s: s[:-1], lambda s: s + "0", lambda s: s + "\n", lambda s: s + "\0"]
)
def test_it_refuses_what_is_cut_lengthened_or_rewritten(
    mint: Mint, digest: Digest, spoil: Callable[[str], str]
) -> None:
    assert digest(clear=spoil(mint().clear)) is None


def test_one_kind_of_secret_is_never_taken_for_another() -> None:
    digests = (credentials.appkey_digest, credentials.account_token_digest, credentials.access_token_digest)
    mints = (credentials.mint_appkey, credentials.mint_account_token, credentials.mint_access_token)
    for place, mint in enumerate(mints):
        clear = mint().clear
        assert [digest(clear=clear) is not None for digest in digests] == [place == other for other in range(3)]


@given(st.text(max_size=60))
def test_any_text_is_refused_calmly(text: str) -> None:
    assert credentials.appkey_digest(clear=text) is None


@given(st.text(alphabet=string.ascii_letters + string.digits, min_size=38, max_size=38))
def test_a_guess_of_the_right_shape_is_refused_by_the_checksum(text: str) -> None:
    right = credentials._checksum(credentials.Kind.APPKEY, text[:32])
    assert (credentials.appkey_digest(clear=f"iak_{text}") is None) == (text[32:] != right)


def test_the_digest_needs_the_key_that_lies_outside_the_database(settings) -> None:
    minted = credentials.mint_appkey()
    settings.CREDENTIAL_KEY = "another key of another machine, long enough"
    assert credentials.appkey_digest(clear=minted.clear) not in {None, minted.digest}


def test_the_digest_does_not_change_with_the_secret_key(settings) -> None:
    minted = credentials.mint_appkey()
    settings.SECRET_KEY = "rotated"
    assert credentials.appkey_digest(clear=minted.clear) == minted.digest


def test_a_secret_does_not_show_when_printed() -> None:
    minted = credentials.mint_appkey()
    assert minted.clear not in repr(minted)


@pytest.mark.parametrize("password", ["x", "correct horse", "é" * 1024, "пароль", " with blanks ", "x" * 64])
def test_a_readable_password_fits_its_own_hash_only(password: str) -> None:
    assert credentials.password_is_readable(password=password)
    kept = credentials.password_hash(password=password)
    assert credentials.password_fits(password=password, kept=kept)
    assert not credentials.password_fits(password=password + "!", kept=kept)


@pytest.mark.parametrize("password", ["", "x" * 1025, "x" * 1_000_000, "a\0b", "a\ud800", "line\nbreak"])
def test_an_unreadable_password_is_refused_before_hashing(password: str) -> None:
    assert not credentials.password_is_readable(password=password)


@pytest.mark.parametrize("password", ["anything", "!", ""])
def test_no_password_fits_a_login_without_one(password: str) -> None:
    assert not credentials.password_fits(password=password, kept=make_password(None))


@pytest.mark.parametrize("kept", ["hash of another password", None, "no password"])
def test_an_unknown_user_costs_as_much_hashing_as_a_wrong_password(kept: str | None, settings, monkeypatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 10)
    hashes = {"hash of another password": credentials.password_hash(password="right"), "no password": "!none"}
    rounds: list[int] = []
    encode = PBKDF2PasswordHasher.encode

    def counting(self: PBKDF2PasswordHasher, password: str, salt: str, iterations: int | None = None) -> str:
        rounds.append(iterations or self.iterations)
        return encode(self, password, salt, iterations)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counting)
    assert not credentials.password_fits(password="wrong", kept=hashes[kept] if kept else None)
    assert rounds == [10]


def test_a_made_password_is_long_and_told_apart_by_eye() -> None:
    made = {credentials.mint_password() for _ in range(100)}
    assert len(made) == 100
    assert all(len(password) == 20 and not set(password) & set("0O1lI") for password in made)
