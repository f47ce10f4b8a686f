"""Keys and tokens that are about to expire, told to those who can make new ones."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from integration_admin.accounts.models import AccountToken, AppKey, Brand, User

SOON: Final = timedelta(days=30)
SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Expiring:
    """A key (`appkey`) or an account token that ends at `at`, unless it has ended lately."""

    kind: str
    pk: int
    name: str
    brand: Brand
    at: datetime
    ended: bool


def expiring(*, user: User, brands: Collection[int], administered: Collection[int], now: datetime) -> list[Expiring]:
    """What ends within thirty days or has ended within seven, the soonest first, in these brands.

    Keys and everybody's tokens of the brands in `administered`; of the others the user's own tokens.
    """
    near = Q(revoked_at=None, expires_at__gt=now - timedelta(days=7), expires_at__lte=now + SOON)
    keys = AppKey.objects.filter(near, brand__in=administered).select_related("brand").order_by("expires_at", "pk")
    own = Q(membership__brand__in=administered) | Q(membership__brand__in=brands, membership__user=user)
    tokens = AccountToken.objects.filter(near & own).select_related("membership__brand").order_by("expires_at", "pk")
    found = [_of(key, "appkey", key.brand, now) for key in keys[:SHOWN]]
    found += [_of(token, "account_token", token.membership.brand, now) for token in tokens[:SHOWN]]
    return sorted(found, key=lambda item: item.at)[:SHOWN]


def _of(row: AppKey | AccountToken, kind: str, brand: Brand, now: datetime) -> Expiring:
    at = row.expires_at or now
    return Expiring(kind, row.pk, str(row), brand, at, at <= now)
