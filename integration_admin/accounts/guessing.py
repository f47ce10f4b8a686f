"""Guessing at passwords made slow: on the axis of the address and on the axis of the user name.

A few attempts are free. Beyond them one attempt is let through at a time, and the wait doubles with each. Only attempts
that were let through lengthen the wait, so that a stranger cannot lock the owner out for longer than the cap.
"""

from __future__ import annotations

import hashlib
import math
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.cache import cache

from integration_admin.accounts.counters import count_in_cache
from integration_admin.cache_door import asking

MEMORY_SECONDS: Final = 3600


@dataclass(frozen=True, slots=True)
class Axis:
    """Who is counted, how many attempts an hour are free, and the longest wait in seconds."""

    name: str
    free: int
    cap: int


def address_axis(address: str) -> Axis:
    """One address may stand for a whole office, and for a machine that signs in often: 20 failures are free."""
    return Axis(name=_key("address", address), free=20, cap=900)


def username_axis(*, room: str, username: str) -> Axis:
    """One user name of one room (a brand's key, or the site): 5 failures are free, then at most a minute's wait."""
    return Axis(name=_key("user", room, username), free=5, cap=60)


def admit(*axes: Axis, now: datetime) -> int:
    """Counts an attempt on every axis. 0 when it may go on, else the seconds to wait.

    Raises CacheAway: where nobody counts, nobody may guess.
    """
    with asking():
        wait = max(_wait(axis, now) for axis in axes)
        return wait or max(_admit(axis, now) for axis in axes)


def forgive(*axes: Axis) -> None:
    """The attempt was right: it does not count as a guess, and nobody waits for it. Raises CacheAway."""
    with asking():
        for axis in axes:
            with suppress(ValueError):
                # Beyond the free attempts it was the one that was let through, so that the gate is its own.
                if cache.decr(axis.name) >= axis.free:
                    cache.delete(f"{axis.name}:gate")


def forget(axis: Axis) -> None:
    """The owner has proved to be there: the axis begins anew. Raises CacheAway."""
    with asking():
        cache.delete_many([axis.name, f"{axis.name}:gate"])


def _wait(axis: Axis, now: datetime) -> int:
    until: float | None = cache.get(f"{axis.name}:gate")
    if until is None:
        return 0
    # One that is further away than any wait was set before the clock was set back.
    if 0 < until - now.timestamp() <= axis.cap:
        return math.ceil(until - now.timestamp())
    cache.delete(f"{axis.name}:gate")
    return 0


def _admit(axis: Axis, now: datetime) -> int:
    attempt = count_in_cache(axis.name, seconds=MEMORY_SECONDS)
    if attempt <= axis.free:
        return 0
    delay = min(2 ** min(attempt - axis.free, 16), axis.cap)
    # add() lets exactly one of many parallel attempts through; the others see its gate, until the moment it holds.
    won = cache.add(f"{axis.name}:gate", now.timestamp() + delay, MEMORY_SECONDS)
    return 0 if won else max(_wait(axis, now), 1)


def _key(*parts: str) -> str:
    return "guess:" + hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
