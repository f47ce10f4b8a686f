"""What a connector is handed for one turn, and how it says that the turn did not come about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo


class Trouble(StrEnum):
    """What a failure asks of whoever planned the transfer."""

    AGAIN = "again"  # away or overloaded: the next turn tries again
    LATER = "later"  # it asked to wait: no failure at all
    CREDENTIALS = "credentials"  # stop at once: more tries may lock an account
    ANSWER = "answer"  # it answered something that is not what was asked for
    SETTINGS = "settings"  # a person has to change the connection or the sync


class TransferFailed(Exception):
    """A pull or push that did not come about. `code` has its sentence in `syncs.sentences`, `params` fill it.

    `after`: seconds to wait, for Trouble.LATER. Nothing of it may hold a secret: it is stored and shown.
    """

    def __init__(self, code: str, trouble: Trouble, *, after: float | None = None, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.trouble = trouble
        self.after = after
        self.params = params


@dataclass(frozen=True, slots=True)
class Link:
    """A connection, opened for one turn. `settings` and `secrets` answer its form, `transfer` that of the sync.

    `actor` is who the sync acts as (an accounts.access.Actor). `now` is the clock, `until` the turn's deadline.
    `beat` renews the turn's lease and raises when it was lost or cancelled: called at least between two requests.
    """

    brand: int
    settings: Mapping[str, Any]
    secrets: Mapping[str, str] = field(repr=False)
    transfer: Mapping[str, Any]
    actor: Any
    zone: ZoneInfo
    now: Callable[[], datetime]
    until: datetime
    beat: Callable[[], None]
