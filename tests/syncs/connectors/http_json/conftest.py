"""Time that passes only when somebody waits, for whatever asks over HTTP."""

from __future__ import annotations

import pytest

from tests.syncs.http.scripted import Clock


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Time that passes only when somebody waits."""
    clock = Clock()
    monkeypatch.setattr("sync_app.syncs.http.client.Timing", lambda: clock.timing)
    return clock
