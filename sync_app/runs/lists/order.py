"""The order of a list: by index where one serves, else by the values of each record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from integration_admin.accounts.access import Actor
from sync_app.runs.lists.filters import LABEL, Narrowed, Test, single_key
from sync_app.storage.listing import DatabaseLinks, DatabaseListing, FullPage, Scanned
from templates_app.catalog.kinds.base import Kind
from templates_app.catalog.kinds.choices import Check
from templates_app.catalog.kinds.references import Reference
from templates_app.catalog.types import KEY_VALUE_LENGTH, EntityType

KEY: Final = "key"
MODIFIED: Final = "modified"
#: So much of a value decides its place.
FORM_LENGTH: Final = 255

Ids = Callable[[int, int], list[int]]

#: The number of a record that was scanned, or what it is sorted by, in front of it.
_first: Final = itemgetter(0)


@dataclass(frozen=True, slots=True)
class Order:
    """`by` is label, key, modified or the name of a field."""

    by: str
    descending: bool = False


def indexed(listing: DatabaseListing, entity: EntityType, within: Narrowed, orders: Sequence[Order]) -> Ids | None:
    """(offset, limit) -> ids, where an index gives this order and nothing has to be looked at record by record."""
    if within.tests or not (len(orders) == 1 or orders[0].by == KEY):
        return None
    selection, turned = within.selection, orders[0].descending
    ways = {LABEL: listing.by_label, KEY: listing.by_key, MODIFIED: listing.by_change}
    if orders[0].by in ways:
        way = ways[orders[0].by]
        return lambda offset, limit: way(selection, descending=turned, offset=offset, limit=limit)
    space = _space(entity, orders[0].by)
    if not space:
        return None
    return lambda offset, limit: listing.by_identity(
        selection, space=space, descending=turned, offset=offset, limit=limit
    )


def full_page(
    listing: DatabaseListing, entity: EntityType, within: Narrowed, orders: Sequence[Order], *, offset: int, limit: int
) -> FullPage | None:
    """A page of all records of the type at once, where an index gives the order and the page is full."""
    if within.tests or not within.selection.is_all or not (len(orders) == 1 or orders[0].by == KEY):
        return None
    order = {LABEL: "label", KEY: "key", MODIFIED: "change"}.get(orders[0].by, "")
    space = "" if order else _space(entity, orders[0].by)
    if not (order or space):
        return None
    return listing.full_page(order, space=space, descending=orders[0].descending, offset=offset, limit=limit)


def scanned(
    listing: DatabaseListing, actor: Actor, entity: EntityType, within: Narrowed, orders: Sequence[Order]
) -> list[int]:
    """All ids in order, by reading every selected record. Records without a value come last, whichever way round."""
    sorted_by = [order.by for order in orders if order.by in entity.fields]
    fields = list(dict.fromkeys([*within.tests, *sorted_by]))
    tests = [(fields.index(name), test) for name, test in within.tests.items()]
    found = listing.scan(within.selection, fields=fields)
    rows = [row for row in found if _passes(row, tests)] if tests else list(found)
    rows.sort(key=_first)
    for order in reversed(orders):
        rows = _sorted(rows, _form(order, fields, actor, entity, rows), descending=order.descending)
    return [row.id for row in rows]


def _space(entity: EntityType, field: str) -> str:
    """Where the match values of a field lie, if they stand in the order of its values; else empty."""
    key = single_key(entity, field)
    return key.space if key is not None and _sorts_as_matched(entity.fields[field].kind) else ""


def _sorts_as_matched(kind: Kind) -> bool:
    """Match values stand in the order people expect, and none is too long to be among them."""
    return type(kind).sort_form is Kind.sort_form and getattr(kind, "max_length", 0) <= KEY_VALUE_LENGTH


def _passes(row: Scanned, tests: Iterable[tuple[int, Test]]) -> bool:
    return all(test(row.values[place]) for place, test in tests)


def _sorted(rows: list[Scanned], form: Callable[[Scanned], Any], *, descending: bool) -> list[Scanned]:
    """A stable sort, so that what was sorted before decides among equals."""
    forms = list(map(form, rows))
    # By their places, which are plain numbers: to pair each record with its form would cost more than to sort them.
    filled = [place for place, found in enumerate(forms) if found is not None]
    filled.sort(key=forms.__getitem__, reverse=descending)
    blank = [] if len(filled) == len(rows) else [row for row, found in zip(rows, forms, strict=True) if found is None]
    return [rows[place] for place in filled] + blank


def _form(
    order: Order, fields: Sequence[str], actor: Actor, entity: EntityType, rows: Sequence[Scanned]
) -> Callable[[Scanned], Any]:
    if order.by == LABEL:
        return lambda row: row.sort_label
    if order.by == KEY:
        return _first
    if order.by == MODIFIED:
        return lambda row: (row.revision, row.id)
    place, kind = fields.index(order.by), entity.fields[order.by].kind
    if isinstance(kind, Check):
        return lambda row: bool(row.values[place])
    if isinstance(kind, Reference):
        labels = _labels(actor, {row.values[place] for row in rows})
        return lambda row: labels.get(row.values[place])
    # A value that many records have is folded once.
    forms: dict[Any, str | None] = {None: None}
    for value in {row.values[place] for row in rows} - forms.keys():
        forms[value] = kind.sort_form(value)[:FORM_LENGTH]
    return lambda row: forms[row.values[place]]


def _labels(actor: Actor, ids: set[Any]) -> dict[int, str]:
    found = DatabaseLinks(brand=actor.brand.pk).labels({number for number in ids if number is not None})
    return {number: related.sort_label for number, related in found.items()}
