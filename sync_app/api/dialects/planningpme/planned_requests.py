"""The body of `do/list`: a window of time, and what it is narrowed to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sync_app.api.problems import DoorRefused
from sync_app.runs.lists.planned import RESULTS, PlannedQuestion
from sync_app.runs.sentences import message
from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.kinds.dates import DateTime
from templates_app.catalog.kinds.references import ReferenceList
from templates_app.catalog.problems import Refused

MEMBERS: Final = ("dateFrom", "dateTo", "resources", "categories", "tasks", "results")
SHOWN: Final = 60
#: The length of a date without a time.
DAY: Final = len("2026-11-21")
#: What programs of .NET send where no date was set; in zones east of Greenwich it lies before the first year.
LEAST: Final = re.compile(r"0001-01-01(?:T00:00:00(?:\.0+)?)?", re.ASCII)
EARLIEST: Final = "0001-01-01T00:00:00"


def planned_question(body: Mapping[str, Any], *, setting: Setting) -> PlannedQuestion:
    """Raises DoorRefused with the pointer. Times without a zone are the brand's.

    `dateTo` is left out, the same as `dateFrom`, or a date alone: it means the whole of its day.
    """
    for name in body:
        if name not in MEMBERS:
            raise DoorRefused("option_unknown", pointer=f"/{name}", name=name[:SHOWN], known=", ".join(MEMBERS))
    begin = _moment(body, "dateFrom", setting)
    if begin is None:
        raise DoorRefused("member_needed", pointer="/dateFrom", name="dateFrom")
    given = _moment(body, "dateTo", setting)
    whole_day = given in (None, begin) or len(str(body["dateTo"]).strip()) == DAY
    end = _next_day(given or begin, setting) if whole_day else given or begin
    if end <= begin:
        raise DoorRefused("window_reversed", pointer="/dateTo")
    return PlannedQuestion(
        begin=begin,
        end=end,
        resources=_ids(body, "resources", setting),
        categories=_ids(body, "categories", setting),
        tasks=_ids(body, "tasks", setting),
        results=_results(body.get("results")),
    )


def _moment(body: Mapping[str, Any], name: str, setting: Setting) -> str | None:
    given = body.get(name)
    if isinstance(given, str) and LEAST.fullmatch(given.strip()):
        return EARLIEST
    try:
        value = DateTime().clean(given, setting)
    except Refused as refused:
        raise _unfit(name, refused) from None
    return value.removesuffix("Z") if value else None


def _next_day(moment: str, setting: Setting) -> str:
    """The beginning of the day after, in the brand's zone."""
    try:
        local = datetime.fromisoformat(moment + "Z").astimezone(setting.zone)
        value = DateTime().clean((local + timedelta(days=1)).date().isoformat(), setting)
    except (OverflowError, Refused):
        raise DoorRefused("window_reversed", pointer="/dateTo") from None
    return str(value).removesuffix("Z")


def _ids(body: Mapping[str, Any], name: str, setting: Setting) -> frozenset[int] | None:
    """None for null, an empty list, and what is not there: not narrowed."""
    given = body.get(name)
    try:
        if any(isinstance(item, list | dict) for item in (given if isinstance(given, list) else [given])):
            raise Refused("value_shape", value=str(given))
        found = ReferenceList(target="").clean(given, setting)
    except Refused as refused:
        raise _unfit(name, refused) from None
    return frozenset(found) if found else None


def _results(given: object) -> tuple[str, ...]:
    if given in (None, "", []):
        return RESULTS
    asked = given if isinstance(given, list) else [given]
    if not all(name in RESULTS for name in asked):
        raise DoorRefused("option_invalid", pointer="/results", name="results", known=", ".join(RESULTS))
    return tuple(map(str, asked))


def _unfit(name: str, refused: Refused) -> DoorRefused:
    return DoorRefused("member_refused", pointer=f"/{name}", name=name, reason=message(refused.problem))
