"""Add a custom field to an entity type, built-in or own, and retire one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from integration_admin.accounts.access import Actor
from integration_admin.accounts.audit import record
from templates_app.brand_catalog import FieldRow, KeyRow
from templates_app.library.additions import Inspect, extended, locked_brand
from templates_app.library.keys import declare_key
from templates_app.library.permission import require_right
from templates_app.library.refusals import AdditionRefused
from templates_app.models import CustomField


@transaction.atomic
def add_custom_field(
    *,
    actor: Actor,
    entity_type: str,
    name: str,
    at: datetime,
    kind: str = "Text",
    options: Mapping[str, Any] | None = None,
    label: str = "",
    required: bool = False,
    match: bool = False,
    identity: bool = False,
    inspect: Inspect | None = None,
) -> CustomField:
    """A new field `_X` (or a PascalCase one of an own type), which no record has a value of yet.

    `match` also declares it a key that records may be found by, `identity` a unique one. Raises NotAllowed and
    AdditionRefused with the catalog's code (`field_exists`, `kind_unknown`, `kind_option_missing`, …).
    """
    require_right(actor)
    brand = locked_brand(actor.brand)
    row = FieldRow(entity_type, name, kind, json.dumps(dict(options or {}), sort_keys=True), label, required)
    key = KeyRow(entity_type, name, unique=identity)
    extended(brand, fields=[row], keys=[key] if match or identity else [])
    existing = CustomField.objects.filter(brand=brand, entity_type=entity_type)
    field = CustomField.objects.create(
        brand=brand,
        entity_type=entity_type,
        name=name,
        kind=kind,
        options=dict(options or {}),
        label=label,
        required=required,
        position=(existing.aggregate(highest=Max("position"))["highest"] or 0) + 1,
    )
    after = {"kind": kind, "options": field.options, "required": required}
    record(brand=brand, by=actor.name, action="field.added", target=f"{entity_type}.{name}", at=at, after=after)
    if match or identity:
        declare_key(actor=actor, entity_type=entity_type, fields=(name,), unique=identity, at=at, inspect=inspect)
    return field


@transaction.atomic
def retire_field(*, actor: Actor, entity_type: str, name: str, at: datetime, retired: bool = True) -> CustomField:
    """A retired field keeps its stored values and can no longer be mapped; `retired=False` takes it back into use.

    Raises NotAllowed, and AdditionRefused `own_field_unknown` for a field the brand did not add itself.
    """
    require_right(actor)
    found = CustomField.objects.select_for_update().filter(brand=actor.brand, entity_type=entity_type, name=name)
    field = found.first()
    if field is None:
        raise AdditionRefused("own_field_unknown", type=entity_type, field=name)
    before, field.retired = field.retired, retired
    field.save(update_fields=["retired"])
    record(
        brand=actor.brand,
        by=actor.name,
        action="field.retired" if retired else "field.taken_back",
        target=f"{entity_type}.{name}",
        at=at,
        before={"retired": before},
        after={"retired": retired},
    )
    return field
