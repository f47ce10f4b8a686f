"""What every stand-in is: a system in memory that answers one request after the other."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from sync_app.standins.asked import Answer, Asked, Refusal
from sync_app.standins.faults import Faults

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock a stand-in has unless it is given one."""
    return datetime.now(UTC)


class StandIn(ABC):
    """`requests`: what it was asked so far, as `METHOD /path`, sign-ins included."""

    name: str

    def __init__(self, *, clock: Clock = utc_now) -> None:
        self.clock = clock
        self.faults = Faults()
        self.requests: list[str] = []
        self._lock = Lock()

    def respond(self, request: Asked) -> Answer:
        """The answer, refusals included: one request at a time."""
        with self._lock:
            self.requests.append(f"{request.method} /{'/'.join(request.path)}")
            try:
                return self.answer(request)
            except Refusal as refusal:
                return refusal.answer

    @abstractmethod
    def answer(self, request: Asked) -> Answer:
        """What the system answers. Raises Refusal."""

    @abstractmethod
    def signs_in(self, request: Asked) -> bool:
        """Whether this request only signs in: those never fail by a fault."""

    @abstractmethod
    def writes(self, request: Asked) -> bool:
        """Whether this request changes something."""

    @abstractmethod
    def state(self) -> Mapping[str, Any]:
        """All that it holds."""

    @abstractmethod
    def hints(self) -> Mapping[str, str]:
        """What a person types into a connection to reach it, beside the address."""
