"""Is this process alive, and can it serve? For load balancers and supervisors; says nothing about data."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from integration_admin.accounts.counters import note_moment, noted_moment

log = logging.getLogger(__name__)

#: Under this name is noted, for all machines, when a worker last did something.
WORKER_ALIVE: Final = "syncs:alive"
ALIVE_KEPT_SECONDS: Final = 7 * 24 * 3600
#: A worker has something to do at least once a minute.
SILENT_AFTER_SECONDS: Final = 180.0


class _Known:
    """What was found once and does not change while this process lives."""

    migrated = False


@never_cache
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """200 as soon as the process answers."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when database, cache and migrations are there; 503 with Retry-After, and which part is not, otherwise.

    How long ago a worker gave a sign of life is told beside it. A site without one still serves, so that it is missing
    only to who asks for `?with=worker`: whoever watches the whole, not who spreads requests.
    """
    parts = {"database": _answers(_ask_database), "cache": _answers(_ask_cache)}
    parts["migrations"] = not parts["database"] or _answers(_ask_migrations)
    worker = _worker() if all(parts.values()) else {"state": "unknown", "seconds": None}
    if request.GET.get("with") == "worker":
        parts["worker"] = worker["state"] == "working"
    missing = sorted(name for name, answers in parts.items() if not answers)
    if missing:
        told = {"status": "not ready", "missing": missing, "worker": worker}
        return JsonResponse(told, status=503, headers={"Retry-After": "5"})
    return JsonResponse({"status": "ready", "worker": worker})


def worker_silence() -> float | None:
    """Seconds since a worker last gave a sign of life; None for never."""
    seen = noted_moment(WORKER_ALIVE)
    return max(time.time() - seen, 0.0) if seen is not None else None


def worker_works() -> bool:
    """Whether a worker, of any machine, has given one lately."""
    silent = worker_silence()
    return silent is not None and silent < SILENT_AFTER_SECONDS


def say_alive() -> None:
    """The sign of life of a worker."""
    note_moment(WORKER_ALIVE, at=time.time(), seconds=ALIVE_KEPT_SECONDS)


def _worker() -> dict[str, object]:
    silent = worker_silence()
    if silent is None:
        return {"state": "never seen", "seconds": None}
    return {"state": "working" if silent < SILENT_AFTER_SECONDS else "silent", "seconds": round(silent)}


def _answers(ask: Callable[[], bool]) -> bool:
    try:
        return ask()
    except Exception:
        # Each database and each cache has errors of its own for being away, and to know them all costs a slow start.
        log.warning("a part of the site does not answer", exc_info=True)
        return False


def _ask_database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _ask_cache() -> bool:
    cache.get("readyz")
    return True


def _ask_migrations() -> bool:
    """Whether the tables are those of this release. Found once, it is not looked for again."""
    if not _Known.migrated:
        executor = MigrationExecutor(connection)
        _Known.migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _Known.migrated
