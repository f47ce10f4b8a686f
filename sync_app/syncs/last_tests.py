"""What the last test of each connection found: kept where it may be lost, for a test can be made again at any time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from integration_admin.cache_door import keep, recall_many

KEPT_SECONDS: Final = 90 * 24 * 3600


@dataclass(frozen=True, slots=True)
class LastTest:
    """When a connection was tested the last time, and whether it worked."""

    at: datetime
    ok: bool


def keep_test(*, connection: int, ok: bool, at: datetime) -> None:
    keep(_key(connection), {"at": at.isoformat(), "ok": ok}, seconds=KEPT_SECONDS)


def last_tests(connections: Collection[int]) -> dict[int, LastTest]:
    """Of these connections those that were tested lately. One question of the cache."""
    keys = {_key(connection): connection for connection in connections}
    found = recall_many(keys)
    return {keys[key]: LastTest(datetime.fromisoformat(kept["at"]), bool(kept["ok"])) for key, kept in found.items()}


def _key(connection: int) -> str:
    return f"syncs:tested:{connection}"
