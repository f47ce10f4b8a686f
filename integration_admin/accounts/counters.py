"""Counters that all processes share, each increase one statement: no two calls are ever counted as one.

They are kept in the shared cache: Redis, or the file of this machine. With PostgreSQL and no Redis there may be several
machines that share nothing but the database; then they are rows of it.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, cast

from django.conf import settings
from django.core.cache import DEFAULT_CACHE_ALIAS, cache, caches
from django.db import connection
from django.utils import timezone

from integration_admin.accounts.models import Counter
from integration_admin.cache_door import CacheAway, CacheFull, asking, keep, recall_many
from integration_admin.counting import CountingCache, Step

INCREASE: Final = (
    "INSERT INTO accounts_counter (name, value, expires_at) VALUES (%s, 1, %s) "
    "ON CONFLICT (name) DO UPDATE SET value = accounts_counter.value + 1 RETURNING value"
)
FIRST: Final = (
    "INSERT INTO accounts_counter (name, value, expires_at) VALUES (%s, %s, %s) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at "
    "WHERE accounts_counter.value <= excluded.value - %s OR accounts_counter.value > excluded.value + %s"
)


class CountersAway(CacheAway):
    """What the counters are kept in does not answer."""


class CountersFull(CountersAway):
    """What the counters are kept in is on a disk that takes no more."""


def count_up(name: str, *, seconds: int) -> int:
    """Adds one to a counter that forgets itself after so many seconds; the new value. Raises CountersAway."""
    return count_in_turn(Step(name, seconds))[0]


def count_in_turn(*steps: Step) -> list[int]:
    """Adds one to each of these counters, up to the first that passes its limit; the new values. Raises CountersAway.

    In the cache that is one call.
    """
    if not settings.COUNT_IN_DATABASE:
        return _count_in_cache(steps)
    values: list[int] = []
    for step in steps:
        values.append(_count_in_rows(step.name, step.seconds))
        if values[-1] > step.limit:
            break
    return values


def count_in_cache(name: str, *, seconds: int) -> int:
    """As `count_up`, always in the shared cache: for counters that are read or taken back there too."""
    return _count_in_cache([Step(name, seconds)])[0]


def counted(names: Collection[str]) -> dict[str, int]:
    """The values of those counters that there are."""
    if settings.COUNT_IN_DATABASE:
        return dict(Counter.objects.filter(name__in=names).values_list("name", "value"))
    return {name: int(value) for name, value in recall_many(names).items()}


def note_moment(name: str, *, at: float, seconds: int) -> None:
    """Keeps a moment (seconds since 1970) for so many seconds, where every process that asks for it finds it.

    While the cache is away it is lost.
    """
    if not settings.COUNT_IN_DATABASE:
        keep(name, at, seconds=seconds)
        return
    row = Counter(name=name, value=int(at), expires_at=datetime.fromtimestamp(at + seconds, tz=UTC))
    kept = ["value", "expires_at"]
    Counter.objects.bulk_create([row], update_conflicts=True, unique_fields=["name"], update_fields=kept)


def noted_moment(name: str) -> float | None:
    """The moment that was noted last; None for none, or one that is forgotten. Raises CacheAway."""
    if settings.COUNT_IN_DATABASE:
        kept = Counter.objects.filter(name=name, expires_at__gt=timezone.now()).values_list("value", flat=True).first()
    else:
        with asking():
            kept = cache.get(name)
    return None if kept is None else float(kept)


def first_within(name: str, *, seconds: int) -> bool:
    """Whether nobody else, of all who share the counters, has asked this within so many seconds.

    Whoever was first before the clock was set back keeps nobody waiting. While the cache is away everybody is first:
    it spares work, and what must happen once is guarded elsewhere.
    """
    now = time.time()
    if settings.COUNT_IN_DATABASE:
        ends = datetime.fromtimestamp(now + seconds, tz=UTC)
        with connection.cursor() as cursor:
            cursor.execute(FIRST, (name, int(now), ends, seconds, seconds))
            return bool(cursor.rowcount == 1)
    try:
        with asking():
            return _first_in_cache(name, seconds, now)
    except CacheAway:
        return True


def forget_counters(*, now: datetime) -> int:
    """Deletes the rows of counters that have ended; answers how many. For the worker's tick."""
    return Counter.objects.filter(expires_at__lt=now).delete()[0]


def _count_in_cache(steps: Sequence[Step]) -> list[int]:
    counting = cast(CountingCache, caches[DEFAULT_CACHE_ALIAS])
    try:
        with asking():
            return counting.count_in_turn(steps)
    except CacheFull as full:
        raise CountersFull from full
    except CacheAway as away:
        raise CountersAway from away


def _first_in_cache(name: str, seconds: int, now: float) -> bool:
    if cache.add(name, now, seconds):
        return True
    since: float | None = cache.get(name)
    if since is None or since <= now + seconds:
        return False
    cache.set(name, now, seconds)
    return True


def _count_in_rows(name: str, seconds: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(INCREASE, (name, timezone.now() + timedelta(seconds=seconds)))
        return int(cursor.fetchone()[0])
