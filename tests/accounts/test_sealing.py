"""Credentials are kept so that a copy of the database opens nothing, and a lost key is said, not guessed around."""

from __future__ import annotations

import pytest

from integration_admin.accounts.sealing import CannotUnseal, is_sealed_with_present_key, resealed, seal, unseal

FIRST = "the first key of this machine, long enough to be one"
SECOND = "the second key of this machine, long enough to be one"


@pytest.fixture(autouse=True)
def keys(settings):
    settings.CREDENTIAL_KEY = FIRST
    settings.CREDENTIAL_KEYS_OLD = []


@pytest.mark.parametrize(
    "clear", ["", "hunter2", "päss wörd 🗝", '{"password": "x"}', "\ud800", "sealed1:x", "x" * 20_000]
)
def test_what_is_sealed_comes_back_as_it_was(clear: str) -> None:
    sealed = seal(clear)
    assert unseal(sealed) == clear
    assert sealed.isascii()


def test_nothing_of_it_can_be_read_and_twice_the_same_does_not_look_the_same() -> None:
    first, second = seal("hunter2 and more"), seal("hunter2 and more")
    assert first != second
    assert "hunter2" not in first + second


def test_an_earlier_key_opens_and_no_longer_seals(settings) -> None:
    old = seal("hunter2")
    settings.CREDENTIAL_KEY, settings.CREDENTIAL_KEYS_OLD = SECOND, [FIRST]
    assert unseal(old) == "hunter2"
    assert not is_sealed_with_present_key(old)
    renewed = resealed(old)
    assert is_sealed_with_present_key(renewed)
    settings.CREDENTIAL_KEYS_OLD = []
    assert unseal(renewed) == "hunter2"
    with pytest.raises(CannotUnseal):
        unseal(old)


def test_another_key_says_what_to_do_and_shows_nothing(settings) -> None:
    old = seal("hunter2")
    settings.CREDENTIAL_KEY = SECOND
    with pytest.raises(CannotUnseal, match="CREDENTIAL_KEYS_OLD") as refused:
        unseal(old)
    assert old not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("place", [9, 20, 40, -20, -1])
def test_one_altered_sign_is_noticed(place: int) -> None:
    sealed = list(seal("hunter2"))
    sealed[place] = "A" if sealed[place] != "A" else "B"
    with pytest.raises(CannotUnseal):
        unseal("".join(sealed))


@pytest.mark.parametrize("kept", ["", "hunter2", "sealed1:", "sealed1:hunter2", "sealed1:ü", "gAAAAA"])
def test_what_was_never_sealed_is_not_taken_for_a_secret(kept: str) -> None:
    with pytest.raises(CannotUnseal, match="again"):
        unseal(kept)


def test_the_key_is_not_the_one_that_digests_are_made_with(settings) -> None:
    sealed = seal("hunter2")
    settings.CREDENTIAL_KEY = FIRST + " "
    with pytest.raises(CannotUnseal):
        unseal(sealed)
