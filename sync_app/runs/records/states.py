"""What a record was at an earlier version, read back through the journal, and making it so again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from integration_admin.accounts.access import Actor
from sync_app.engine.editing import Verb
from sync_app.engine.plan import changes
from sync_app.models import JournalEntry, Record
from sync_app.runs.errors import RunUnprocessable
from sync_app.runs.records.editing import EditResult, RecordChange, edit_records
from sync_app.storage import journal
from sync_app.storage.clock import Clock
from templates_app.brand_catalog import catalog_of
from templates_app.catalog.types import EntityType

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class WayBack:
    """What bringing a version back would change: `now` and `then` of the fields that differ, None where one is empty.

    `closed` are fields that differ and that nobody may write any more: they stay as they are.
    """

    version: int
    now: Values
    then: Values
    closed: tuple[str, ...]


def state_at(*, record: Record, version: int) -> Values:
    """The values of the record as they were at this version. RunUnprocessable `state_unknown` when that is not kept."""
    if not 0 < version <= record.version:
        raise RunUnprocessable("state_unknown", version=version)
    applied = JournalEntry.objects.filter(record=record.pk, applied=True, run__brand_id=record.brand_id)
    later = applied.filter(version_after__gt=version, version_after__lte=record.version)
    entries = list(later.order_by("-version_after").values_list("before", flat=True))
    if len(entries) != record.version - version:
        raise RunUnprocessable("state_unknown", version=version)
    data: Values = dict(record.data)
    for before in entries:
        data |= journal.decode_values(before)
    return {name: value for name, value in data.items() if value is not None}


def way_back(*, actor: Actor, record: Record, version: int, field: str = "") -> WayBack:
    """What `restore_values` would do; of one `field` only, if it is named. Raises NotAllowed and RunUnprocessable."""
    actor.require_reading({record.entity_type})
    then = state_at(record=record, version=version)
    if field:
        then = {**record.data, field: then.get(field)}
    before, after = changes(record.data, {name: value for name, value in then.items() if value is not None})
    entity = catalog_of(actor.brand).get(record.entity_type)
    closed = tuple(name for name in after if not _writable(entity, name))
    return WayBack(
        version=version,
        now={name: value for name, value in before.items() if name not in closed},
        then={name: value for name, value in after.items() if name not in closed},
        closed=closed,
    )


def restore_values(
    *, actor: Actor, record: Record, version: int, field: str = "", seen: int, clock: Clock, trigger: str
) -> EditResult:
    """Give the record, or one field of it, the values of an earlier version; a deleted record is brought back.

    It is an edit like any other: a run, checked by today's rules. Raises what `way_back` and `edit_records` raise.
    """
    back = way_back(actor=actor, record=record, version=version, field=field)
    verb: Verb = "revive" if record.deleted_at else "change"
    change = RecordChange(record.entity_type, verb, record.pk, back.then, seen)
    options = {"restored": {"record": record.pk, "version": version, **({"field": field} if field else {})}}
    return edit_records(actor=actor, changes=[change], clock=clock, trigger=trigger, options=options)


def _writable(entity: EntityType | None, name: str) -> bool:
    declared = entity.fields.get(name) if entity else None
    return declared is not None and declared.writable and not declared.retired
