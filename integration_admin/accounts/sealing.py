"""Secrets that have to be read again: the credentials of connections, encrypted while they are kept.

The key is derived from CREDENTIAL_KEY, which lies outside the database; earlier values stand in CREDENTIAL_KEYS_OLD and
still open what they sealed. To change the key: put the old value there and the new one in its place, and seal anew what
is kept; then the old one may go.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE: Final = b"integration-admin: credentials of connections, 1"
KEY_BYTES: Final = 32
MARK: Final = "sealed1:"


class CannotUnseal(ValueError):
    """What is kept cannot be opened: sealed under a key that is not known here, or damaged. Holds nothing of it."""


def seal(clear: str) -> str:
    """The text, encrypted and authenticated under the present key. Twice the same text gives two results."""
    return MARK + _keys().encrypt(clear.encode("utf-8", "surrogatepass")).decode("ascii")


def unseal(sealed: str) -> str:
    """What was sealed, under the present key or an earlier one. Raises CannotUnseal."""
    return _opened(sealed).decode("utf-8", "surrogatepass")


def resealed(sealed: str) -> str:
    """The same, under the present key. Raises CannotUnseal."""
    return seal(unseal(sealed))


def is_sealed_with_present_key(sealed: str) -> bool:
    """Whether the earlier keys are not needed for it."""
    try:
        _fernet(settings.CREDENTIAL_KEY).decrypt(sealed.removeprefix(MARK).encode("ascii"))
    except (InvalidToken, UnicodeEncodeError):
        return False
    return True


def _opened(sealed: str) -> bytes:
    if not sealed.startswith(MARK):
        raise CannotUnseal("This was not sealed by this site. Enter the credentials again.")
    try:
        return _keys().decrypt(sealed.removeprefix(MARK).encode("ascii"))
    except (InvalidToken, UnicodeEncodeError):
        raise CannotUnseal(
            "These credentials were sealed with another CREDENTIAL_KEY, or damaged. Give that key in "
            "CREDENTIAL_KEYS_OLD, or enter the credentials again."
        ) from None


def _keys() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in (settings.CREDENTIAL_KEY, *settings.CREDENTIAL_KEYS_OLD)])


@lru_cache(maxsize=16)
def _fernet(secret: str) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=PURPOSE).derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(key))
