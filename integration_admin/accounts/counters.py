"""Counters that all processes share, each increase one statement: no two calls are ever counted as one.

They are kept in the shared cache: Redis, or the file of this machine. With PostgreSQL and no Redis there may be several
machines that share nothing but the database; then they are rows of it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
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


def count_up(name: str, *, seconds: int) -> int:
    """Adds one to a counter that forgets itself after so many seconds; the new value."""
    return _count_in_rows(name, seconds) if settings.COUNT_IN_DATABASE else count_in_cache(name, seconds=seconds)


def count_in_cache(name: str, *, seconds: int) -> int:
    """The same, always in the shared cache: for counters that are read or taken back there too."""
    while True:
        try:
            return cache.incr(name)
        except ValueError:
            # It is not there yet, or ended. Of many who begin it anew one does, and the others add to that.
            if cache.add(name, 1, seconds):
                return 1


def counted(names: Collection[str]) -> dict[str, int]:
    """The values of those counters that there are."""
    if settings.COUNT_IN_DATABASE:
        return dict(Counter.objects.filter(name__in=names).values_list("name", "value"))
    return {name: int(value) for name, value in cache.get_many(list(names)).items()}


def forget_counters(*, now: datetime) -> int:
    """Deletes the rows of counters that have ended; answers how many. For the worker's tick."""
    return Counter.objects.filter(expires_at__lt=now).delete()[0]


def _count_in_rows(name: str, seconds: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(INCREASE, (name, timezone.now() + timedelta(seconds=seconds)))
        return int(cursor.fetchone()[0])
