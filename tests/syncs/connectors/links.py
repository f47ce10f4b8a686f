"""A connection as a connector is handed it, without a database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Brand
from sync_app.syncs.connectors.base import Link, TransferFailed, Trouble

PARIS = ZoneInfo("Europe/Paris")


def somebody(key: str = "acme") -> Actor:
    """Somebody of a brand that is in no database."""
    return Actor(brand=Brand(pk=1, key=key, name=key, time_zone="Europe/Paris"), name="Somebody")


def link_of(
    *,
    now: Callable[[], datetime],
    settings: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str] | None = None,
    transfer: Mapping[str, Any] | None = None,
    actor: Actor | None = None,
    beat: Callable[[], None] = lambda: None,
    lasting: timedelta = timedelta(minutes=30),
) -> Link:
    """A link with half an hour left, as somebody of acme."""
    who = actor or somebody()
    return Link(
        brand=who.brand.pk,
        settings=settings or {},
        secrets=secrets or {},
        transfer=transfer or {},
        actor=who,
        zone=PARIS,
        now=now,
        until=now() + lasting,
        beat=beat,
    )


class Failed:
    """What a block failed with."""

    code: str
    trouble: Trouble
    params: dict[str, Any]
    after: float | None


class fails:  # noqa: N801 - reads like pytest.raises
    """`with fails("code", Trouble.ANSWER) as failed:`"""

    def __init__(self, code: str, trouble: Trouble) -> None:
        self.wanted = (code, trouble)
        self.failed = Failed()
        self.raises = pytest.raises(TransferFailed)

    def __enter__(self) -> Failed:
        self.info = self.raises.__enter__()
        return self.failed

    def __exit__(self, *raised: Any) -> bool:
        caught = bool(self.raises.__exit__(*raised))
        error = self.info.value
        assert (error.code, error.trouble) == self.wanted, error.params
        self.failed.code, self.failed.trouble = error.code, error.trouble
        self.failed.params, self.failed.after = error.params, error.after
        return caught
