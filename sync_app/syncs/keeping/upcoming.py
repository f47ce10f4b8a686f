"""What runs next by itself, in some brands: for the dashboard. Two queries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sync_app.models import Health, Sync
from sync_app.syncs.due import REFUSALS_AT_MOST

SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A sync and when it is due; a time that has passed means: as soon as the worker gets to it."""

    sync: int
    name: str
    brand: str
    direction: str
    health: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """`next`: what is due first. `held` and `failing`: how many syncs wait for a person, and keep failing.

    `troubled`: the first of those, the held ones first; `at` is since when.
    """

    next: tuple[Upcoming, ...]
    held: int
    failing: int
    troubled: tuple[Upcoming, ...] = ()


def standing_in(*, brands: Collection[int], limit: int = SHOWN) -> Standing:
    """Of these brands, in which the caller knows that the person may see syncs."""
    syncs = Sync.objects.filter(brand__in=brands)
    due = syncs.filter(active=True, connection__refusals__lt=REFUSALS_AT_MOST).exclude(next_due=None)
    rows = due.exclude(health=Health.HELD).select_related("brand").order_by("next_due", "pk")[:limit]
    in_need = syncs.filter(health__in=(Health.HELD, Health.FAILING)).select_related("brand")
    turned = sorted(in_need.order_by("health_since", "pk"), key=lambda row: row.health != Health.HELD)
    health = [row.health for row in turned]
    return Standing(
        next=tuple(
            Upcoming(row.pk, row.name, row.brand.name, row.direction, row.health, row.next_due)
            for row in rows
            if row.next_due is not None
        ),
        held=health.count(Health.HELD),
        failing=health.count(Health.FAILING),
        troubled=tuple(
            Upcoming(row.pk, row.name, row.brand.name, row.direction, row.health, row.health_since)
            for row in turned[:limit]
            if row.health_since is not None
        ),
    )
