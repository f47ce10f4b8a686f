"""A test of a connection: a person waits for it, and the page they wait for is made beside it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext

from sync_app.syncs.connectors.base import TransferFailed
from sync_app.syncs.http.client import Bounds

#: No more of an answer is read, and held in the memory of the site, for a test.
LOOK: Final = Bounds(body_bytes=2 * 1024 * 1024)


def more_than_looked_at(failed: TransferFailed) -> str:
    """What is said of a good answer that is too large for a test. Raises any other failure again."""
    if failed.code != "answer_too_large" or not 200 <= int(failed.params.get("status", 0)) < 300:
        raise failed
    text = gettext("{host} gives more than {limit} bytes. A test reads no more, so they were not looked at.")
    return text.format(host=failed.params["host"], limit=failed.params["limit"])
