"""The vendor's (.NET) date letters: a format compiled once, to read texts and to write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Any, Final, Protocol

from templates_app.catalog.problems import Refused, gettext_noop
from templates_app.language.months import JAPANESE, SHORT, month_name, month_of
from templates_app.language.serials import read_serial, write_serial

EXCEL: Final = "Excel"

#: A name in any letters, up to a sign that is none; with a dot where it is shortened. The Japanese write a number.
_MONTH: Final = rf"(?P<month>[^\x00-@\[-`{{-\u00bf\u2000-\u206f]{{3,15}}\.?|[0-9]{{1,2}}{JAPANESE})"

#: The letters in their possible lengths, as a part of a regular expression.
_READ: Final = {
    "yyyy": "(?P<year>[0-9]{4})",
    "yy": "(?P<year>[0-9]{2})",
    "MMMM": _MONTH,
    "MMM": _MONTH,
    "MM": "(?P<month>[0-9]{2})",
    "M": "(?P<month>[0-9]{1,2})",
    "dd": "(?P<day>[0-9]{2})",
    "d": "(?P<day>[0-9]{1,2})",
    "HH": "(?P<hour>[0-9]{2})",
    "H": "(?P<hour>[0-9]{1,2})",
    "hh": "(?P<half>[0-9]{2})",
    "h": "(?P<half>[0-9]{1,2})",
    "mm": "(?P<minute>[0-9]{2})",
    "m": "(?P<minute>[0-9]{1,2})",
    "ss": "(?P<second>[0-9]{2})",
    "s": "(?P<second>[0-9]{1,2})",
    "tt": "(?P<noon>[AaPp][Mm])",
    "t": "(?P<noon>[AaPp])",
    "z": "(?P<zone>[+-][0-9]{1,2})",
    "zz": "(?P<zone>[+-][0-9]{2})",
    "zzz": "(?P<zone>[+-][0-9]{2}:?[0-9]{2}|Z)",
    "K": "(?P<zone>[+-][0-9]{2}:?[0-9]{2}|Z)?",
    **{"f" * count: f"(?P<fraction>[0-9]{{{count}}})" for count in range(1, 8)},
    **{"F" * count: f"(?P<fraction>[0-9]{{0,{count}}})" for count in range(1, 8)},
}
_LETTERS: Final = "yMdHhmsfFtzKg"

#: Why a format cannot be used.
REASONS: Final[dict[str, str]] = {
    "no_letter": gettext_noop("a letter in it writes no part of a date; put other text in quotation marks"),
    "no_letters": gettext_noop("it has no date letters"),
    "twice": gettext_noop("a part of the date stands in it twice"),
    "half_days": gettext_noop("h and tt go together; hours up to 24 are H"),
    "no_year": gettext_noop("it has no year"),
    "no_month": gettext_noop("it has no month; mm are minutes, MM is the month"),
}

#: What a time of day has not.
_OF_DAYS: Final = frozenset({"year", "month", "day", "zone"})
_TOKEN: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"|\\(.)|%(?=[a-zA-Z])|(([" + _LETTERS + r"])\5*)|(.)", re.DOTALL)
_BLANK: Final = "[ \u00a0\u202f]"


class DateFormat(Protocol):
    """One way of writing dates."""

    def read(self, text: str) -> date | datetime | time | None:
        """The date, date-time or time that the whole text writes; None when it does not."""
        ...

    def write(self, moment: Any) -> Any:
        """What the format writes of a date, a date-time or a time. `Refused` for a moment that it cannot write."""
        ...


@lru_cache(maxsize=512)
def date_formats(written: str) -> tuple[DateFormat, ...]:
    """The alternatives of a `Format`. ValueError with a reason when one cannot be used to read a date."""
    return tuple(Serial() if part.strip() == EXCEL else letters(part) for part in written.split("|"))


def letters(written: str) -> Letters:
    """One format of date letters, compiled. ValueError with a reason."""
    tokens = tuple(_tokens(written))
    names = [token.letters for token in tokens if token.letters]
    kinds = [_kind(name) for name in names]
    reason = _reason(kinds)
    if reason:
        raise ValueError(REASONS[reason])
    pattern = "".join(_READ[token.letters] if token.letters else _literal(token.text) for token in tokens)
    return Letters(tokens=tokens, pattern=re.compile(pattern, re.ASCII), kinds=frozenset(kinds))


def _reason(kinds: list[str]) -> str:
    """What is wrong with these parts of a date beside one another; "" when nothing is."""
    if not kinds:
        return "no_letters"
    if len(set(kinds)) < len(kinds):
        return "twice"
    if ("half" in kinds) != ("noon" in kinds):
        return "half_days"
    if "year" not in kinds:
        return "no_year" if {"month", "day", "zone"} & set(kinds) else ""
    # Of `dd/mm/yyyy` every day would be one of January.
    lost = "day" in kinds or ("minute" in kinds and not {"hour", "half"} & set(kinds))
    return "no_month" if lost and "month" not in kinds else ""


@dataclass(frozen=True, slots=True)
class Token:
    """A run of one date letter, or a text that stands for itself."""

    text: str
    letters: str = ""


@dataclass(frozen=True, slots=True)
class Serial:
    """`Excel`: the day number of a spreadsheet."""

    def read(self, text: str) -> date | datetime | time | None:
        return read_serial(text)

    def write(self, moment: Any) -> Any:
        return write_serial(moment)


@dataclass(frozen=True, slots=True)
class Letters:
    """A compiled format. `kinds` are the parts of a date that it holds."""

    tokens: tuple[Token, ...]
    pattern: re.Pattern[str]
    kinds: frozenset[str]

    def read(self, text: str) -> date | datetime | time | None:
        match = self.pattern.fullmatch(text)
        if match is None:
            return None
        try:
            return self._built(match.groupdict())
        except (ValueError, OverflowError):
            return None

    def write(self, moment: Any) -> str:
        if isinstance(moment, time) and self.kinds & _OF_DAYS:
            raise Refused("date_needed", value=moment)
        return "".join(_written(token.letters, moment) if token.letters else token.text for token in self.tokens)

    def _built(self, parts: dict[str, str | None]) -> date | datetime | time:
        clock = _clock(parts)
        if "year" not in self.kinds:
            return time(*clock)
        day = date(_year(parts["year"] or ""), _month(parts.get("month") or "1"), int(parts.get("day") or 1))
        if not self.kinds - {"year", "month", "day"}:
            return day
        midnight_after = clock == (24, 0, 0, 0)
        moment = datetime.combine(day, time() if midnight_after else time(*clock)) + timedelta(days=midnight_after)
        zone = parts.get("zone")
        return moment.replace(tzinfo=_zone(zone)) if zone else moment


def _tokens(written: str) -> list[Token]:
    tokens = []
    for match in _TOKEN.finditer(written):
        run = match[4]
        if run and run not in _READ:
            raise ValueError(REASONS["no_letter"])
        quoted = next((part for part in (match[1], match[2], match[3], match[6]) if part is not None), "")
        if run or quoted:
            tokens.append(Token(text=quoted, letters=run or ""))
    return tokens


def _kind(letters_run: str) -> str:
    """The part of a date that these letters write: the name of their group."""
    return _READ[letters_run].partition("<")[2].partition(">")[0]


def _literal(text: str) -> str:
    return "".join(_BLANK if sign == " " else re.escape(sign) for sign in text)


def _clock(parts: dict[str, str | None]) -> tuple[int, int, int, int]:
    half = parts.get("half")
    hour = int(parts.get("hour") or 0)
    if half is not None:
        if not 1 <= int(half) <= 12:
            raise ValueError(half)
        hour = int(half) % 12 + (12 if (parts["noon"] or "")[0] in "Pp" else 0)
    fraction = (parts.get("fraction") or "").ljust(6, "0")[:6]
    return hour, int(parts.get("minute") or 0), int(parts.get("second") or 0), int(fraction)


def _year(digits: str) -> int:
    """Two digits mean 1950 to 2049."""
    year = int(digits)
    return year if len(digits) == 4 else year + (2000 if year < 50 else 1900)


def _month(text: str) -> int:
    return int(text) if text.isdigit() else month_of(text)


def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) == 4 else (int(digits), 0)
    if minutes > 59:
        raise ValueError(text)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def _written(run: str, moment: Any) -> str:
    """What these letters write of a date, a date-time or a time; parts that it lacks are zero."""
    kind = _kind(run)
    if kind == "year":
        return f"{getattr(moment, 'year', 1):04d}"[-len(run) :]
    if kind == "month" and len(run) >= SHORT:
        return month_name(getattr(moment, "month", 1), short=len(run) == SHORT)
    if kind == "half":
        return f"{getattr(moment, 'hour', 0) % 12 or 12:0{len(run)}d}"
    if kind == "noon":
        return ("AM" if getattr(moment, "hour", 0) < 12 else "PM")[: len(run)]
    if kind == "fraction":
        return f"{getattr(moment, 'microsecond', 0):06d}0"[: len(run)]
    if kind == "zone":
        return _written_zone(run, moment)
    return f"{getattr(moment, kind, 1 if kind in ('month', 'day') else 0):0{len(run)}d}"


def _written_zone(run: str, moment: Any) -> str:
    offset = moment.utcoffset() if isinstance(moment, datetime) else None
    if offset is None:
        return "" if run == "K" else {"z": "+0", "zz": "+00"}.get(run, "+00:00")
    if run == "K" and not offset:
        return "Z"
    sign = "-" if offset < timedelta() else "+"
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return {"z": f"{sign}{hours}", "zz": f"{sign}{hours:02d}"}.get(run, f"{sign}{hours:02d}:{minutes:02d}")
