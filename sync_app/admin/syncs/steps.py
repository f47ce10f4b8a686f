"""The steps of the form of a sync, as its page shows them: guards as a table, days of the week, fields to protect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sync_app.admin.runs.head import ON_ERROR
from sync_app.admin.sync_words import DIRECTIONS
from sync_app.admin.syncs.choices import Choices, Written
from sync_app.admin.syncs.draft import limit_name, limited_types
from sync_app.models import SyncDirection
from sync_app.syncs.schedules.rules import DAYS
from sync_app.syncs.schedules.words import WEEKDAYS
from sync_app.syncs.turns.guards import KINDS, SHAPES
from sync_app.syncs.turns.sentences import message
from templates_app.catalog.problems import Problem

UNITS: Final[Mapping[str, object]] = {
    "minutes": gettext_lazy("minutes"),
    "hours": gettext_lazy("hours"),
    "days": gettext_lazy("days"),
    "weeks": gettext_lazy("weeks"),
    "months": gettext_lazy("months"),
}
LIMITS: Final[Mapping[str, object]] = {
    "inserts": gettext_lazy("New records"),
    "updates": gettext_lazy("Changed records"),
    "deletes": gettext_lazy("Records that go"),
}
SHAPE_WORDS: Final[Mapping[str, object]] = {
    "new": gettext_lazy("a column is new"),
    "gone": gettext_lazy("a column is gone"),
    "retyped": gettext_lazy("the values of a column are of another sort"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One limit: an input of the table of guards, and what it is called for ears."""

    name: str
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A box to tick, or one of several to choose."""

    value: str
    text: object
    chosen: bool


def context_of(draft: QueryDict, choices: Choices, problems: Mapping[str, Problem]) -> dict[str, Any]:
    """What the template of the form needs beside the draft itself."""
    written = choices.written
    return {
        "draft": draft.dict(),
        "pulls": draft.get("direction") == SyncDirection.PULL,
        "directions": _ticks(DIRECTIONS, [draft.get("direction", "")]),
        "choices": choices,
        "units": _ticks(UNITS, [draft.get("unit", "")]),
        "days": _ticks({day: _(WEEKDAYS[place]) for place, day in enumerate(DAYS)}, draft.getlist("on")),
        "on_error": _ticks(ON_ERROR, [draft.get("on_error", "")]),
        "limit_heads": [LIMITS[kind] for kind in KINDS],
        "limits": _limits(draft, written),
        "shapes": _ticks({shape: SHAPE_WORDS[shape] for shape in SHAPES}, draft.getlist("columns")),
        "protected": _protected(draft, written),
        "root": written.root if written is not None else "",
        "root_fields": _ticks({name: name for name in written.root_fields}, [draft.get("mirror-field", "")])
        if written is not None
        else [],
        "mirror_field": draft.get("mirror-field", ""),
        "mirror_value": draft.get("mirror-value", ""),
        "mirror_where": draft.get("mirror-where", ""),
        "mirror_all": draft.get("mirror-all", ""),
        "journal_days": settings.JOURNAL_DAYS,
        "told": draft.get("told", ""),
        "emails": draft.get("notify-emails", ""),
        "webhook": draft.get("notify-webhook", ""),
        "wrong": {name: message(problem) for name, problem in problems.items()},
    }


def _ticks(words: Mapping[str, object], chosen: Sequence[str]) -> list[Tick]:
    return [Tick(value, text, value in chosen) for value, text in words.items()]


def _limits(draft: QueryDict, written: Written | None) -> list[tuple[object, list[tuple[Cell, Cell]]]]:
    """A row for all types together, and one for each type where there are several."""
    several = written.types if written is not None and len(written.types) > 1 else ()
    limited = [name for name in limited_types(draft) if _limited(draft, name)]
    types = dict.fromkeys((*several, *limited))
    rows: list[tuple[object, str]] = [(_("All together"), ""), *((name, name) for name in types)]
    return [(title, [_pair(draft, kind, entity, title) for kind in KINDS]) for title, entity in rows]


def _limited(draft: QueryDict, entity: str) -> bool:
    return any(draft.get(limit_name(kind, entity, sort)) for kind in KINDS for sort in ("most", "percent"))


def _pair(draft: QueryDict, kind: str, entity: str, title: object) -> tuple[Cell, Cell]:
    most, percent = limit_name(kind, entity, "most"), limit_name(kind, entity, "percent")
    what = f"{LIMITS[kind]}, {title}"
    return (
        Cell(most, draft.get(most, ""), _("%(what)s: at most so many") % {"what": what}),
        Cell(percent, draft.get(percent, ""), _("%(what)s: at most so many percent") % {"what": what}),
    )


def _protected(draft: QueryDict, written: Written | None) -> list[Tick]:
    """The fields that updates write, and those that are protected already."""
    chosen = draft.getlist("protected")
    known = written.fields if written is not None else ()
    return _ticks({name: name for name in dict.fromkeys((*known, *chosen))}, chosen)
