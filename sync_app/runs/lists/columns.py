"""The columns a brand chose for the list of a type, or those its type suggests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from integration_admin.accounts import audit
from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Brand, Right
from sync_app.models import ColumnChoice, Record
from sync_app.runs.errors import RunRefused
from templates_app.catalog.kinds.colors import Color
from templates_app.catalog.kinds.text import Text
from templates_app.catalog.types import EntityType

SUGGESTED: Final = 6
CHOSEN_AT_MOST: Final = 20


def columns_of(*, brand: Brand, entity: EntityType) -> list[str]:
    """The chosen fields that the catalog still has; else the first of those meant for lists."""
    chosen = _chosen(brand, entity)
    return suggested(entity) if chosen is None else chosen


def columns_for(*, brand: Brand, entity: EntityType, records: Sequence[Record], sort: str = "") -> list[str]:
    """The columns of a page with these records: what was not chosen by anybody shows only where it has a value.

    The field they are sorted by stays.
    """
    chosen = _chosen(brand, entity)
    if chosen is not None:
        return chosen
    possible = _possible(entity)
    with_values = [name for name in possible if name == sort or any(name in record.data for record in records)]
    return (with_values if records else possible)[:SUGGESTED]


def suggested(entity: EntityType) -> list[str]:
    """What is shown where nobody chose."""
    return _possible(entity)[:SUGGESTED]


def _chosen(brand: Brand, entity: EntityType) -> list[str] | None:
    kept = ColumnChoice.objects.filter(brand=brand, entity_type=entity.name).values_list("fields", flat=True).first()
    return None if kept is None else [name for name in kept if name in entity.fields]


def _possible(entity: EntityType) -> list[str]:
    """The brand's own keys, then the fields for lists; but no colours, and not the names of which the label is made."""
    named = {name for alternative in entity.label for name in alternative if type(entity.fields[name].kind) is Text}
    shown = [field for field in entity.fields.values() if not field.retired and not isinstance(field.kind, Color)]
    keys = [field.name for field in shown if field.custom and field.name in entity.searched_fields]
    meant = [field.name for field in shown if (field.in_list or field.custom) and field.name not in named]
    return list(dict.fromkeys([*keys, *(meant or [field.name for field in shown])]))


def choose_columns(*, actor: Actor, entity: EntityType, fields: Sequence[str], at: datetime) -> list[str]:
    """Keep the choice for everybody in the brand, and tell it in the configuration history.

    Raises NotAllowed, RunRefused `columns_unknown` and `too_many_columns`.
    """
    actor.require(Right.ADMINISTRATION)
    actor.require_reading({entity.name})
    names = list(dict.fromkeys(fields))
    unknown = [name for name in names if name not in entity.fields]
    if unknown:
        raise RunRefused("columns_unknown", fields=", ".join(unknown)[:200], type=entity.name)
    if len(names) > CHOSEN_AT_MOST:
        raise RunRefused("too_many_columns", limit=CHOSEN_AT_MOST)
    before = columns_of(brand=actor.brand, entity=entity)
    with transaction.atomic():
        ColumnChoice.objects.update_or_create(brand=actor.brand, entity_type=entity.name, defaults={"fields": names})
        audit.record(
            brand=actor.brand,
            by=actor.name,
            action="columns.chosen",
            target=entity.name,
            at=at,
            before={"columns": before},
            after={"columns": names},
        )
    return names
