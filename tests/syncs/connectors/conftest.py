"""Stand-ins at a port, and connectors that wait without waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from sync_app.standins.server import serving
from sync_app.standins.standin import StandIn
from sync_app.syncs.http.waiting import Timing

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
Serve = Callable[[StandIn], str]


class Seconds:
    """A clock that only waits move."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    """The time that requests take, in place of the machine's."""
    clock = Seconds()
    timing = Timing(clock=lambda: clock.now, sleep=clock.sleep, chance=lambda: 1.0)
    monkeypatch.setattr("sync_app.syncs.http.client.Timing", lambda: timing)
    return clock


@pytest.fixture
def serve(seconds: Seconds, settings: Any) -> Iterator[Serve]:
    """Serves a stand-in for as long as the test lasts, and lets connections reach it; gives its origin."""
    with ExitStack() as stack:

        def served(standin: StandIn) -> str:
            origin = stack.enter_context(serving(standin))
            settings.PRIVATE_ADDRESSES_ALLOWED = [*settings.PRIVATE_ADDRESSES_ALLOWED, origin.removeprefix("http://")]
            return origin

        yield served
