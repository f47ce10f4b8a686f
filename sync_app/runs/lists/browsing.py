"""Looking through the records of one type: searched, filtered and sorted, page by page, to who may read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from integration_admin.accounts.access import Actor
from sync_app.models import BrandClock, Record
from sync_app.runs.errors import RunRefused
from sync_app.storage.browsing import CHANGED, LABEL, NUMBER, DatabaseBrowser, Place, Wanted
from sync_app.storage.exports import DatabaseExports
from templates_app.brand_catalog import setting_of
from templates_app.catalog.folding import fold
from templates_app.catalog.problems import Refused
from templates_app.catalog.types import Catalog, EntityType

PAGE: Final = 50
#: More records than this are not sorted by a field that no index serves.
SORTED_AT_MOST: Final = 250_000
#: What a list is sorted by beside the fields of its type, and the column that serves it.
COLUMNS: Final[Mapping[str, str]] = {"label": LABEL, "modified": CHANGED, "key": NUMBER}
WORDS_AT_MOST: Final = 8
COUNTED: Final = 1_000
OLDEST_YEAR: Final = 1970


@dataclass(frozen=True, slots=True)
class Question:
    """What a list shows. `sort` is label, modified, key or the name of a field.

    `deleted` None: live and deleted ones. `field` and `value`: records found by this key field. `refers`: (field, id of
    the record it refers to). `since`: changed at that moment or later.
    """

    text: str = ""
    deleted: bool | None = False
    since: datetime | None = None
    field: str = ""
    value: str = ""
    refers: tuple[str, int] | None = None
    sort: str = "modified"
    descending: bool = True
    after: Place | None = None

    @property
    def filtered(self) -> bool:
        return bool(self.text or self.since or self.field or self.refers) or self.deleted is not False


@dataclass(frozen=True, slots=True)
class RecordPage:
    """`next` is the `after` of the next page, None on the last. `unsorted`: too many records for the wanted order.

    `found`: how many a filter finds in all, counted up to one more than `COUNTED`; None where nothing is filtered.
    """

    records: list[Record]
    next: Place | None
    unsorted: bool = False
    found: int | None = None


def live_counts(*, actor: Actor, catalog: Catalog) -> dict[str, int]:
    """entity type -> live records, of every type the actor may read, in the catalog's order. No record is counted."""
    clock = BrandClock.objects.filter(brand=actor.brand).only("counts").first()
    counts: Mapping[str, int] = clock.counts if clock else {}
    return {name: counts.get(name, 0) for name in catalog.types if actor.reads(name)}


def key_fields(entity: EntityType) -> list[str]:
    """The fields by whose value records are found at once: those that are a key of their own."""
    return list(dict.fromkeys(key.fields[0] for key in entity.keys if len(key.fields) == 1))


def browse(*, actor: Actor, entity: EntityType, asked: Question, limit: int = PAGE) -> RecordPage:
    """One page of the records of a type. Raises NotAllowed `type_not_readable`, RunRefused `filter_invalid`."""
    actor.require_reading({entity.name})
    wanted = _wanted(actor, entity, asked)
    if wanted is None:
        return RecordPage([], None, found=0)
    browser = DatabaseBrowser(brand=actor.brand.pk, entity_type=entity.name)
    unsorted = asked.sort not in COLUMNS and not _sortable(actor, entity, asked)
    found = _found(browser, wanted, entity, asked, unsorted=unsorted, limit=limit + 1)
    shown = found[:limit]
    rows = browser.load([record for record, _value in shown])
    place = Place(shown[-1][1], shown[-1][0]) if len(found) > limit else None
    count = browser.found(wanted, at_most=COUNTED + 1) if asked.filtered else None
    return RecordPage([rows[record] for record, _value in shown if record in rows], place, unsorted, count)


def _found(
    browser: DatabaseBrowser, wanted: Wanted, entity: EntityType, asked: Question, *, unsorted: bool, limit: int
) -> list[tuple[int, str]]:
    if unsorted or asked.sort in COLUMNS:
        column, descending = (CHANGED, True) if unsorted else (COLUMNS[asked.sort], asked.descending)
        return browser.by_column(wanted, column=column, descending=descending, after=asked.after, limit=limit)
    return browser.by_field(
        wanted,
        field=asked.sort,
        form=entity.fields[asked.sort].kind.sort_form,
        descending=asked.descending,
        after=asked.after,
        limit=limit,
    )


def _sortable(actor: Actor, entity: EntityType, asked: Question) -> bool:
    if asked.sort not in entity.fields:
        return False
    clock = BrandClock.objects.filter(brand=actor.brand).only("counts").first()
    return clock is None or clock.counts.get(entity.name, 0) <= SORTED_AT_MOST


def _wanted(actor: Actor, entity: EntityType, asked: Question) -> Wanted | None:
    """The filters as the store takes them; None when no record can fit."""
    identity = _identity(actor, entity, asked) if asked.field else None
    if asked.field and identity is None:
        return None
    return Wanted(
        deleted=asked.deleted,
        words=tuple(fold(asked.text).split()[:WORDS_AT_MOST]),
        after_revision=_revision(actor, asked.since),
        identity=identity,
        reference=asked.refers,
    )


def _identity(actor: Actor, entity: EntityType, asked: Question) -> tuple[str, str] | None:
    """(space, value) of a value as it is written, of a field that is a key by itself."""
    key = entity.key_named(asked.field)
    if key is None:
        raise RunRefused("filter_invalid", field=asked.field)
    try:
        value = entity.fields[asked.field].kind.clean(asked.value, setting_of(actor.brand))
    except Refused:
        return None
    form = entity.identity_of(key, {asked.field: value}) if value is not None else None
    return (key.space, form) if form else None


def _revision(actor: Actor, since: datetime | None) -> int:
    if since is None or since.year < OLDEST_YEAR:
        return 0
    # A stamp is the end of a transaction, and what it wrote says when it began: a little earlier never hides one.
    return DatabaseExports(brand=actor.brand.pk).before(since - timedelta(seconds=1))
