"""The history of a record: every applied entry that touched it, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q

from integration_admin.accounts.access import Actor
from sync_app.models import JournalEntry, Record, Revision
from sync_app.storage import journal

PAGE: Final = 25

_COLUMNS = (
    "run_id", "run__kind", "run__actor", "run__template_version__template__name", "run__template_version__number",
    "seq", "row", "item", "operation", "code", "before", "after", "version_seen", "version_after", "revision",
    "run__turn__sync__name",
)  # fmt: skip

#: (revision, seq) of an entry: where the next page begins.
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Change:
    """One applied entry. `changes` is field -> {"old", "new"}; `at` is when its revision was committed.

    `seen` is the version the change found, 0 for the insert, and `version` the one it left. `template` is the one whose
    rules made it, with its version: `clients 3`; empty for changes by hand. `sync` is the one that ran it, if any.
    """

    run: int
    kind: str
    actor: str
    template: str
    row: str
    operation: str
    code: str
    version: int
    seen: int
    changes: dict[str, dict[str, Any]]
    at: datetime | None
    sync: str = ""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """`next` is the `before` of the next page, None on the last; `complete` whether that one begins with the insert."""

    changes: list[Change]
    next: Place | None
    complete: bool


def history_page(*, actor: Actor, record: Record, before: Place | None = None, limit: int = PAGE) -> HistoryPage:
    """What happened to a record of the actor's brand. Raises NotAllowed `type_not_readable`."""
    actor.require_reading({record.entity_type})
    found = JournalEntry.objects.filter(record=record.pk, applied=True, run__brand=actor.brand)
    if before is not None:
        revision, seq = before
        found = found.filter(Q(revision__lt=revision) | Q(revision=revision, seq__lt=seq))
    rows = list(found.order_by("-revision", "-seq").values(*_COLUMNS)[: limit + 1])
    shown = rows[:limit]
    stamps = _stamps(actor, shown)
    more = len(rows) > limit
    return HistoryPage(
        changes=[_change(row, stamps) for row in shown],
        next=(shown[-1]["revision"], shown[-1]["seq"]) if more else None,
        complete=bool(shown) and shown[-1]["version_seen"] == 0,
    )


def _stamps(actor: Actor, rows: list[dict[str, Any]]) -> dict[int, datetime]:
    revisions = Revision.objects.filter(brand=actor.brand, number__in={row["revision"] for row in rows})
    return dict(revisions.values_list("number", "stamp"))


def _change(row: dict[str, Any], stamps: dict[int, datetime]) -> Change:
    return Change(
        run=row["run_id"],
        kind=row["run__kind"],
        actor=row["run__actor"],
        template=_template(row),
        row=f"{row['row']}/{row['item']}" if row["item"] else str(row["row"] or ""),
        operation=row["operation"],
        code=row["code"],
        version=row["version_after"],
        seen=row["version_seen"],
        changes=journal.changes_of(row["before"], row["after"]),
        at=stamps.get(row["revision"]),
        sync=row["run__turn__sync__name"] or "",
    )


def _template(row: dict[str, Any]) -> str:
    name = row["run__template_version__template__name"]
    return f"{name} · {row['run__template_version__number']}" if name else ""
