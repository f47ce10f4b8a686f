"""Records as the wire shows them: the list shape and the detail shape of their type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from integration_admin.accounts.access import Actor
from sync_app.api.dialects.planningpme.entity_names import FIELDS, GROUPS, PLACE, path_of
from sync_app.runs.lists.filters import visible_fields
from sync_app.runs.loading import setting_for
from sync_app.storage.listing import DatabaseLinks, Listed, Related
from templates_app.catalog.kinds.base import Kind
from templates_app.catalog.kinds.contacts import Email, Hyperlink, Phone
from templates_app.catalog.kinds.text import Memo, Text
from templates_app.catalog.types import EntityType, Field

LABEL: Final = "Label"
#: (type, field) that is shown as a list of lists of skills, as documented.
SKILLS: Final = ("Task", "Skills")
#: What is shown of a blank field of such a kind is a text, of others null.
_TEXTS: Final = (Text, Memo, Phone, Email, Hyperlink)

Body = dict[str, Any]
#: A value, what references to records are called, skills by number -> what is shown.
Way = Callable[[Any, Mapping[int, Related], Mapping[int, Body]], Any]


class Shaper:
    """Writes records of one type as `actor` may see them. Fields without a value are left out of lists and details;
    only in `fields`, where a brand's own stand, and in `place` the detail names all of them: clients rely on it.
    """

    def __init__(self, *, actor: Actor, entity: EntityType, detail: bool) -> None:
        shown = visible_fields(actor, entity)
        self._actor = actor
        self._entity = entity
        self._setting = setting_for(actor.brand)
        self._links = DatabaseLinks(brand=actor.brand.pk)
        self._fields = {n: one for n, one in shown.items() if (detail or one.in_list) and n != LABEL}
        self._ways = [(name, path_of(name), self._way(name, field)) for name, field in self._fields.items()]
        self._has_place = detail and all(field in shown for field in GROUPS[PLACE].values())
        self._blanks = {path_of(n)[1]: blank(one.kind) for n, one in self._fields.items() if detail and one.custom}

    def bodies(self, records: Sequence[Listed]) -> list[Body]:
        """One body a record. One look-up for all that they refer to, two more where skills are shown."""
        labels = self._links.labels(set(self._targets(records)))
        skills = self._skills(records) if self._shows_skills() else {}
        return [self._body(record, labels, skills) for record in records]

    def _body(self, record: Listed, labels: Mapping[int, Related], skills: Mapping[int, Body]) -> Body:
        body: Body = {"key": record.id, "label": record.label}
        if self._blanks:
            body[FIELDS] = dict(self._blanks)
        if self._has_place:
            body[PLACE] = dict.fromkeys(GROUPS[PLACE], "")
        values = record.data
        for name, path, way in self._ways:
            value = values.get(name)
            if value is not None:
                put(body, path, value if way is None else way(value, labels, skills))
        for name in (PLACE, FIELDS):
            if name in body:
                body[name] = body.pop(name)
        return body

    def _way(self, name: str, field: Field) -> Way | None:
        """How values of the field are shown; None for as they are."""
        if (self._entity.name, name) == SKILLS:
            return _skills_shown
        if field.kind.refers:
            return _links_shown
        if type(field.kind).render is Kind.render:
            return None
        return lambda value, _labels, _skills: field.kind.render(value, self._setting)

    def _targets(self, records: Sequence[Listed]) -> Iterable[int]:
        names = [n for n in self._entity.reference_fields if n in self._fields and (self._entity.name, n) != SKILLS]
        return targets(records, names)

    def _shows_skills(self) -> bool:
        return self._entity.name == SKILLS[0] and SKILLS[1] in self._fields

    def _skills(self, records: Sequence[Listed]) -> dict[int, Body]:
        found = self._links.records(set(targets(records, [SKILLS[1]])))
        domains = self._links.labels(set(targets(list(found.values()), ["Domain"])))
        return {number: skill_body(record, domains) for number, record in found.items()}


def _skills_shown(value: Any, _labels: Mapping[int, Related], skills: Mapping[int, Body]) -> Any:
    return [[skills[number] for number in value if number in skills]]


def _links_shown(value: Any, labels: Mapping[int, Related], _skills: Mapping[int, Body]) -> Any:
    return [link(number, labels) for number in value] if isinstance(value, list) else link(value, labels)


def skill_body(skill: Listed, domains: Mapping[int, Related]) -> Body:
    """A skill inside a task: `label` names the domain too, unless the skill has a label of its own."""
    name = skill.data.get("Name") or skill.label
    domain = domains.get(skill.data.get("Domain", 0))
    composed = f"{domain.label} > {name}" if domain else name
    body: Body = {"key": skill.id, "name": name, "label": skill.data.get(LABEL) or composed}
    if "Level" in skill.data:
        body["level"] = skill.data["Level"]
    if domain:
        body["domain"] = {"key": domain.id, "label": domain.label}
    return body


def blank(kind: Kind) -> str | None:
    """What is shown of a field without a value, where it is shown at all."""
    return "" if isinstance(kind, _TEXTS) else None


def link(number: int, labels: Mapping[int, Related]) -> Body:
    """A reference."""
    return {"key": number, "label": labels[number].label if number in labels else ""}


def targets(records: Iterable[Listed], fields: Sequence[str]) -> Iterable[int]:
    """The ids that these fields of the records refer to."""
    for record in records:
        for name in fields:
            value = record.data.get(name)
            if value is not None:
                yield from value if isinstance(value, list) else (value,)


def put(body: Body, path: Sequence[str], value: Any) -> None:
    """Puts the value where the path says."""
    inner = body
    for part in path[:-1]:
        inner = inner.setdefault(part, {})
    inner[path[-1]] = value
