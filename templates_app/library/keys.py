"""Declare what records of a type may be found by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from integration_admin.accounts.access import Actor
from integration_admin.accounts.audit import record
from templates_app.brand_catalog import KeyRow
from templates_app.library.additions import Inspect, extended, locked_brand
from templates_app.library.permission import require_right
from templates_app.library.refusals import AdditionRefused
from templates_app.models import DeclaredKey

SPACE_LENGTH: Final = 100
FIELDS_LENGTH: Final = 95


@transaction.atomic
def declare_key(
    *,
    actor: Actor,
    entity_type: str,
    fields: Sequence[str],
    at: datetime,
    unique: bool = False,
    space: str = "",
    inspect: Inspect | None,
) -> DeclaredKey:
    """A key of one or more fields; `space` names the identities it shares with other types (empty: its own).

    `inspect` looks at the records there are: nothing is declared unless it finds nothing. None says that no record can
    hold a value of these fields yet. Writing the identities of existing records is the caller's, in the same
    transaction. Raises NotAllowed, and AdditionRefused with the catalog's code or `key_not_possible`.
    """
    require_right(actor)
    brand = locked_brand(actor.brand)
    row = KeyRow(entity_type, ",".join(fields), unique, space)
    if len(row.fields) > FIELDS_LENGTH or len(space) > SPACE_LENGTH:
        raise AdditionRefused("key_name_too_long", limit=FIELDS_LENGTH)
    catalog = extended(brand, keys=[row])
    key = catalog.types[entity_type].key_named(row.fields)
    problems = inspect(catalog, entity_type, key) if inspect is not None and key is not None else ()
    if problems:
        raise AdditionRefused("key_not_possible", problems=problems, field=row.fields, count=len(problems))
    declared = DeclaredKey.objects.create(
        brand=brand, entity_type=entity_type, fields=row.fields, unique=unique, space=space
    )
    record(
        brand=actor.brand,
        by=actor.name,
        action="key.declared",
        target=f"{entity_type}({row.fields})",
        at=at,
        after={"unique": unique, "space": space},
    )
    return declared
