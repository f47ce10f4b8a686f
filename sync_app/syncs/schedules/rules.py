"""What a schedule can say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Final

#: The Monday that every second week, day or month is counted from when a rule names no day of its own.
ANCHOR: Final = date(2001, 1, 1)


class Unit(StrEnum):
    """What an interval is counted in."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"


#: unit -> the largest number of it.
MOST: Final = {Unit.MINUTES: 720, Unit.HOURS: 23, Unit.DAYS: 366, Unit.WEEKS: 52, Unit.MONTHS: 12}
DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LAST_DAY: Final = 31


@dataclass(frozen=True, slots=True)
class Every:
    """Every `number` of a `unit`.

    Minutes and hours begin anew each day at `at`. Days, weeks and months are at `at`, counted from `start`; `days` are
    those of a week (0 = Monday), `day` that of a month: beyond the month's end it is the last.
    """

    number: int
    unit: Unit
    at: time = time()
    days: tuple[int, ...] = (0,)
    day: int = 1
    start: date = ANCHOR

    @property
    def is_elapsed(self) -> bool:
        """Whether it counts as time passes: several hours are times on the clock, a single one is not."""
        return self.unit is Unit.MINUTES or (self.unit is Unit.HOURS and self.number == 1)

    @property
    def step(self) -> int:
        """Seconds between two of a day, for minutes and hours."""
        return self.number * (60 if self.unit is Unit.MINUTES else 3600)


@dataclass(frozen=True, slots=True)
class Cron:
    """Five fields: minute, hour, day of month, month, day of week. With `*` for the hour it counts as time passes."""

    expression: str

    @property
    def is_elapsed(self) -> bool:
        """Whether the second showing of an hour counts as well, and a hour that is left out is not made up for."""
        return self.expression.split()[1] == "*"


Rule = Every | Cron
