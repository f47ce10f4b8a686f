"""Tokens that a stand-in gave out."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Final

from sync_app.standins.asked import Asked
from sync_app.standins.faults import Fault, Faults

BYTES: Final = 24


class Tokens:
    """`seconds`: how long one lives."""

    def __init__(self, *, seconds: int, faults: Faults) -> None:
        self.seconds = seconds
        self._faults = faults
        self._until: dict[str, datetime] = {}

    def give(self, *, now: datetime) -> str:
        """A new one."""
        token = secrets.token_urlsafe(BYTES)
        self._until[token] = now + timedelta(seconds=self.seconds)
        return token

    def holds(self, request: Asked, *, now: datetime) -> bool:
        """Whether the request shows one that still lives."""
        if self._faults.take(Fault.EXPIRED_TOKEN):
            self._until.clear()
        until = self._until.get(request.token)
        return until is not None and now < until
