"""Lists of the records of one type, by pages or complete, and single records, to who may read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import ClassVar, Final

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Scope
from sync_app.runs.errors import RunRefused, RunUnprocessable
from sync_app.runs.lists.filters import Narrowed, narrowed
from sync_app.runs.lists.order import KEY, Order, full_page, indexed, scanned
from sync_app.runs.since import MARGIN, parse_since
from sync_app.storage.clock import Clock, snapshot
from sync_app.storage.exports import DatabaseExports
from sync_app.storage.listing import DatabaseListing, FullPage, Listed
from templates_app.brand_catalog import catalog_of
from templates_app.catalog.kinds.references import ReferenceList
from templates_app.catalog.kinds.structures import Json
from templates_app.catalog.types import Catalog, EntityType, Field

CHUNK: Final = 1000
#: More records than this are not looked at one by one for a list.
SCANNED_AT_MOST: Final = 250_000


class RecordNotFound(RunRefused):
    """There is no such live record of this type in this brand."""

    status: ClassVar[int] = 404

    def __init__(self) -> None:
        super().__init__("record_not_found")


@dataclass(frozen=True, slots=True)
class Page:
    """`index` counts from 0."""

    index: int
    size: int


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """`text`: words that all occur in the label or a match field. `since`: 14 digits, as exports take it.

    `filters`: field (or `label`) -> the value as it is written, blank for "none". `page` None: all of them.
    """

    text: str = ""
    since: str | None = None
    filters: Mapping[str, str] = field(default_factory=dict)
    orders: tuple[Order, ...] = ()
    page: Page | None = None


def types_of(actor: Actor) -> Catalog:
    """The catalog with the types that exist for the actor: those they may read or write. Raises NotAllowed."""
    actor.require_scope(Scope.RECORDS)
    catalog = catalog_of(actor.brand)
    if actor.every_type:
        return catalog
    known = {name: one for name, one in catalog.types.items() if actor.reads(name) or actor.writes(name)}
    return Catalog(types=known, enums=catalog.enums)


def is_sortable(field: Field) -> bool:
    """Whether a list can be sorted by this field."""
    return not isinstance(field.kind, Json | ReferenceList)


def find_record(*, actor: Actor, entity: EntityType, key: int) -> Listed:
    """One live record. Raises RecordNotFound, also for a record of another type or brand."""
    found = DatabaseListing(brand=actor.brand.pk, entity_type=entity.name).listed([key])
    if not found:
        raise RecordNotFound
    return found[0]


def open_listing(*, actor: Actor, entity: EntityType, asked: ListQuestion, clock: Clock) -> Listing:
    """A list to be consumed inside `with`. Raises NotAllowed, FilterRefused, RunRefused for `since`."""
    actor.require_scope(Scope.RECORDS)
    actor.require_reading({entity.name})
    moment = parse_since(asked.since, now=clock()) if asked.since is not None else None
    after = DatabaseExports(brand=actor.brand.pk).before(moment - MARGIN) if moment else 0
    within = narrowed(actor, entity, text=asked.text, after_revision=after, filters=asked.filters)
    return Listing(actor=actor, entity=entity, within=within, asked=asked)


class Listing:
    """One list, open while its snapshot is: `total` and the records are of one moment."""

    def __init__(self, *, actor: Actor, entity: EntityType, within: Narrowed, asked: ListQuestion) -> None:
        self._actor = actor
        self._entity = entity
        self._within = within
        self._orders = asked.orders or (Order(KEY),)
        self._page = asked.page
        self._store = DatabaseListing(brand=actor.brand.pk, entity_type=entity.name)
        self._open = ExitStack()
        self._ids: list[int] = []
        self._records: list[Listed] = []
        self.total = 0

    def __enter__(self) -> Listing:
        full = self._full_page()
        if full is not None:
            # One statement sees one moment: there is nothing to hold open.
            self.total, self._records = full.total, full.records
            return self
        self._open.enter_context(snapshot())
        try:
            self._find()
        except BaseException:
            self._open.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def chunks(self) -> Iterator[list[Listed]]:
        """The records, so many at a time."""
        if self._records:
            yield self._records
        for start in range(0, len(self._ids), CHUNK):
            yield self._store.listed(self._ids[start : start + CHUNK])

    def _full_page(self) -> FullPage | None:
        if self._page is None:
            return None
        offset, limit = self._page.index * self._page.size, self._page.size
        return full_page(self._store, self._entity, self._within, self._orders, offset=offset, limit=limit)

    def _find(self) -> None:
        selection = self._within.selection
        self.total = self._store.live() if selection.is_all else self._store.count(selection)
        offset, limit = (self._page.index * self._page.size, self._page.size) if self._page else (0, self.total)
        ids = indexed(self._store, self._entity, self._within, self._orders)
        if ids is not None:
            self._ids = ids(offset, limit) if offset < self.total else []
            return
        if self.total > SCANNED_AT_MOST:
            raise RunUnprocessable("too_many_to_scan", type=self._entity.name, limit=SCANNED_AT_MOST)
        found = scanned(self._store, self._actor, self._entity, self._within, self._orders)
        self.total = len(found)
        self._ids = found[offset : offset + limit]
