"""Operations as a person reads them: fields in the catalog's order, references by the label of their record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext

from integration_admin.accounts.access import Actor
from sync_app.engine.plan import INSERT
from sync_app.models import JournalEntry, Run
from sync_app.runs.readable import Readable
from sync_app.storage.listing import DatabaseLinks
from templates_app.brand_catalog import catalog_of
from templates_app.catalog.types import Catalog

Item = Mapping[str, Any]


def labelled(*, actor: Actor, run: Run, items: Iterable[Item]) -> list[dict[str, Any]]:
    """The operations of a page, as `report.operations_page` gives them, their `changes` in order and with labels.

    A record that the run only plans goes by its key, "(new)" behind it. What the actor may not read keeps its number.
    """
    listed = list(items)
    catalog = catalog_of(actor.brand)
    wanted = {number for item in listed for _name, change in _references(item, catalog) for number in _numbers(change)}
    labels = _labels(actor, wanted) | _planned(actor, run, wanted)
    return [_told(item, catalog, labels) for item in listed]


def _references(item: Item, catalog: Catalog) -> Iterator[tuple[str, Item]]:
    """The changes of an operation that stand in reference fields."""
    entity = catalog.get(item["type"])
    fields = entity.fields if entity else {}
    for name, change in item["changes"].items():
        if name in fields and fields[name].kind.refers:
            yield name, change


def _numbers(change: Item) -> Iterator[int]:
    for value in change.values():
        yield from value if isinstance(value, list) else () if value is None else (value,)


def _labels(actor: Actor, numbers: set[int]) -> dict[int, str]:
    stored = DatabaseLinks(brand=actor.brand.pk).labels({number for number in numbers if number > 0})
    return {number: row.label for number, row in stored.items() if row.label and actor.reads(row.type)}


def _planned(actor: Actor, run: Run, numbers: set[int]) -> dict[int, str]:
    planned = JournalEntry.objects.filter(
        run=run, operation=INSERT, record__in={number for number in numbers if number < 0}
    )
    rows = planned.values_list("record", "entity_type", "key")
    readable = Readable(actor=actor, run=run)
    new = gettext("new")
    return {
        number: f"{key if key and readable.key(entity_type) else entity_type} ({new})"
        for number, entity_type, key in rows
        if number is not None
    }


def _told(item: Item, catalog: Catalog, labels: Mapping[int, str]) -> dict[str, Any]:
    told = {
        name: {side: _label(value, labels) for side, value in change.items()}
        for name, change in _references(item, catalog)
    }
    changes = {**item["changes"], **told}
    entity = catalog.get(item["type"])
    # A database may have lost the order of the template, and fields that the catalog has no more come last.
    order = [*(entity.fields if entity else ()), *changes]
    return {**item, "changes": {name: changes[name] for name in dict.fromkeys(order) if name in changes}}


def _label(value: Any, labels: Mapping[int, str]) -> Any:
    if isinstance(value, list):
        return [labels.get(number, number) for number in value]
    return labels.get(value, value)
