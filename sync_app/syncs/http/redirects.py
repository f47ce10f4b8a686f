"""Where a redirect may lead, hop by hop."""

from __future__ import annotations

from typing import Final

from sync_app.syncs.http.addresses import Address, read_link
from sync_app.syncs.one_turn import TransferFailed, Trouble

MOST_HOPS: Final = 3
STATUSES: Final = frozenset({301, 302, 303, 307, 308})
SAME_METHOD: Final = frozenset({307, 308})
READING: Final = frozenset({"GET", "HEAD"})


def next_hop(at: Address, *, method: str, status: int, location: str, hops: int) -> Address:
    """Where to go on. Raises TransferFailed: what writes is sent on only within its own origin, unchanged."""
    if hops >= MOST_HOPS:
        raise TransferFailed("redirect_too_many", Trouble.SETTINGS, host=at.host)
    try:
        target = read_link(location, at=at)
    except TransferFailed:
        raise TransferFailed("redirect_unfit", Trouble.SETTINGS, host=at.host) from None
    if at.scheme == "https" and target.scheme != "https":
        raise TransferFailed("redirect_unsafe", Trouble.SETTINGS, host=at.host)
    if method not in READING and (status not in SAME_METHOD or target.origin != at.origin):
        raise TransferFailed("redirect_of_write", Trouble.SETTINGS, host=at.host)
    return target
