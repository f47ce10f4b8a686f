"""What runs next by itself, in some brands: for the dashboard. One query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
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
    """`next`: what is due first. `held` and `failing`: how many syncs wait for a person, and keep failing."""

    next: tuple[Upcoming, ...]
    held: int
    failing: int


def upcoming(*, actors: Collection[Actor], limit: int = SHOWN) -> Standing:
    """Of the brands of these actors in which they may see syncs; each actor is one person in one brand."""
    brands = [actor.brand.pk for actor in actors if actor.may(Right.TEMPLATES) or actor.may(Right.ADMINISTRATION)]
    syncs = Sync.objects.filter(brand__in=brands)
    due = syncs.filter(active=True, connection__refusals__lt=REFUSALS_AT_MOST).exclude(next_due=None)
    rows = due.exclude(health=Health.HELD).select_related("brand").order_by("next_due", "pk")[:limit]
    turned = list(syncs.filter(health__in=(Health.HELD, Health.FAILING)).values_list("health", flat=True))
    return Standing(
        next=tuple(
            Upcoming(row.pk, row.name, row.brand.key, row.direction, row.health, row.next_due)
            for row in rows
            if row.next_due is not None
        ),
        held=turned.count(Health.HELD),
        failing=turned.count(Health.FAILING),
    )
