"""The shared cache, which may go away at any time: one name for that, told once in the log, and how to do without.

What has to be counted or seen by all asks inside `asking()` and is refused while the cache is away. What may be lost
uses `recall` and `keep`, and goes on as if nothing were kept.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.core.cache import cache

log = logging.getLogger(__name__)

DISK_CODES: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})


class CacheAway(Exception):
    """The shared cache does not answer."""


class CacheFull(CacheAway):
    """It is a file on a disk that takes no more: what is in it can be read."""


class _Known:
    """What this process has told of the cache."""

    away = False


@contextmanager
def asking() -> Iterator[None]:
    """Inside, the cache is asked and nothing else is done: whatever goes wrong is raised as CacheAway."""
    try:
        yield
    except Exception as error:
        # Each cache has errors of its own for being away, and to know them all costs a slow start.
        if not _Known.away:
            log.warning("the shared cache does not answer: what can goes on without it", exc_info=True)
        _Known.away = True
        raise (CacheFull if _is_full(error) else CacheAway) from error
    if _Known.away:
        log.info("the shared cache answers again")
        _Known.away = False


def _is_full(error: Exception) -> bool:
    """A disk that is full at the wrong moment fails in its own words; the lowest byte says what kind they are of."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF in DISK_CODES


def recall(key: str) -> Any:
    """What is kept under this key; None for nothing, and while the cache is away."""
    return recall_many([key]).get(key)


def recall_many(keys: Collection[str]) -> dict[str, Any]:
    """Of these keys those under which something is kept. One question of the cache."""
    try:
        with asking():
            return dict(cache.get_many(list(keys)))
    except CacheAway:
        return {}


def keep(key: str, value: Any, *, seconds: int) -> None:
    """Keeps a value that may be lost. Values are what JSON knows."""
    try:
        with asking():
            cache.set(key, value, seconds)
    except CacheAway:
        return
