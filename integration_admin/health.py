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
from integration_admin.cache_door import CacheAway

log = logging.getLogger(__name__)

#: Under this name is noted, for all machines, when a worker last did something.
WORKER_ALIVE: Final = "syncs:alive"
#: And under this one, when the minute's housekeeping was last begun: it is what starts syncs.
HOUSEKEEPING: Final = "syncs:housekeeping"
ALIVE_KEPT_SECONDS: Final = 7 * 24 * 3600
#: A worker has something to do at least once a minute.
SILENT_AFTER_SECONDS: Final = 180.0
ASKED_KEPT_SECONDS: Final = 60
UNKNOWN: Final[dict[str, object]] = {"state": "unknown", "seconds": None}


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

    How long ago a worker gave a sign of life is told beside it, and how long ago the housekeeping was begun. A site
    without them still serves, so that they are missing only to who asks for `?with=worker`: whoever watches the whole,
    not who spreads requests.
    """
    parts = {"database": _answers(_ask_database), "cache": _answers(_ask_cache)}
    parts["migrations"] = not parts["database"] or _answers(_ask_migrations)
    worker, kept = (_worker(), housekeeping_silence()) if all(parts.values()) else (dict(UNKNOWN), None)
    if request.GET.get("with") == "worker":
        parts["worker"] = worker["state"] == "working"
        parts["housekeeping"] = kept is None or kept < SILENT_AFTER_SECONDS
    missing = sorted(name for name, answers in parts.items() if not answers)
    beside = {"worker": worker, "housekeeping": {"seconds": None if kept is None else round(kept)}}
    if missing:
        told = {"status": "not ready", "missing": missing} | beside
        return JsonResponse(told, status=503, headers={"Retry-After": "5"})
    return JsonResponse({"status": "ready"} | beside)


def worker_silence() -> float | None:
    """Seconds since a worker last gave a sign of life; None for never. Raises CacheAway."""
    return _since(WORKER_ALIVE)


def housekeeping_silence() -> float | None:
    """Seconds since the housekeeping was last begun, by whomever; None for never. Raises CacheAway."""
    return _since(HOUSEKEEPING)


def worker_works() -> bool:
    """Whether a worker, of any machine, has given one lately; no while nobody can tell."""
    try:
        silent = worker_silence()
    except CacheAway:
        return False
    return silent is not None and silent < SILENT_AFTER_SECONDS


def say_alive() -> None:
    """The sign of life of a worker."""
    note_moment(WORKER_ALIVE, at=time.time(), seconds=ALIVE_KEPT_SECONDS)


def say_kept() -> None:
    """The housekeeping begins."""
    note_moment(HOUSEKEEPING, at=time.time(), seconds=ALIVE_KEPT_SECONDS)


def _since(name: str) -> float | None:
    """What lies ahead was noted before the clock was set back, and says as little as what is long past."""
    seen = noted_moment(name)
    return abs(time.time() - seen) if seen is not None else None


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
    """It is written to: one on a full disk can still be read."""
    cache.set("readyz", 1, ASKED_KEPT_SECONDS)
    return True


def _ask_migrations() -> bool:
    """Whether the tables are those of this release. Found once, it is not looked for again."""
    if not _Known.migrated:
        executor = MigrationExecutor(connection)
        _Known.migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _Known.migrated
