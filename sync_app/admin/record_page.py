"""The page of one record: its values, what it refers to and what refers to it, and its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse

from integration_admin.accounts.access import Actor
from integration_admin.scoped_admin import BrandScopedAdmin
from sync_app.admin.pages import page
from sync_app.admin.values import Part, ValueWords, Worded, as_changes, record_part, words_for
from sync_app.admin.wording import OPERATIONS, Word
from sync_app.engine.plan import DELETE
from sync_app.models import Record, Reference
from sync_app.runs.histories import Change, HistoryPage, Place, history_page
from templates_app.admin.pages import actor_in

REFERRERS_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of the history in words."""

    change: Change
    operation: Word
    fields: list[Worded]

    @property
    def gone(self) -> bool:
        return self.change.operation == DELETE


@dataclass(frozen=True, slots=True)
class Referring:
    """A field of other records that refers to this one."""

    entity_type: str
    label: str
    records: list[Part]


def show(screen: BrandScopedAdmin, request: HttpRequest, record: Record) -> HttpResponse:
    actor = actor_in(request, record.brand)
    history = history_page(actor=actor, record=record, before=_place(request.GET.get("before", "")))
    own = (record.entity_type, as_changes(record.data))
    words = words_for(actor=actor, changed=[own, *((record.entity_type, change.changes) for change in history.changes)])
    referring, more = _referring(actor, words, record)
    return page(
        screen,
        request,
        "record.html",
        title=record.label or f"{record.entity_type} {record.pk}",
        record=record,
        values=words.values(record.entity_type, record.data),
        referring=referring,
        referring_more=more,
        history=_told(history, words, record),
        older=_written(history.next),
        paged="before" in request.GET,
        complete=history.complete,
    )


def _told(history: HistoryPage, words: ValueWords, record: Record) -> list[Told]:
    return [
        Told(change, OPERATIONS[change.operation], words.changes(record.entity_type, change.changes))
        for change in history.changes
    ]


def _referring(actor: Actor, words: ValueWords, record: Record) -> tuple[list[Referring], bool]:
    """The live records that refer to this one, by type and field; and whether there are more."""
    found = Reference.objects.filter(record__deleted_at__isnull=True, brand=record.brand, target=record).select_related(
        "record"
    )
    rows = list(found.order_by("field", "record_id")[: REFERRERS_SHOWN + 1])
    grouped: dict[tuple[str, str], list[Part]] = {}
    for row in rows[:REFERRERS_SHOWN]:
        part = record_part(actor=actor, record=row.record)
        grouped.setdefault((row.record.entity_type, row.field), []).append(part)
    listed = [Referring(name, words.label(name, field), parts) for (name, field), parts in grouped.items()]
    return listed, len(rows) > REFERRERS_SHOWN


def _place(text: str) -> Place | None:
    """`revision.seq` of an address; None when it is not one."""
    revision, _, seq = text.partition(".")
    numbers = (revision, seq)
    if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in numbers):
        return None
    return int(revision), int(seq)


def _written(place: Place | None) -> str:
    return f"{place[0]}.{place[1]}" if place else ""
