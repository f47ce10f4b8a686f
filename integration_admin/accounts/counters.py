"""Counters that all processes share, each increase one statement: no two calls are ever counted as one.

They are kept in the shared cache: Redis, or the file of this machine. With PostgreSQL and no Redis there may be several
machines that share nothing but the database; then they are rows of it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from integration_admin.accounts.models import Counter

INCREASE: Final = (
    "INSERT INTO accounts_counter (name, value, expires_at) VALUES (%s, 1, %s) "
    "ON CONFLICT (name) DO UPDATE SET value = accounts_counter.value + 1 RETURNING value"
)


class CountersAway(Exception):
    """What the counters are kept in does not answer."""


def count_up(name: str, *, seconds: int) -> int:
    """Adds one to a counter that forgets itself after so many seconds; the new value."""
    return _count_in_rows(name, seconds) if settings.COUNT_IN_DATABASE else count_in_cache(name, seconds=seconds)


def count_in_cache(name: str, *, seconds: int) -> int:
    """The same, always in the shared cache: for counters that are read or taken back there too.

    Raises CountersAway.
    """
    while True:
        try:
            return cache.incr(name)
        except ValueError:
            # It is not there yet, or ended. Of many who begin it anew one does, and the others add to that.
            if cache.add(name, 1, seconds):
                return 1
        except Exception as error:
            # Each cache has errors of its own for being away.
            raise CountersAway from error


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


def _count_in_rows(name: str, seconds: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(INCREASE, (name, timezone.now() + timedelta(seconds=seconds)))
        return int(cursor.fetchone()[0])
