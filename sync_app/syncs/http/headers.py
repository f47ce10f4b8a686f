"""Which headers a person may add to a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sync_app.syncs.one_turn import TransferFailed, Trouble

NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}", re.ASCII)
VALUE: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,3998}[\x21-\x7e])?", re.ASCII)
#: Those that frame the request, lead it elsewhere, or carry credentials, which have fields of their own and are sealed.
RESERVED: Final = frozenset(
    {
        "accept-encoding",
        "authorization",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "cookie",
        "expect",
        "forwarded",
        "host",
        "http2-settings",
        "idempotency-key",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "via",
    }
)
#: Those of them that a key may be sent in.
FOR_CREDENTIALS: Final = frozenset({"authorization", "cookie"})
RESERVED_BEGINNINGS: Final = ("proxy-", "x-forwarded-", "x-http-method", "sec-")


def check_headers(headers: Mapping[str, str], *, credentials: bool = False) -> None:
    """Raises TransferFailed for the first header that a person may not set, or not name for a key."""
    reserved = RESERVED - FOR_CREDENTIALS if credentials else RESERVED
    for name, value in headers.items():
        check_header(name, value)
        if name.lower() in reserved or name.lower().startswith(RESERVED_BEGINNINGS):
            raise TransferFailed("header_reserved", Trouble.SETTINGS, name=name)


def check_header(name: str, value: str) -> None:
    """Raises TransferFailed when the name or the value would not stay in its place on the wire."""
    if not NAME.fullmatch(name) or not VALUE.fullmatch(value):
        raise TransferFailed("header_unfit", Trouble.SETTINGS, name=name[:100])
