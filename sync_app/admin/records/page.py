"""The page of one record: its values, what it refers to and what refers to it, and its history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from integration_admin.scoped_admin import BrandScopedAdmin
from integration_admin.whole_numbers import whole_number
from sync_app.admin.pages import page
from sync_app.admin.records.edit import list_address
from sync_app.admin.records.verbs import name_of
from sync_app.admin.values import Part, ValueWords, Worded, as_changes, record_part, whole, words_for
from sync_app.admin.wording import OPERATIONS, Word
from sync_app.engine.plan import DELETE
from sync_app.models import Record, Reference
from sync_app.runs.lists.histories import Change, HistoryPage, Place, history_page
from sync_app.runs.sentences import message
from templates_app.admin.pages import actor_in
from templates_app.brand_catalog import catalog_of
from templates_app.catalog.problems import Problem
from templates_app.library.wording import type_in_words

REFERRERS_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Told:
    """One entry of the history in words. `earlier`: its version can be brought back; `why`: what its code says."""

    change: Change
    operation: Word
    fields: list[Worded]
    why: str = ""
    earlier: bool = False

    @property
    def gone(self) -> bool:
        return self.change.operation == DELETE

    @property
    def whole(self) -> tuple[list[Worded], list[Worded]] | None:
        return whole(self.change.operation, self.fields)


@dataclass(frozen=True, slots=True)
class May:
    """What this person may do about the record: the buttons of its page. The use cases decide again."""

    write: bool
    erase: bool


@dataclass(frozen=True, slots=True)
class Referring:
    """A field of other records that refers to this one; `href` leads to the list of all of them."""

    entity_type: str
    label: str
    records: list[Part]
    href: str


def show(screen: BrandScopedAdmin, request: HttpRequest, record: Record) -> HttpResponse:
    actor = actor_in(request, record.brand)
    entity = catalog_of(record.brand).get(record.entity_type)
    history = history_page(actor=actor, record=record, before=_place(request.GET.get("before", "")))
    own = (record.entity_type, as_changes(record.data))
    words = words_for(actor=actor, changed=[own, *((record.entity_type, change.changes) for change in history.changes)])
    referring, more = _referring(actor, words, record)
    return page(
        screen,
        request,
        "record.html",
        title=name_of(record),
        brand=record.brand,
        record=record,
        type_title=type_in_words(entity) if entity else record.entity_type,
        list_href=list_address(actor, record.entity_type),
        may=May(actor.writes(record.entity_type), actor.may(Right.ADMINISTRATION)),
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
        Told(
            change,
            OPERATIONS[change.operation],
            words.changes(record.entity_type, change.changes),
            message(Problem(change.code)) if change.code else "",
            earlier=change.version < record.version,
        )
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
        part = record_part(
            actor=actor, record=row.record.pk, entity_type=row.record.entity_type, label=row.record.label
        )
        grouped.setdefault((row.record.entity_type, row.field), []).append(part)
    listed = [
        Referring(name, words.label(name, field), parts, _all_of(actor, record, name, field))
        for (name, field), parts in grouped.items()
    ]
    return listed, len(rows) > REFERRERS_SHOWN


def _all_of(actor: Actor, record: Record, entity_type: str, field: str) -> str:
    """The list of all that refer to the record by this field; nothing for who may not read them."""
    if not actor.reads(entity_type):
        return ""
    query = urlencode({"ref": field, "to": record.pk})
    return f"{list_address(actor, entity_type)}&{query}"


def _place(text: str) -> Place | None:
    """`revision.seq` of an address; None when it is not one."""
    revision, _, seq = text.partition(".")
    place = whole_number(revision), whole_number(seq)
    return None if place[0] is None or place[1] is None else (place[0], place[1])


def _written(place: Place | None) -> str:
    return f"{place[0]}.{place[1]}" if place else ""
