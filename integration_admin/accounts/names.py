"""The grammar of names that callers send: brand keys in addresses, user names at sign-in."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# First parts of addresses that are ours, or that we may need: a brand of that name would never be reached.
RESERVED_BRANDS: Final = frozenset(
    [
        "account",
        "accounts",
        "admin",
        "api",
        "assets",
        "auth",
        "config",
        "doc",
        "docs",
        "favicon",
        "health",
        "healthz",
        "help",
        "home",
        "integration",
        "livez",
        "login",
        "logout",
        "media",
        "metrics",
        "oauth",
        "openapi",
        "ping",
        "readyz",
        "robots",
        "root",
        "runs",
        "schema",
        "signin",
        "signout",
        "spool",
        "static",
        "status",
        "swagger",
        "sync",
        "templates",
        "token",
        "tokens",
        "v1",
        "v2",
        "v3",
        "v4",
        "v5",
        "well-known",
        "www",
    ]
)
BRAND_KEY: Final = re.compile(r"[a-z0-9-]{2,40}")
BRAND_KEY_LENGTH: Final = 40
USERNAME_LENGTH: Final = 150
ASCII_LOWER: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def brand_key(text: str) -> str | None:
    """The brand key a caller means, or None.

    Only A-Z are lowered: Unicode's own lowering and the `iexact` of databases take `K` (Kelvin) or `ſ` for letters of
    another brand's key.
    """
    key = text.translate(ASCII_LOWER)
    return key if BRAND_KEY.fullmatch(key) and key not in RESERVED_BRANDS else None


def folded_username(text: str) -> str:
    """The form in which user names are compared: NFKC, case-folded, outer blanks gone."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()


def is_plain_text(text: str) -> bool:
    """No control characters and no halves of surrogate pairs: nothing a database or a log would choke on."""
    return not any(unicodedata.category(character) in {"Cc", "Cs"} for character in text)
