"""Is this process alive, and can it serve? For load balancers and supervisors; says nothing about data."""

from __future__ import annotations

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """200 as soon as the process answers."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when database and cache answer; 503 with Retry-After, and which part does not, otherwise."""
    parts = {"database": _answers(_ask_database), "cache": _answers(_ask_cache)}
    if all(parts.values()):
        return JsonResponse({"status": "ready"})
    missing = sorted(name for name, answers in parts.items() if not answers)
    return JsonResponse({"status": "not ready", "missing": missing}, status=503, headers={"Retry-After": "5"})


def _answers(ask: object) -> bool:
    try:
        return callable(ask) and ask() is None
    except (DatabaseError, OSError, ValueError):
        return False


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_cache() -> None:
    cache.get("readyz")
