"""Whose clock a page shows: the brand's it is about."""

from __future__ import annotations

from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils import timezone


class Zoned(Protocol):
    """What lives in a time zone of its own: a Brand."""

    @property
    def zone(self) -> ZoneInfo: ...


def show_times_of(brand: Zoned) -> None:
    """Until the request ends, times are shown and read in the zone of this brand.

    What no page decides is shown in the zone of the brand that was chosen, else of the person's only one, else in UTC.
    """
    timezone.activate(brand.zone)
