"""The ways in which a stand-in fails when it is asked to: some once, some until they are switched off."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from threading import Lock
from typing import Any, Final


class Fault(StrEnum):
    """What can be switched on."""

    TOO_MANY = "too-many-requests"
    TOO_MANY_DATE = "too-many-requests-date"
    TOO_MANY_ABSURD = "too-many-requests-absurd"
    TOO_MANY_BARE = "too-many-requests-bare"
    SERVER_ERROR = "server-error"
    AWAY = "unavailable"
    SLOW_DRIP = "slow-drip"
    CUT_BODY = "cut-body"
    CUT_WITHOUT_LENGTH = "cut-without-length"
    LOGIN_PAGE = "login-page"
    EMPTY_LISTING = "empty-listing"
    HALF_LISTING = "half-listing"
    LYING_TOTAL = "lying-total"
    REPEATED_PAGE = "repeated-page"
    EXPIRED_TOKEN = "expired-token"  # noqa: S105 - the name of a fault
    LOST_REPLY = "lost-reply"


MEANINGS: Final[dict[Fault, str]] = {
    Fault.TOO_MANY: "429 that asks to come again in 2 seconds",
    Fault.TOO_MANY_DATE: "429 that names a moment, 2 seconds from now",
    Fault.TOO_MANY_ABSURD: "429 that asks to come again in a year",
    Fault.TOO_MANY_BARE: "429 that does not say when to come again",
    Fault.SERVER_ERROR: "500",
    Fault.AWAY: "503",
    Fault.SLOW_DRIP: "an answer that comes byte by byte",
    Fault.CUT_BODY: "an answer that ends before its announced length",
    Fault.CUT_WITHOUT_LENGTH: "an answer that announces no length and ends in the middle",
    Fault.LOGIN_PAGE: "200 with a page to sign in, where data should be",
    Fault.EMPTY_LISTING: "lists as if there was nothing",
    Fault.HALF_LISTING: "lists as if half of it was gone",
    Fault.LYING_TOTAL: "lists that say there is one more than they give",
    Fault.REPEATED_PAGE: "the first page, whichever was asked for",
    Fault.EXPIRED_TOKEN: "every token given so far is refused",
    Fault.LOST_REPLY: "a write that is carried out, and no answer to it",
}
#: These pass by themselves; the others last until they are switched off.
ONCE: Final = frozenset(
    {
        Fault.TOO_MANY,
        Fault.TOO_MANY_DATE,
        Fault.TOO_MANY_BARE,
        Fault.SERVER_ERROR,
        Fault.CUT_BODY,
        Fault.CUT_WITHOUT_LENGTH,
        Fault.EXPIRED_TOKEN,
        Fault.LOST_REPLY,
    }
)


class UnknownFault(ValueError):
    """No fault has this name, or the number after it is none."""


def read_fault(text: str) -> tuple[Fault, int | None]:
    """`server-error`, or `server-error:3` for three times. None = until it is switched off. Raises UnknownFault."""
    name, colon, times = text.partition(":")
    try:
        fault = Fault(name)
    except ValueError:
        raise UnknownFault(name) from None
    if not colon:
        return fault, 1 if fault in ONCE else None
    if not (times.isascii() and times.isdigit() and 0 < int(times) < 10**6):
        raise UnknownFault(text)
    return fault, int(times)


class Faults:
    """What is switched on, and how often still. Requests come in threads."""

    def __init__(self) -> None:
        self._left: dict[Fault, int | None] = {}
        self._lock = Lock()

    def switch_on(self, text: str) -> None:
        """One fault by its name, `server-error:3` for three times. Raises UnknownFault."""
        fault, times = read_fault(text)
        with self._lock:
            self._left[fault] = times

    def switch_off(self) -> None:
        """All of them."""
        with self._lock:
            self._left.clear()

    def take(self, fault: Fault) -> bool:
        """Whether it happens now; counts it if it does."""
        with self._lock:
            if fault not in self._left:
                return False
            left = self._left[fault]
            if left is not None and left > 1:
                self._left[fault] = left - 1
            elif left is not None:
                del self._left[fault]
            return True

    def listed(self, rows: Sequence[Any]) -> Sequence[Any]:
        """All that a list is taken from, as much of it as the faults leave."""
        if self.take(Fault.EMPTY_LISTING):
            return ()
        return rows[: len(rows) // 2] if self.take(Fault.HALF_LISTING) else rows

    def total(self, count: int) -> int:
        """How many there are, as the answer says."""
        return count + 1 if self.take(Fault.LYING_TOTAL) else count

    def on(self) -> dict[str, int | None]:
        """What is switched on: name -> how often still, None = for good."""
        with self._lock:
            return {str(fault): left for fault, left in self._left.items()}
