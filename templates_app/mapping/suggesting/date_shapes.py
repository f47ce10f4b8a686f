"""How the dates of a column are written: read with the very letters the Date step reads them with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from typing import Final

from templates_app.language.letters import DateFormat, date_formats

_DAYS: Final = (
    "yyyy-MM-dd", "dd/MM/yyyy", "MM/dd/yyyy", "d/M/yyyy", "M/d/yyyy", "dd.MM.yyyy", "d.M.yyyy", "dd-MM-yyyy",
    "MM-dd-yyyy", "d-M-yyyy", "M-d-yyyy", "yyyy/MM/dd", "yyyy.MM.dd", "yyyyMMdd", "ddMMyyyy", "dd/MM/yy", "MM/dd/yy",
    "yy/MM/dd", "d/M/yy", "M/d/yy", "dd.MM.yy", "d.M.yy", "dd-MM-yy", "yy-MM-dd",
    "d MMM yyyy", "d-MMM-yyyy", "d/MMM/yyyy", "d.MMM.yyyy", "d. MMM yyyy", "MMM d, yyyy", "MMM d yyyy", "yyyy-MMM-d",
    "d 'de' MMM 'de' yyyy", "dMMMyyyy", "d-MMM-yy", "d/MMM/yy", "d MMM yy",
)  # fmt: skip
_TIMES: Final = ("", " HH:mm", " HH:mm:ss", "THH:mm", "THH:mm:ss", " H:mm", " hh:mm tt", " h:mm tt")
#: So many of a column's values must fit a format for it to be that of the column.
_SHARE: Final = 0.97
#: Days in a sheet's numbers: 1954 to 2064. Others are rather amounts, or codes.
_SERIALS: Final = (20_000, 60_000)


@dataclass(frozen=True, slots=True)
class DateReading:
    """One format that fits a column: how it reads the example on which it differs from the others."""

    format: str
    example: str
    read: str


def formats_of(values: Sequence[str]) -> tuple[DateReading, ...]:
    """The ways to read these texts as dates: none, one, or several that differ (then a person must say).

    Of formats that read every value alike the first counts, which asks most of the text.
    """
    texts = list(dict.fromkeys(text.strip() for text in values if text.strip()))
    if not texts or not all(any(sign.isdigit() for sign in text) for text in texts):
        return ()
    if all(_is_serial(text) for text in texts):
        return (DateReading("Excel", texts[0], _read_by("Excel", texts[0]) or ""),)
    distinct: dict[tuple[str | None, ...], str] = {}
    for written in _possible(texts[0]):
        read = tuple(_read_by(written, text) for text in texts)
        if sum(one is not None for one in read) >= _SHARE * len(texts):
            distinct.setdefault(read, written)
    return _told(texts, distinct)


def _told(texts: list[str], distinct: dict[tuple[str | None, ...], str]) -> tuple[DateReading, ...]:
    """Each format with its reading of the first value on which they differ."""
    most = max((sum(one is not None for one in read) for read in distinct), default=0)
    best = {read: written for read, written in distinct.items() if sum(one is not None for one in read) == most}
    differing = next((place for place in range(len(texts)) if len({read[place] for read in best}) > 1), 0)
    return tuple(DateReading(written, texts[differing], read[differing] or "") for read, written in best.items())


def _possible(text: str) -> list[str]:
    """The formats that read one value; only these are tried on the others."""
    times = _TIMES if ":" in text else _TIMES[:1]
    return [day + clock for day in _DAYS for clock in times if _read_by(day + clock, text) is not None]


@lru_cache(maxsize=65536)
def _read_by(written: str, text: str) -> str | None:
    moment = _format(written).read(text)
    return None if moment is None or isinstance(moment, time) else _shown(moment)


@lru_cache(maxsize=512)
def _format(written: str) -> DateFormat:
    return date_formats(written)[0]


def _shown(moment: date | datetime) -> str:
    if isinstance(moment, datetime) and (moment.hour or moment.minute or moment.second):
        return moment.isoformat(sep=" ", timespec="seconds" if moment.second else "minutes")
    return moment.date().isoformat() if isinstance(moment, datetime) else moment.isoformat()


def _is_serial(text: str) -> bool:
    whole, _, fraction = text.partition(".")
    return (
        whole.isascii() and whole.isdigit() and len(whole) == 5 and _SERIALS[0] <= int(whole) <= _SERIALS[1]
        and (not fraction or fraction.isdigit())
    )  # fmt: skip
