"""What another system said, as it may be stored and shown: short, on one line, without our secrets."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, quote_plus

SHOWN: Final = 200
READ: Final = 4_000
SHORTEST: Final = 4
HIDDEN: Final = "•••"
BLANKS: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def excerpt(body: bytes, *, secrets: Iterable[str]) -> str:
    """At most 200 characters of what was said. Every spelling of a secret is taken out before it is cut."""
    text = hidden(body[: READ * 4].decode("utf-8", "replace"), secrets=secrets)[:READ]
    plain = "".join(sign if sign.isprintable() else " " for sign in BLANKS.sub(" ", text)).strip()
    return plain if len(plain) <= SHOWN else plain[: SHOWN - 1] + "…"


def hidden(text: str, *, secrets: Iterable[str]) -> str:
    """The text with each secret replaced, however it is spelled."""
    spelled = {form for secret in secrets if len(secret) >= SHORTEST for form in _spellings(secret)}
    for form in sorted(spelled, key=len, reverse=True):
        text = text.replace(form, HIDDEN)
    return text


def _spellings(secret: str) -> set[str]:
    packed = base64.b64encode(secret.encode()).decode()
    return {
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        packed,
        packed.rstrip("="),
        packed.translate(str.maketrans("+/", "-_")),
    }
