"""What an import will do, said before it runs: to which records, and how many of them there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from integration_admin.accounts.models import Brand
from sync_app.models import BrandClock
from templates_app.language.drafts import TypePlan


@dataclass(frozen=True, slots=True)
class Outlook:
    """One Type of an import; `alias` is what the template calls it.

    `match`: the fields by which records are found, none where all rows are new. `there`: how many records of the
    entity type live in the brand now.
    """

    entity: str
    alias: str
    insert: bool
    update: bool
    delete: bool
    match: tuple[str, ...]
    there: int


def outlooks(brand: Brand, types: Sequence[TypePlan]) -> tuple[Outlook, ...]:
    """One for each Type that writes, in the template's order."""
    clock = BrandClock.objects.filter(brand=brand).first()
    live = clock.counts if clock is not None else {}
    return tuple(
        Outlook(
            entity=plan.entity.name,
            alias=plan.alias,
            insert=plan.insert,
            update=plan.update,
            delete=plan.delete,
            match=plan.match.fields if plan.match is not None else (),
            there=live.get(plan.entity.name, 0),
        )
        for plan in types
        if plan.insert or plan.update or plan.delete
    )
