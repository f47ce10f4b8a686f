"""Planned work as `do/list` shows it: with its people, in the brand's own time, and with nothing missing.

Clients of the vendor read these members without asking whether they are there, and times without a zone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from integration_admin.accounts.access import Actor
from sync_app.api.dialects.planningpme.entity_names import FIELDS, path_of
from sync_app.api.dialects.planningpme.entity_shapes import Body, blank, targets
from sync_app.runs.lists.filters import visible_fields
from sync_app.runs.lists.planned import DO, TASK, UNAVAILABILITY
from sync_app.runs.loading import setting_for
from sync_app.storage.listing import DatabaseLinks, Listed
from templates_app.brand_catalog import catalog_of
from templates_app.catalog.kinds.moments import local_time
from templates_app.catalog.naming import json_name
from templates_app.catalog.types import EntityType, Field

#: What is shown of whom or what the work is for, beside key, label and the brand's own fields.
PEOPLE: Final[Mapping[str, tuple[str, ...]]] = {
    "Resource": ("LastName", "FirstName", "Email", "Phone", "Mobile", "RegistrationNumber"),
    "Customer": ("LastName", "FirstName", "Email", "Phone", "Mobile"),
    "Project": (),
}
#: Reference fields, and whether there are several. Those of the first three show what stands in PEOPLE.
ONE: Final = ("Project", "SubProject", "Task", "Category", "Status")
SEVERAL: Final = ("Resources", "Customers", "Equipments", "Departments")
TEXTS: Final = ("Remark", "Reference")
FLAGS: Final = ("AllDay", "NotValid")


def as_work(record: Listed, *, work: EntityType, own: EntityType) -> Listed:
    """An unavailability of the type `own` as planned work says the same: with whatever fields are alike in both."""
    alike = {name for name, one in own.fields.items() if name in work.fields and work.fields[name].kind == one.kind}
    data = {name: value for name, value in record.data.items() if name in alike}
    return record._replace(type=work.name, data=data | {"Type": UNAVAILABILITY})


class PlannedShaper:
    """Writes planned tasks and unavailabilities as `actor` may see them."""

    def __init__(self, *, actor: Actor) -> None:
        types = catalog_of(actor.brand).types
        self._types = {name: types[name] for name in (DO, UNAVAILABILITY, *PEOPLE) if name in types}
        self._fields = {name: visible_fields(actor, entity) for name, entity in self._types.items()}
        self._setting = setting_for(actor.brand)
        self._zone = self._setting.zone
        self._links = DatabaseLinks(brand=actor.brand.pk)

    def bodies(self, records: Sequence[Listed]) -> list[Body]:
        """One body a record, by one look-up for all that they refer to."""
        related = self._links.records(set(targets(records, [*ONE, *SEVERAL])))
        return [self._body(record, related) for record in records]

    def _body(self, record: Listed, related: Mapping[int, Listed]) -> Body:
        fields, data = self._fields[record.type], record.data
        kind = UNAVAILABILITY if record.type == UNAVAILABILITY else data.get("Type", TASK)
        body: Body = {"key": record.id, "label": record.label, "type": kind}
        body |= {json_name(name): self._local(data.get(name)) for name in ("Start", "End")}
        body |= {json_name(name): data.get(name, False) for name in FLAGS}
        for name in ONE:
            shown = self._shown(fields, name, [data[name]] if name in data else [], related)
            body[json_name(name)] = shown[0] if shown else None
        for name in SEVERAL:
            body[json_name(name)] = self._shown(fields, name, data.get(name, []), related)
        body |= {json_name(name): data.get(name, "") for name in TEXTS}
        return body | {FIELDS: self._own(record)}

    def _local(self, written: str | None) -> str | None:
        if written is None:
            return None
        local = local_time(datetime.fromisoformat(written), self._zone)
        text = local.replace(tzinfo=None).isoformat(timespec="seconds")
        # What the brand's clocks cannot show is told in UTC, and says so.
        return f"{text}Z" if local.tzinfo is UTC else text

    def _shown(
        self, fields: Mapping[str, Field], name: str, numbers: Sequence[int], related: Mapping[int, Listed]
    ) -> list[Body]:
        """References to what may not be seen are not there."""
        return [self._related(related[n]) for n in numbers if n in related] if name in fields else []

    def _related(self, record: Listed) -> Body:
        body: Body = {"key": record.id, "label": record.label}
        if record.type not in PEOPLE:
            return body
        members = PEOPLE[record.type]
        return body | {json_name(name): record.data.get(name, "") for name in members} | {FIELDS: self._own(record)}

    def _own(self, record: Listed) -> dict[str, Any]:
        """The brand's own fields, all of them. What they refer to goes by its key."""
        return {
            path_of(name)[1]: field.kind.render(record.data[name], self._setting)
            if name in record.data
            else blank(field.kind)
            for name, field in self._fields[record.type].items()
            if field.custom
        }
