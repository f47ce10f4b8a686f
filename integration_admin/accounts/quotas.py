"""How often somebody may call: counters of fixed windows, the same for all processes and machines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings

from integration_admin.accounts.counters import count_up
from integration_admin.accounts.models import AppKey, Brand

MINUTE: Final = 60
HOUR: Final = 3600

ADDRESS: Final = "address"
APPKEY: Final = "appkey"
BRAND: Final = "brand"


@dataclass(frozen=True, slots=True)
class Quota:
    """One call, counted. `limit` calls in a window of `window` seconds, `remaining` of them left after this one,

    `reset` seconds until the next window. `exceeded` means that this call is one too many.
    """

    name: str
    limit: int
    window: int
    remaining: int
    reset: int
    exceeded: bool


def address_quota(*, address: str, now: datetime) -> Quota:
    """Counts one call from an address, before anything else is looked at."""
    return _count(ADDRESS, address, limit=settings.ADDRESS_QUOTA_PER_MINUTE, window=MINUTE, now=now)


def appkey_quota(*, appkey: AppKey, now: datetime) -> Quota:
    """Counts one call with an application key."""
    return _count(APPKEY, appkey.pk, limit=calls_of_appkey(appkey), window=HOUR, now=now)


def brand_quota(*, brand: Brand, now: datetime) -> Quota:
    """Counts one call to a brand, whatever key or address it comes with."""
    return _count(BRAND, brand.pk, limit=calls_of_brand(brand), window=HOUR, now=now)


def calls_of_appkey(appkey: AppKey) -> int:
    """Calls an hour with this key: its own number, or that of the settings."""
    return appkey.calls_per_hour or settings.APPKEY_QUOTA_PER_HOUR


def calls_of_brand(brand: Brand) -> int:
    """Calls an hour to this brand: its own number, or that of the settings."""
    return brand.calls_per_hour or settings.BRAND_QUOTA_PER_HOUR


def hour_of(moment: datetime) -> int:
    """The number of the hour that an hourly quota counts in."""
    return int(moment.timestamp()) // HOUR


def counter_of(name: str, who: object, slot: int) -> str:
    """What the counter of one window is called."""
    return f"quota:{name}:{who}:{slot}"


def _count(name: str, who: object, *, limit: int, window: int, now: datetime) -> Quota:
    slot, passed = divmod(int(now.timestamp()), window)
    used = count_up(counter_of(name, who, slot), seconds=window * 2)
    return Quota(name, limit, window, remaining=max(limit - used, 0), reset=window - passed, exceeded=used > limit)
