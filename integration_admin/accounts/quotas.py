"""How often somebody may call: counters of fixed windows, the same for all processes and machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from django.conf import settings

from integration_admin.accounts.counters import count_in_turn
from integration_admin.accounts.models import AppKey, Brand
from integration_admin.counting import Step

MINUTE: Final = 60
HOUR: Final = 3600

ADDRESS: Final = "address"
APPKEY: Final = "appkey"
BRAND: Final = "brand"


class Window(NamedTuple):
    """`limit` calls of somebody in a window of so many seconds."""

    name: str
    who: object
    limit: int
    seconds: int


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
    return _count([Window(ADDRESS, address, settings.ADDRESS_QUOTA_PER_MINUTE, MINUTE)], now)[0]


def key_quotas(*, appkey: AppKey, now: datetime) -> list[Quota]:
    """Counts one call with an application key, then one to its brand, whatever key or address it comes with.

    The key's first: a program that calls too often uses up nothing of the other programs of its brand. Then there is
    the one quota only.
    """
    own = Window(APPKEY, appkey.pk, calls_of_appkey(appkey), HOUR)
    return _count([own, Window(BRAND, appkey.brand_id, calls_of_brand(appkey.brand), HOUR)], now)


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


def _count(windows: Sequence[Window], now: datetime) -> list[Quota]:
    moment = int(now.timestamp())
    steps = [
        Step(counter_of(one.name, one.who, moment // one.seconds), one.seconds * 2, limit=one.limit) for one in windows
    ]
    return [
        Quota(
            name=one.name,
            limit=one.limit,
            window=one.seconds,
            remaining=max(one.limit - used, 0),
            reset=one.seconds - moment % one.seconds,
            exceeded=used > one.limit,
        )
        for one, used in zip(windows, count_in_turn(*steps), strict=False)
    ]
