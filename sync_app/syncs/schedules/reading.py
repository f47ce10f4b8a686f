"""A schedule from JSON. What is wrong is collected and told; nothing is guessed.

{"every": 10, "unit": "minutes", "at": "00:05"}        {"every": 2, "unit": "weeks", "on": ["monday", "friday"],
{"every": 6, "unit": "hours"}                           "at": "06:30", "from": "2026-01-05"}
{"every": 1, "unit": "days", "at": "02:30"}            {"every": 1, "unit": "months", "day": 31, "at": "23:00"}
{"cron": "30 2 * * 1-5"}                               {}  (only by hand)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Final

from croniter import croniter
from croniter.croniter import CroniterError

from templates_app.catalog.problems import Problem, shown

from .rules import ANCHOR, DAYS, LAST_DAY, MOST, Cron, Every, Rule, Unit

LONGEST_CRON: Final = 200
TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)
DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
PART: Final = re.compile(r"[0-9A-Za-z*,/-]+", re.ASCII)
#: The names that a part knows beside numbers, minute first.
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
FIELDS: Final[tuple[tuple[str, ...], ...]] = ((), (), (), MONTHS, WEEKDAYS)
SOME_DAY: Final = datetime(2024, 1, 1)
MEMBERS: Final = {
    Unit.MINUTES: {"every", "unit", "at"},
    Unit.HOURS: {"every", "unit", "at"},
    Unit.DAYS: {"every", "unit", "at", "from"},
    Unit.WEEKS: {"every", "unit", "at", "from", "on"},
    Unit.MONTHS: {"every", "unit", "at", "from", "day"},
}


@dataclass(frozen=True, slots=True)
class Read:
    """`rule` is None when there is none (only by hand), or when there are problems. Their `name` is the member."""

    rule: Rule | None
    problems: tuple[Problem, ...] = ()


def read_rule(value: Any) -> Read:
    """The rule that this JSON says."""
    if value == {} and isinstance(value, dict):
        return Read(None)
    if not isinstance(value, dict) or ("cron" in value) == ("every" in value):
        return Read(None, (Problem("schedule_unfit"),))
    return _cron(value) if "cron" in value else _every(value)


@dataclass(slots=True)
class _Reader:
    value: Mapping[str, Any]
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, code: str, member: str, /, **params: str | int) -> None:
        self.problems.append(Problem(code, params, name=member, value=shown(self.value.get(member, ""))))

    def demand_known(self, known: set[str]) -> None:
        for name in self.value:
            if name not in known:
                self.refuse("schedule_member_unknown", name, name=shown(name))

    def number(self, unit: Unit) -> int:
        found = self.value["every"]
        if type(found) is int and 1 <= found <= MOST[unit]:
            return found
        self.refuse("schedule_number_unfit", "every", most=MOST[unit])
        return 1

    def time(self) -> time:
        found = self.value.get("at", "00:00")
        matched = TIME.fullmatch(found) if isinstance(found, str) else None
        if matched is None:
            self.refuse("schedule_time_unfit", "at")
            return time()
        return time(int(matched[1]), int(matched[2]))

    def start(self) -> date:
        found = self.value.get("from")
        if found is None:
            return ANCHOR
        if isinstance(found, str) and DATE.fullmatch(found):
            try:
                return date.fromisoformat(found)
            except ValueError:
                pass
        self.refuse("schedule_start_unfit", "from")
        return ANCHOR

    def days(self) -> tuple[int, ...]:
        found = self.value.get("on", [DAYS[0]])
        fits = isinstance(found, list) and found and all(isinstance(day, str) and day in DAYS for day in found)
        if fits and len(set(found)) == len(found):
            return tuple(sorted(DAYS.index(day) for day in found))
        self.refuse("schedule_days_unfit", "on")
        return (0,)

    def day(self) -> int:
        found = self.value.get("day", 1)
        if type(found) is int and 1 <= found <= LAST_DAY:
            return found
        self.refuse("schedule_day_unfit", "day")
        return 1


def _every(value: Mapping[str, Any]) -> Read:
    units = [unit for unit in Unit if unit.value == value.get("unit")]
    if not units:
        return Read(None, (Problem("schedule_unfit", name="unit", value=shown(value.get("unit", ""))),))
    reader, unit = _Reader(value), units[0]
    reader.demand_known(MEMBERS[unit])
    rule = Every(
        number=reader.number(unit),
        unit=unit,
        at=reader.time(),
        days=reader.days() if unit is Unit.WEEKS else (0,),
        day=reader.day() if unit is Unit.MONTHS else 1,
        start=reader.start() if "from" in MEMBERS[unit] else ANCHOR,
    )
    if unit in {Unit.MINUTES, Unit.HOURS} and not reader.problems:
        _demand_early(rule, reader)
    return Read(None, tuple(reader.problems)) if reader.problems else Read(rule)


def _demand_early(rule: Every, reader: _Reader) -> None:
    """Of two ways to say the same, the one whose first time of the day is said."""
    minutes = rule.step // 60
    if rule.at.hour * 60 + rule.at.minute >= minutes:
        reader.refuse("schedule_begins_late", "at", limit=f"{minutes // 60:02}:{minutes % 60:02}")


def _cron(value: Mapping[str, Any]) -> Read:
    reader = _Reader(value)
    reader.demand_known({"cron"})
    text = value["cron"] if isinstance(value["cron"], str) else ""
    parts = text.split(" ") if len(text) <= LONGEST_CRON else []
    parts = [part for part in parts if part]
    if len(parts) != len(FIELDS):
        reader.refuse("cron_fields", "cron", count=len(parts))
        return Read(None, tuple(reader.problems))
    for place, words in enumerate(FIELDS):
        if not _is_readable(parts[place], place=place, words=words):
            reader.refuse("cron_unreadable", "cron", part=shown(parts[place]), place=place + 1)
    if reader.problems:
        return Read(None, tuple(reader.problems))
    return _possible(" ".join(parts).lower(), reader)


def _is_readable(part: str, *, place: int, words: tuple[str, ...]) -> bool:
    """Numbers, names where there are any, `*`, lists, ranges that rise, and steps; nothing of other dialects."""
    named = set(re.findall(r"[a-z]+", part.lower()))
    if not PART.fullmatch(part) or not named <= set(words):
        return False
    try:
        croniter.expand(" ".join(part.lower() if at == place else "*" for at in range(len(FIELDS))))
    except (CroniterError, ValueError, KeyError):
        return False
    return not any(_falls(piece, words) for piece in part.lower().split(","))


def _falls(piece: str, words: tuple[str, ...]) -> bool:
    low, dash, high = piece.partition("/")[0].partition("-")
    first, last = (words.index(end) if end in words else int(end or 0) for end in (low, high)) if dash else (0, 0)
    return last < first and not (words is WEEKDAYS and last == 0)


def _possible(expression: str, reader: _Reader) -> Read:
    try:
        croniter(expression, SOME_DAY).get_next(datetime)
    except CroniterError:
        reader.refuse("cron_never", "cron")
        return Read(None, tuple(reader.problems))
    return Read(Cron(expression))
