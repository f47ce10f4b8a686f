"""Add an entity type of the brand's own."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from integration_admin.accounts.access import Actor
from integration_admin.accounts.audit import record
from templates_app.brand_catalog import TypeRow
from templates_app.library.additions import extended, locked_brand
from templates_app.library.permission import require_right
from templates_app.models import CustomEntityType


@transaction.atomic
def add_entity_type(
    *, actor: Actor, name: str, at: datetime, title: str = "", label_fields: str = ""
) -> CustomEntityType:
    """A type without fields yet. `label_fields`: what names its records, alternatives by `|`, fields by `,`.

    Raises NotAllowed, and AdditionRefused `type_name_invalid` or `type_exists`.
    """
    require_right(actor)
    brand = locked_brand(actor.brand)
    extended(brand, types=[TypeRow(name, title, label_fields)])
    added = CustomEntityType.objects.create(brand=brand, name=name, title=title, label_fields=label_fields)
    after = {"title": title, "label": label_fields}
    record(brand=brand, by=actor.name, action="type.added", target=name, at=at, after=after)
    return added
