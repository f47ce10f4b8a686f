"""Counters that all processes share, each increase one statement: no two calls are ever counted as one.

They are kept in the shared cache: Redis, or the file of this machine. With PostgreSQL and no Redis there may be several
machines that share nothing but the database; then they are rows of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, cast

from django.conf import settings
from django.core.cache import DEFAULT_CACHE_ALIAS, cache, caches
from django.db import connection
from django.utils import timezone

from integration_admin.accounts.models import Counter
from integration_admin.counting import CountingCache, Step

INCREASE: Final = (
    "INSERT INTO accounts_counter (name, value, expires_at) VALUES (%s, 1, %s) "
    "ON CONFLICT (name) DO UPDATE SET value = accounts_counter.value + 1 RETURNING value"
)


class CountersAway(Exception):
    """What the counters are kept in does not answer."""


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
    return {name: int(value) for name, value in cache.get_many(list(names)).items()}


def note_moment(name: str, *, at: float, seconds: int) -> None:
    """Keeps a moment (seconds since 1970) for so many seconds, where every process that asks for it finds it."""
    if not settings.COUNT_IN_DATABASE:
        cache.set(name, at, seconds)
        return
    row = Counter(name=name, value=int(at), expires_at=datetime.fromtimestamp(at + seconds, tz=UTC))
    kept = ["value", "expires_at"]
    Counter.objects.bulk_create([row], update_conflicts=True, unique_fields=["name"], update_fields=kept)


def noted_moment(name: str) -> float | None:
    """The moment that was noted last; None for none, or one that is forgotten."""
    if settings.COUNT_IN_DATABASE:
        kept = Counter.objects.filter(name=name, expires_at__gt=timezone.now()).values_list("value", flat=True).first()
    else:
        kept = cache.get(name)
    return None if kept is None else float(kept)


def forget_counters(*, now: datetime) -> int:
    """Deletes the rows of counters that have ended; answers how many. For the worker's tick."""
    return Counter.objects.filter(expires_at__lt=now).delete()[0]


def _count_in_cache(steps: Sequence[Step]) -> list[int]:
    counting = cast(CountingCache, caches[DEFAULT_CACHE_ALIAS])
    try:
        return counting.count_in_turn(steps)
    except Exception as error:
        # Each cache has errors of its own for being away.
        raise CountersAway from error


def _count_in_rows(name: str, seconds: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(INCREASE, (name, timezone.now() + timedelta(seconds=seconds)))
        return int(cursor.fetchone()[0])
