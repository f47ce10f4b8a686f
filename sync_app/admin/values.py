"""Stored values as people read them: references by the label of their record, moments in the brand's zone.

Days and moments are written as in the language of the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.formats import date_format, get_format
from django.utils.translation import gettext as _

from integration_admin.accounts.access import Actor
from sync_app.admin.differences import Pieces, differing
from sync_app.engine.plan import DELETE, INSERT
from sync_app.models import JournalEntry, Run
from sync_app.runs.readable import Readable
from sync_app.storage.listing import DatabaseLinks
from templates_app.brand_catalog import catalog_of
from templates_app.catalog.kinds.dates import Date, DateTime
from templates_app.catalog.kinds.structures import Json
from templates_app.catalog.spelling import spelled
from templates_app.catalog.types import Catalog, Field

LONGEST: Final = 2000
LONG_VALUE: Final = 160
#: Of a record that came or went so many fields are shown, all of them where they are hardly more.
FIELDS_SHOWN: Final = 9
FIELDS_AT_MOST: Final = 12

#: The end of a format of moments, with what it writes before the minutes: `:i`, or `.i`.
_TO_THE_MINUTE: Final = re.compile(r"([:.])i")

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a value; `href` where it is another record's label. `pieces` mark what differs from the other side."""

    text: str
    href: str = ""
    pieces: Pieces = ()


@dataclass(frozen=True, slots=True)
class Worded:
    """One field: its label, its name, and its value before and after. No parts: there is no value."""

    label: str
    name: str
    old: tuple[Part, ...]
    new: tuple[Part, ...]
    code: bool = False

    @property
    def long(self) -> bool:
        """Whether its new value takes more room than a field beside others has."""
        return len(self.new) == 1 and len(self.new[0].text) > LONG_VALUE


def whole(operation: str, fields: list[Worded]) -> tuple[list[Worded], list[Worded]] | None:
    """Of a record that came or went: (fields to be shown at once, fields to be folded away). None for any other."""
    if operation not in {INSERT, DELETE} or not fields:
        return None
    # A record that is brought back may have had other values before.
    if any(field.new if operation == DELETE else field.old for field in fields):
        return None
    return (fields[:FIELDS_SHOWN], fields[FIELDS_SHOWN:]) if len(fields) > FIELDS_AT_MOST else (fields, [])


@dataclass(frozen=True, slots=True)
class ValueWords:
    """Words values of one brand for one actor. `labels` are those of the records that the values refer to."""

    catalog: Catalog
    actor: Actor
    labels: Mapping[int, Part] = field(default_factory=dict)

    def changes(self, entity_type: str, changes: Mapping[str, Mapping[str, Any]]) -> list[Worded]:
        """`changes` is field -> {"old", "new"}; the fields in the catalog's order, those it has no more at the end."""
        return [self._changed(name, known, change) for name, known, change in self._in_order(entity_type, changes)]

    def _changed(self, name: str, known: Field | None, change: Mapping[str, Any]) -> Worded:
        old, new = _marked(self._parts(known, change.get("old")), self._parts(known, change.get("new")))
        code = known is not None and isinstance(known.kind, Json)
        return Worded(label=_label(known, name), name=name, old=old, new=new, code=code)

    def values(self, entity_type: str, data: Values) -> list[Worded]:
        """The fields of a record that have a value; each in `new`."""
        return self.changes(entity_type, as_changes(data))

    def label(self, entity_type: str, name: str) -> str:
        """What a field is called."""
        return _label(fields_of(self.catalog, entity_type).get(name), name)

    def _in_order(self, entity_type: str, named: Mapping[str, Any]) -> list[tuple[str, Field | None, Any]]:
        fields = fields_of(self.catalog, entity_type)
        order = {name: place for place, name in enumerate(fields)}
        names = sorted(named, key=lambda name: (order.get(name, len(order)), name))
        return [(name, fields.get(name), named[name]) for name in names]

    def _parts(self, known: Field | None, value: Any) -> tuple[Part, ...]:
        if value is None:
            return ()
        if known is None:
            return (Part(_cut(spelled(value, length=LONGEST))),)
        if known.kind.refers:
            ids = value if isinstance(value, list) else [value]
            return tuple(self.labels.get(record, Part(f"#{record}")) for record in ids)
        if isinstance(value, bool):
            return (Part(_("yes") if value else _("no")),)
        if isinstance(known.kind, DateTime):
            return (Part(self._moment(value)),)
        if isinstance(known.kind, Date):
            return (Part(_day(value)),)
        return (Part(_cut(known.kind.text(value))),)

    def _moment(self, value: str) -> str:
        try:
            local = datetime.fromisoformat(value).astimezone(self.actor.brand.shown_zone)
        except (ValueError, OverflowError):
            return value
        written = str(get_format("SHORT_DATETIME_FORMAT"))
        return date_format(local, _TO_THE_MINUTE.sub(r"\g<0>\1s", written) if local.second else written)


def words_for(
    *, actor: Actor, changed: Iterable[tuple[str, Mapping[str, Mapping[str, Any]]]], run: Run | None = None
) -> ValueWords:
    """Words for these changes, (type, changes) each: the labels they need are read at once.

    `run` names the run whose planned records (negative ids) the values may refer to.
    """
    catalog = catalog_of(actor.brand)
    wanted: set[int] = set()
    for entity_type, changes in changed:
        fields = fields_of(catalog, entity_type)
        for name, change in changes.items():
            if name in fields and fields[name].kind.refers:
                wanted.update(_ids(change.get("old")), _ids(change.get("new")))
    labels = _labels(actor, {record for record in wanted if record > 0})
    planned = {record for record in wanted if record < 0}
    if run is not None and planned:
        labels |= _planned_labels(actor, run, planned)
    return ValueWords(catalog=catalog, actor=actor, labels=labels)


def as_changes(data: Values) -> dict[str, dict[str, Any]]:
    """The values of a record in the form of changes."""
    return {name: {"new": value} for name, value in data.items()}


def fields_of(catalog: Catalog, entity_type: str) -> Mapping[str, Field]:
    entity = catalog.get(entity_type)
    return entity.fields if entity else {}


def record_part(*, actor: Actor, record: int, entity_type: str, label: str) -> Part:
    """A link to a record; its type and number only for who may not read it."""
    if not actor.reads(entity_type):
        return Part(f"{entity_type} #{record}")
    return Part(label or f"{entity_type} #{record}", record_address(record))


def record_address(record: int) -> str:
    return reverse("admin:sync_app_record_change", args=[record])


def _labels(actor: Actor, ids: set[int]) -> dict[int, Part]:
    found = DatabaseLinks(brand=actor.brand.pk).labels(ids)
    return {
        number: record_part(actor=actor, record=number, entity_type=row.type, label=row.label)
        for number, row in found.items()
    }


def _planned_labels(actor: Actor, run: Run, ids: set[int]) -> dict[int, Part]:
    planned = JournalEntry.objects.filter(run=run, operation=INSERT, record__in=ids)
    rows = planned.values_list("record", "entity_type", "key")
    readable = Readable(actor=actor, run=run)
    new = _("new")
    return {
        record: Part(f"{key if key and readable.key(entity_type) else entity_type} ({new})")
        for record, entity_type, key in rows
        if record is not None
    }


def _marked(old: tuple[Part, ...], new: tuple[Part, ...]) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Both sides with their differences marked, where each is one text."""
    if len(old) != 1 or len(new) != 1 or old[0].href or new[0].href:
        return old, new
    before, after = differing(old[0].text, new[0].text)
    return (replace(old[0], pieces=before),), (replace(new[0], pieces=after),)


def _ids(value: Any) -> list[int]:
    return value if isinstance(value, list) else [value] if isinstance(value, int) else []


def _label(known: Field | None, name: str) -> str:
    if known is None or not known.label:
        return name
    return known.label if known.custom else _(known.label)


def _day(value: str) -> str:
    try:
        return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    except ValueError:
        return value


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
