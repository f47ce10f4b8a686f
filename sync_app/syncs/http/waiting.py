"""How long to wait before a request is sent again."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

FIRST_WAIT: Final = 1.0
LONGEST_AFTER: Final = 900.0
#: The clock of another system may be so far before ours.
AHEAD: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Timing:
    """The clock a request is timed by, how to sleep, and chance (0 to 1) for the spread of waits."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


def backoff(attempt: int, *, timing: Timing) -> float:
    """Seconds after the `attempt`-th try (from 1): doubled each time, and spread so that nobody marches in step."""
    return FIRST_WAIT * 2.0 ** (attempt - 1) * (0.5 + timing.chance() / 2)


def retry_after(headers: Mapping[str, str], *, now: datetime) -> float | None:
    """What `Retry-After` asks for, in seconds: a number or a date, read beside the answer's own clock when it shows it.

    None when there is none, or it makes no sense. At most 15 minutes, whatever it says.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_AFTER)
    moment = _date(text)
    if moment is None:
        return None
    seconds = (moment - (_date(headers.get("date", "")) or now)).total_seconds()
    return min(max(seconds, 0.0), LONGEST_AFTER) if math.isfinite(seconds) else None


def server_moment(headers: Mapping[str, str], *, now: datetime) -> datetime | None:
    """When the answer was made, by the clock of who made it (`Date`), in UTC.

    None as well for a moment to come: who began there the next time would miss what changes until then.
    """
    moment = _date(headers.get("date", ""))
    return moment if moment is not None and moment <= now + AHEAD else None


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
