"""How often somebody may call: counters of fixed windows in the shared cache, so that all processes count together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.core.cache import cache

from integration_admin.accounts.models import AppKey, Brand

MINUTE: Final = 60
HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class Quota:
    """`limit` calls a window, `remaining` of them left after this one, `reset` seconds until the next window.

    `exceeded` means that this call is one too many: answer 429 with `Retry-After: reset`.
    """

    limit: int
    remaining: int
    reset: int
    exceeded: bool


def address_quota(*, address: str, now: datetime) -> Quota:
    """Counts one call from an address, before anything else is looked at."""
    return _count(f"address:{address}", limit=settings.ADDRESS_QUOTA_PER_MINUTE, window=MINUTE, now=now)


def appkey_quota(*, appkey: AppKey, now: datetime) -> Quota:
    """Counts one call with an application key."""
    return _count(f"appkey:{appkey.pk}", limit=settings.APPKEY_QUOTA_PER_HOUR, window=HOUR, now=now)


def brand_quota(*, brand: Brand, now: datetime) -> Quota:
    """Counts one call to a brand, whatever key or address it comes with."""
    return _count(f"brand:{brand.pk}", limit=settings.BRAND_QUOTA_PER_HOUR, window=HOUR, now=now)


def count_up(name: str, *, seconds: int) -> int:
    """Adds one to a counter that forgets itself; the new value. Atomic over processes."""
    while True:
        if cache.add(name, 1, seconds):
            return 1
        try:
            return cache.incr(name)
        except ValueError:
            # It ended between the two statements: it begins anew.
            continue


def _count(who: str, *, limit: int, window: int, now: datetime) -> Quota:
    slot, passed = divmod(int(now.timestamp()), window)
    used = count_up(f"quota:{who}:{slot}", seconds=window * 2)
    return Quota(limit=limit, remaining=max(limit - used, 0), reset=window - passed, exceeded=used > limit)
