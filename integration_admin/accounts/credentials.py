"""Keys, tokens and passwords: the only file that sees a secret in clear.

A key or token is `<kind>_<32 letters and digits><6 of checksum>`: 190 random bits, and a checksum that lets a typing
error or a guess be refused without asking the database. What is kept is an HMAC-SHA-256 under a key that lies outside
the database, so that a copy of the database opens nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
import unicodedata
import zlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

from integration_admin.accounts.names import is_plain_text

ALPHABET: Final = string.digits + string.ascii_letters
RANDOM_LENGTH: Final = 32
CHECKSUM_LENGTH: Final = 6
SHOWN_LENGTH: Final = 8
SHAPE: Final = re.compile(
    rf"(i[a-z]{{2}})_([0-9A-Za-z]{{{RANDOM_LENGTH}}})([0-9A-Za-z]{{{CHECKSUM_LENGTH}}})", re.ASCII
)
DIGEST_PURPOSE: Final = b"integration-admin: digests of keys and tokens, 1"
DISTINCT_SIGNS: Final = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
PASSWORD_LENGTH: Final = 20
LONGEST_PASSWORD: Final = 1024


class Kind(StrEnum):
    """What a secret is for, readable in front of it; one kind is never taken for another."""

    APPKEY = "iak"
    ACCOUNT = "ias"
    ACCESS = "iat"


@dataclass(frozen=True, slots=True)
class Minted:
    """A new secret: `clear` goes to its owner once, `digest` and `prefix` are kept."""

    clear: str = field(repr=False)
    digest: str
    prefix: str


def mint_appkey() -> Minted:
    """A new application key."""
    return _mint(Kind.APPKEY)


def mint_account_token() -> Minted:
    """A new account token: the long-lived secret that is exchanged as `assertion`."""
    return _mint(Kind.ACCOUNT)


def mint_access_token() -> Minted:
    """A new access token."""
    return _mint(Kind.ACCESS)


def appkey_digest(*, clear: str) -> str | None:
    """The digest to look for, or None when this cannot be an application key."""
    return _digest_of(Kind.APPKEY, clear)


def account_token_digest(*, clear: str) -> str | None:
    """The digest to look for, or None when this cannot be an account token."""
    return _digest_of(Kind.ACCOUNT, clear)


def access_token_digest(*, clear: str) -> str | None:
    """The digest to look for, or None when this cannot be an access token."""
    return _digest_of(Kind.ACCESS, clear)


def mint_password() -> str:
    """A password of 20 signs that are told apart by eye: 116 random bits."""
    return "".join(secrets.choice(DISTINCT_SIGNS) for _ in range(PASSWORD_LENGTH))


def password_is_readable(*, password: str) -> bool:
    """1 to 1,024 characters without control characters: checked before any hashing."""
    return 0 < len(password) <= LONGEST_PASSWORD and is_plain_text(password)


def composed(password: str) -> str:
    """As the OpaqueString profile of RFC 8265 has it: some keyboards give an accent as a sign of its own."""
    return unicodedata.normalize("NFC", password)


def password_hash(*, password: str) -> str:
    """The slow hash to keep."""
    return make_password(composed(password))


def password_fits(*, password: str, kept: str | None) -> bool:
    """Whether the password is the one of the hash; costs the same when there is nobody to compare with (None)."""
    if kept is None or kept.startswith("!"):
        make_password(password)
        return False
    return check_password(composed(password), kept)


def _mint(kind: Kind) -> Minted:
    random = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    clear = f"{kind}_{random}{_checksum(kind, random)}"
    return Minted(clear=clear, digest=_digest(clear), prefix=clear[:SHOWN_LENGTH])


def _digest_of(kind: Kind, clear: str) -> str | None:
    match = SHAPE.fullmatch(clear)
    if match is None or match[1] != kind or match[3] != _checksum(kind, match[2]):
        return None
    return _digest(clear)


def _checksum(kind: Kind, random: str) -> str:
    number = zlib.crc32(f"{kind}_{random}".encode("ascii"))
    signs = []
    for _ in range(CHECKSUM_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[place])
    return "".join(signs)


def _digest(clear: str) -> str:
    pepper = hmac.digest(settings.CREDENTIAL_KEY.encode(), DIGEST_PURPOSE, hashlib.sha256)
    return hmac.new(pepper, clear.encode("ascii"), hashlib.sha256).hexdigest()
