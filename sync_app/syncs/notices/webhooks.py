"""Signed calls, as Standard Webhooks describes them: the receiver can tell that it was us, and that it is not a copy.

The signature is `v1,` and the Base64 of HMAC-SHA256 over `id.timestamp.body`, with the key that stands behind `whsec_`.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from sync_app.models import Notice
from sync_app.storage.clock import Clock
from sync_app.syncs.http.client import Bounds, Remote
from sync_app.syncs.notices.wishes import signing_key, webhook_address
from sync_app.syncs.one_turn import Link

SECONDS: Final = 15.0
#: What is answered is not read beyond this: nobody is interested in it.
ANSWER_BYTES: Final = 64 * 1024


def signed(*, key: bytes, message: str, at: datetime, body: str) -> dict[str, str]:
    """The three headers of a call. `message` is the same at every try of it."""
    stamp = str(int(at.timestamp()))
    digest = hmac.new(key, f"{message}.{stamp}.{body}".encode(), hashlib.sha256).digest()
    signature = "v1," + base64.b64encode(digest).decode("ascii")
    return {"webhook-id": message, "webhook-timestamp": stamp, "webhook-signature": signature}


def call(notice: Notice, *, clock: Clock, **wiring: Any) -> None:
    """Once. Raises TransferFailed, and CannotUnseal when the key can no longer be read."""
    now = clock()
    address = webhook_address(notice.address)
    link = Link(
        brand=notice.brand_id,
        settings={},
        secrets={},
        transfer={},
        actor=None,
        zone=ZoneInfo("UTC"),
        now=clock,
        until=now + timedelta(seconds=SECONDS),
        beat=_nobody_waits,
    )
    bounds = Bounds(tries=1, seconds=SECONDS, total_seconds=SECONDS, body_bytes=ANSWER_BYTES)
    headers = signed(key=signing_key(notice.brand_id), message=notice.key, at=now, body=notice.body)
    with Remote(base=replace(address, query="").url, link=link, bounds=bounds, **wiring) as remote:
        remote.ask(
            "POST",
            query=parse_qsl(address.query, keep_blank_values=True),
            headers=headers,
            body=notice.body.encode(),
            content_type="application/json",
        )


def _nobody_waits() -> None:
    """No lease is held while a message is sent."""
