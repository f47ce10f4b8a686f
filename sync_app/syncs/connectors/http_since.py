"""Where a fetch begins, and where the next one does.

A watermark is a moment in UTC, or the very value of a field when that is what the service counts by. By default it is
the moment at which the first request was sent, by the service's own clock as its answer shows it (`Date`), less an
overlap: a row that was being written at that moment is fetched twice rather than never.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from zoneinfo import ZoneInfo

from sync_app.syncs.connectors.base import Link, TransferFailed, Trouble
from sync_app.syncs.connectors.http_form import (
    AS_GIVEN,
    DAY,
    DIGITS,
    LOCAL_TIME,
    MILLISECONDS,
    PLAIN_TIME,
    ROWS,
    SECONDS,
)
from sync_app.syncs.http.answers import Answer
from sync_app.syncs.http.waiting import AHEAD, server_moment

PLACE: Final = "{since}"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST_NUMBER: Final = 30


def since_parameter(link: Link, *, watermark: str) -> dict[str, str]:
    """What is asked for changes with: nothing the first time, or without such a parameter. Raises TransferFailed."""
    name = str(link.transfer.get("since_name") or "")
    if not name or not watermark:
        return {}
    around = str(link.transfer.get("since_text") or PLACE)
    return {name: around.replace(PLACE, _written(link, watermark))}


def _written(link: Link, watermark: str) -> str:
    form = link.transfer.get("since_format")
    if form == AS_GIVEN:
        return watermark
    moment = _moment(watermark, link)
    if moment is None:
        raise TransferFailed("mark_not_a_time", Trouble.SETTINGS, mark=watermark[:100])
    moment, local = moment.replace(microsecond=0), moment.replace(microsecond=0).astimezone(link.zone)
    seconds = int((moment - EPOCH).total_seconds())
    forms = {
        LOCAL_TIME: local.isoformat(),
        PLAIN_TIME: local.replace(tzinfo=None).isoformat(),
        DAY: local.date().isoformat(),
        DIGITS: f"{moment:%Y%m%d%H%M%S}",
        SECONDS: str(seconds),
        MILLISECONDS: str(seconds * 1000),
    }
    return forms.get(str(form), f"{moment:%Y-%m-%dT%H:%M:%SZ}")


def watermark_after(link: Link, *, first: Answer, marks: Sequence[str], watermark: str, answered_at: datetime) -> str:
    """Where the next fetch begins, never before this one did. `answered_at`: when `first` was here, by our clock.

    `marks`: those of all rows, see `marks_of`.
    """
    if not link.transfer.get("since_name"):
        return ""
    if link.transfer.get("mark") == ROWS:
        return _latest(link, marks, watermark)
    theirs = server_moment(first.headers, now=answered_at)
    began = first.asked_at if theirs is None else theirs - (answered_at - first.asked_at)
    overlap = link.transfer.get("overlap")
    mark = began - timedelta(seconds=60 if overlap is None else int(overlap))
    before = _moment(watermark, link)
    return watermark if before is not None and mark < before else f"{mark.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def marks_of(link: Link, rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """What each row has in the field that the service counts by; none where it counts by time. Raises TransferFailed
    `mark_missing`.
    """
    if not link.transfer.get("since_name") or link.transfer.get("mark") != ROWS:
        return []
    field = str(link.transfer.get("mark_field") or "")
    marks = []
    for row in rows:
        value = row.get(field)
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal) or value == "":
            raise TransferFailed("mark_missing", Trouble.ANSWER, field=field)
        marks.append(str(value))
    return marks


def _latest(link: Link, found: Sequence[str], watermark: str) -> str:
    marks = [watermark, *found] if watermark else list(found)
    keyed = _as_numbers(marks) or _as_moments(marks, link)
    if keyed is None:
        field = str(link.transfer.get("mark_field") or "")
        raise TransferFailed("mark_unreadable", Trouble.ANSWER, field=field)
    return max(keyed, key=lambda pair: pair[0])[1] if keyed else watermark


def _as_numbers(marks: list[str]) -> list[tuple[Any, str]] | None:
    try:
        found: list[tuple[Any, str]] = [(Decimal(mark), mark) for mark in marks if len(mark) <= LONGEST_NUMBER]
    except InvalidOperation:
        return None
    return found if len(found) == len(marks) and all(number.is_finite() for number, _ in found) else None


def _as_moments(marks: list[str], link: Link) -> list[tuple[Any, str]] | None:
    """Those that are to come are left out: who began there would miss what changes until then."""
    found: list[tuple[datetime, str]] = []
    for mark in marks:
        moment = _moment(mark, link)
        if moment is None:
            return None
        found += [(moment, mark)] if moment <= link.now() + AHEAD else []
    return found


def _moment(text: str, link: Link) -> datetime | None:
    return moment_in(text, link.zone)


def moment_in(text: str, zone: ZoneInfo) -> datetime | None:
    """A moment written in ISO, without zone in the brand's time."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
