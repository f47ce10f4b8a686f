"""A rule as a person says it.

The translation functions are handed in, by the names that the collector of texts looks for: no language is known here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from croniter import croniter

from templates_app.catalog.problems import gettext_noop

from .rules import ANCHOR, Cron, Every, Rule, Unit

Say = Callable[[str], str]
SayMany = Callable[[str, str, int], str]

WEEKDAYS: Final = (
    gettext_noop("Monday"),
    gettext_noop("Tuesday"),
    gettext_noop("Wednesday"),
    gettext_noop("Thursday"),
    gettext_noop("Friday"),
    gettext_noop("Saturday"),
    gettext_noop("Sunday"),
)
MONTHS: Final = (
    gettext_noop("January"),
    gettext_noop("February"),
    gettext_noop("March"),
    gettext_noop("April"),
    gettext_noop("May"),
    gettext_noop("June"),
    gettext_noop("July"),
    gettext_noop("August"),
    gettext_noop("September"),
    gettext_noop("October"),
    gettext_noop("November"),
    gettext_noop("December"),
)
MOST_TIMES: Final = 6
FEWEST_IN_A_ROW: Final = 3
MIDNIGHT: Final = "00:00"
LAST_CERTAIN_DAY: Final = 28


def in_words(rule: Rule | None, *, gettext: Say, ngettext: SayMany) -> str:
    """One sentence without a full stop, such as `Every 2 weeks on Monday and Friday at 06:30`."""
    if rule is None:
        return gettext("Only by hand")
    if isinstance(rule, Cron):
        return _cron(rule, gettext, ngettext)
    said = _interval(rule, gettext, ngettext)
    if rule.start != ANCHOR and rule.number > 1:
        said = gettext("{schedule}, counted from {day}").format(schedule=said, day=rule.start.isoformat())
    return said


def _interval(rule: Every, gettext: Say, ngettext: SayMany) -> str:
    at, number = f"{rule.at:%H:%M}", rule.number
    if rule.unit is Unit.MINUTES:
        said = ngettext("Every minute", "Every {number} minutes", number).format(number=number)
        return said if at == MIDNIGHT else gettext("{schedule} from {at}").format(schedule=said, at=at)
    if rule.unit is Unit.HOURS:
        said = ngettext("Every hour", "Every {number} hours", number).format(number=number)
        return said if at == MIDNIGHT else gettext("{schedule} from {at}").format(schedule=said, at=at)
    if rule.unit is Unit.DAYS:
        return ngettext("Every day at {at}", "Every {number} days at {at}", number).format(number=number, at=at)
    if rule.unit is Unit.WEEKS:
        days = _weekdays(rule.days, gettext)
        said = ngettext("Every week on {days} at {at}", "Every {number} weeks on {days} at {at}", number)
        return said.format(number=number, days=days, at=at)
    return _monthly(rule, at, gettext, ngettext)


def _monthly(rule: Every, at: str, gettext: Say, ngettext: SayMany) -> str:
    said = ngettext("Every month on day {day} at {at}", "Every {number} months on day {day} at {at}", rule.number)
    said = said.format(number=rule.number, day=rule.day, at=at)
    if rule.day <= LAST_CERTAIN_DAY:
        return said
    return gettext("{schedule}, or on the month's last day").format(schedule=said)


def _cron(rule: Cron, gettext: Say, ngettext: SayMany) -> str:
    (minutes, hours, days, months, weekdays), _ = croniter.expand(rule.expression)
    said = _times(minutes, hours, gettext, ngettext)
    on = []
    if _is_named(days):
        on.append(gettext("on day {days} of the month").format(days=_listed([str(day) for day in days], gettext)))
    if _is_named(weekdays):
        on.append(gettext("on {days}").format(days=_weekdays(sorted(map(_from_monday, weekdays)), gettext)))
    parts = [said, gettext(" or ").join(on)] if on else [said]
    if _is_named(months):
        names = [gettext(MONTHS[int(month) - 1]) for month in months]
        parts.append(gettext("in {months}").format(months=_listed(names, gettext)))
    return ", ".join(parts)


def _times(minutes: Sequence[int | str], hours: Sequence[int | str], gettext: Say, ngettext: SayMany) -> str:
    if not _is_named(minutes):
        said = ngettext("Every minute", "Every {number} minutes", 1).format(number=1)
        return (
            said
            if not _is_named(hours)
            else gettext("{schedule} in the hours {hours}").format(schedule=said, hours=_hours(hours, gettext))
        )
    if _is_named(hours) and len(minutes) * len(hours) <= MOST_TIMES:
        times = [f"{int(hour):02}:{int(minute):02}" for hour in hours for minute in minutes]
        return gettext("At {times}").format(times=_listed(times, gettext))
    step = _step(minutes)
    said = (
        ngettext("Every {number} minute", "Every {number} minutes", step).format(number=step)
        if step
        else gettext("At the minutes {minutes}").format(minutes=_listed([f"{int(at):02}" for at in minutes], gettext))
    )
    if _is_named(hours):
        return gettext("{schedule} in the hours {hours}").format(schedule=said, hours=_hours(hours, gettext))
    return said if step else gettext("{schedule} of every hour").format(schedule=said)


def _weekdays(days: Sequence[int], gettext: Say) -> str:
    names = [gettext(WEEKDAYS[day]) for day in days]
    if len(days) >= FEWEST_IN_A_ROW and days[-1] - days[0] == len(days) - 1:
        return gettext("{first} to {last}").format(first=names[0], last=names[-1])
    return _listed(names, gettext)


def _hours(hours: Sequence[int | str], gettext: Say) -> str:
    return _listed([str(hour) for hour in hours], gettext)


def _step(minutes: Sequence[int | str]) -> int:
    """The step that fills the hour from its beginning without a rest, or 0."""
    step = 60 // len(minutes)
    return step if [*minutes] == [*range(0, 60, step)] and 60 % step == 0 and len(minutes) > 1 else 0


def _is_named(values: Sequence[int | str]) -> bool:
    return "*" not in values


def _from_monday(day: int | str) -> int:
    return (int(day) - 1) % 7


def _listed(words: Sequence[str], gettext: Say) -> str:
    """`1, 2 and 3`."""
    if len(words) == 1:
        return words[0]
    return gettext("{several} and {last}").format(several=", ".join(words[:-1]), last=words[-1])
