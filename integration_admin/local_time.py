"""Whose clock a page shows: the brand's it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from django.utils import timezone

MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


class Zoned(Protocol):
    """What lives in a time zone of its own: a Brand."""

    @property
    def shown_zone(self) -> ZoneInfo: ...

    @property
    def zone_is_known(self) -> bool: ...


_without_zone: ContextVar[Zoned | None] = ContextVar("without_zone", default=None)


def show_times_of(brand: Zoned) -> None:
    """Until the request ends, times are shown and read in the zone of this brand; in UTC where that is none.

    What no page decides is shown in the zone of the brand that was chosen, else of the person's only one, else in UTC.
    """
    timezone.activate(brand.shown_zone)
    _without_zone.set(None if brand.zone_is_known else brand)


@contextmanager
def times_of_nobody() -> Iterator[None]:
    """Inside, times are shown in UTC until a page says whose they are; what it has said ends with it."""
    token = _without_zone.set(None)
    try:
        with timezone.override(None):
            yield
    finally:
        _without_zone.reset(token)


def brand_without_zone() -> Zoned | None:
    """The brand whose times this page shows in UTC, because the zone that is kept of it is none that is known here."""
    return _without_zone.get()


def local_moment(text: object) -> object:
    """A stored moment as the clock of this page shows it; anything else as it is, and all of it where there is none."""
    if not isinstance(text, str) or not MOMENT.fullmatch(text):
        return text
    if timezone.get_current_timezone() == timezone.get_default_timezone():
        return text
    try:
        return timezone.localtime(datetime.fromisoformat(text)).strftime("%Y-%m-%d %H:%M:%S").removesuffix(":00")
    except (ValueError, OverflowError):
        return text
