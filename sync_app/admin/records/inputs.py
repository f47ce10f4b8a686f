"""The fields of a record as inputs of a form: one sort of input a kind, and what came back of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.translation import gettext as _

from integration_admin.accounts.access import Actor
from integration_admin.scoped_admin import LONGEST_SEARCH
from integration_admin.whole_numbers import whole_number
from sync_app.admin.records.moments import local_text, same_moment, time_text, type_for
from sync_app.admin.values import ValueWords, Worded
from sync_app.models import LIVE, Record
from sync_app.storage.listing import DatabaseLinks
from templates_app.catalog.folding import fold
from templates_app.catalog.kinds.base import Kind
from templates_app.catalog.kinds.binaries import Binary
from templates_app.catalog.kinds.choices import Check, Combo
from templates_app.catalog.kinds.contacts import Email, Hyperlink, Phone
from templates_app.catalog.kinds.dates import Date, DateTime, Time
from templates_app.catalog.kinds.numbers import Double, Numeric
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.kinds.structures import Json
from templates_app.catalog.kinds.text import Memo, Text
from templates_app.catalog.types import EntityType, Field

FOUND_AT_ONCE: Final = 10
SEARCH: Final = "find-"

#: What a form shows of a value, and sends back: a text, or the ids of a list.
Raw = str | list[str]


@dataclass(frozen=True, slots=True)
class Choice:
    """One record that a reference may name."""

    id: int
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Input:
    """One field. `widget` is text, lines, select, reference or references; `type` that of a text input.

    `present` is what the record has by now, where somebody changed it while the form was open.
    """

    name: str
    label: str
    widget: str
    value: Raw
    type: str = "text"
    mode: str = ""
    step: str = ""
    longest: int = 0
    hint: object = ""
    required: bool = False
    choices: Sequence[tuple[str, object]] = ()
    records: Sequence[Choice] = ()
    asked: str = ""
    target: str = ""
    problems: Sequence[str] = ()
    present: Worded | None = None

    @property
    def many(self) -> bool:
        return self.widget == "references"

    @property
    def found(self) -> bool:
        """Whether the search shows something beside what was chosen already."""
        return any(not record.chosen for record in self.records)

    @property
    def search(self) -> str:
        return SEARCH + self.name


@dataclass(frozen=True, slots=True)
class Sort:
    """What kind of input a kind has."""

    widget: str = "text"
    type: str = "text"
    mode: str = ""
    step: str = ""


_SORTS: Final[tuple[tuple[type[Kind], Sort], ...]] = (
    (Reference, Sort("reference")),
    (ReferenceList, Sort("references")),
    (Memo, Sort("lines")),
    (Json, Sort("lines")),
    (Combo, Sort("select")),
    (Check, Sort("select")),
    (Date, Sort(type="date")),
    (Time, Sort(type="time", step="any")),
    (DateTime, Sort(type="datetime-local", step="any")),
    (Numeric, Sort(mode="numeric")),
    (Double, Sort(mode="decimal")),
    (Email, Sort(mode="email")),
    (Phone, Sort(mode="tel")),
    (Hyperlink, Sort(mode="url")),
)


@dataclass(frozen=True, slots=True)
class FormFields:
    """The inputs of one type for one actor. `words` names the fields and words values."""

    actor: Actor
    entity: EntityType
    words: ValueWords
    _fields: tuple[Field, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_fields", tuple(self._editable()))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(known.name for known in self._fields)

    def _editable(self) -> Iterator[Field]:
        """What a person can type: files are brought by other ways, and what may not be referred to is not shown."""
        for known in self.entity.fields.values():
            target = _target(known.kind)
            closed = not known.writable or known.retired or isinstance(known.kind, Binary)
            if not closed and (not target or self.actor.reads(target)):
                yield known

    def shown(self, data: Mapping[str, Any]) -> dict[str, Raw]:
        """What the form shows of these values."""
        zone = self.actor.brand.shown_zone
        return {known.name: raw_of(known.kind, data.get(known.name), zone) for known in self._fields}

    def sent(self, post: QueryDict) -> dict[str, Raw]:
        """What the form sent of the fields it showed: one that can be edited only since then is none of them.

        Of a list of references nothing is sent while none is chosen, but what is searched beside it always is.
        """
        return {
            known.name: _sent(known, post)
            for known in self._fields
            if known.name in post or SEARCH + known.name in post
        }

    def values(self, sent: Mapping[str, Raw]) -> dict[str, Any]:
        """What was sent as what it stands for: texts of forms are those of tables."""
        kinds = {known.name: known.kind for known in self._fields}
        return {name: kinds[name].of_cell(raw) if isinstance(raw, str) else raw for name, raw in sent.items()}

    def closed(self, data: Mapping[str, Any], post: QueryDict) -> list[str]:
        """The fields that the form showed and nobody may edit any more, where it sent another value than `data` has."""
        zone = self.actor.brand.shown_zone
        sent = [known for known in self.entity.fields.values() if known.name in post and known not in self._fields]
        asked = [known for known in sent if not isinstance(known.kind, Binary)]
        return [
            known.name
            for known in asked
            if not _same(known.kind, raw_of(known.kind, data.get(known.name), zone), _sent(known, post))
        ]

    def touched(self, shown: Mapping[str, Raw], sent: Mapping[str, Raw]) -> list[str]:
        """The fields whose value is another one than was shown, however a browser writes the same value."""
        both = [known for known in self._fields if known.name in sent]
        return [known.name for known in both if not _same(known.kind, shown[known.name], sent[known.name])]

    def inputs(
        self,
        raw: Mapping[str, Raw],
        *,
        asked: Mapping[str, str] | None = None,
        problems: Mapping[str, Sequence[str]] | None = None,
        present: Mapping[str, Worded] | None = None,
    ) -> list[Input]:
        """The inputs with these values; `asked` is what is searched in each reference."""
        labels = self._labels(raw)
        made = []
        for known in self._fields:
            one = self._input(known, raw[known.name])
            if _target(known.kind):
                text = (asked or {}).get(known.name, "")
                one = replace(one, asked=text, records=self._records(known.kind, raw[known.name], labels, text))
            wrong, now = (problems or {}).get(known.name, ()), (present or {}).get(known.name)
            made.append(replace(one, problems=wrong, present=now))
        return made

    def _input(self, known: Field, raw: Raw) -> Input:
        kind, zone = known.kind, self.actor.brand.shown_zone
        sort = _sort(kind, raw)
        return Input(
            name=known.name,
            label=self.words.label(self.entity.name, known.name),
            widget=sort.widget,
            value=raw,
            type=sort.type,
            mode=sort.mode,
            step=sort.step,
            longest=kind.max_length if isinstance(kind, Text | Memo) else 0,
            hint=_("Local time of %(zone)s") % {"zone": zone} if isinstance(kind, DateTime) else "",
            required=known.required,
            choices=_choices(kind, raw),
            target=_target(kind),
        )

    def one(self, name: str, post: QueryDict) -> Input | None:
        """The reference field of this name, with what is chosen and searched by now."""
        known = next((known for known in self._fields if known.name == name and _target(known.kind)), None)
        if known is None:
            return None
        raw: Raw = post.getlist(name) if isinstance(known.kind, ReferenceList) else post.get(name, "")
        text = post.get(SEARCH + name, "")
        found = self._records(known.kind, raw, self._labels({name: raw}), text)
        return replace(self._input(known, raw), asked=text, records=found)

    def _labels(self, raw: Mapping[str, Raw]) -> dict[int, str]:
        """The labels of what is chosen, in one query."""
        wanted = {number for known in self._fields if _target(known.kind) for number in _ids(raw.get(known.name, ""))}
        found = DatabaseLinks(brand=self.actor.brand.pk).labels(wanted)
        return {number: row.label or f"#{number}" for number, row in found.items() if self.actor.reads(row.type)}

    def _records(self, kind: Kind, raw: Raw, labels: Mapping[int, str], text: str) -> list[Choice]:
        """What is chosen, then what the search finds beside it."""
        chosen = _ids(raw)
        listed = [Choice(number, labels.get(number, f"#{number}"), chosen=True) for number in chosen]
        if not text.strip():
            return listed
        return listed + [
            Choice(pk, label or f"#{pk}", chosen=False)
            for pk, label in find_records(actor=self.actor, entity_type=_target(kind), text=text)
            if pk not in chosen
        ]


def find_records(*, actor: Actor, entity_type: str, text: str) -> list[tuple[int, str]]:
    """(id, label) of the first live records of a type in whose label or keys every word occurs."""
    if not actor.reads(entity_type):
        return []
    rows = Record.objects.filter(LIVE, brand=actor.brand, entity_type=entity_type)
    for word in fold(text.replace("\0", "")[:LONGEST_SEARCH]).split():
        rows = rows.filter(search__contains=word)
    return list(rows.order_by("sort_label", "id").values_list("pk", "label")[:FOUND_AT_ONCE])


def raw_of(kind: Kind, value: Any, zone: ZoneInfo) -> Raw:
    """A canonical value as a form shows it; instants as local time."""
    if isinstance(kind, ReferenceList):
        return [str(number) for number in value or ()]
    if value is None:
        return ""
    if isinstance(kind, DateTime):
        return local_text(value, zone)
    if isinstance(kind, Time):
        return time_text(value)
    return kind.cell(value) if isinstance(kind, Json) and isinstance(value, str) else kind.text(value)


def _sort(kind: Kind, raw: Raw) -> Sort:
    """The input that can show this value: one of one line would drop the ends of lines."""
    sort = next((sort for of, sort in _SORTS if isinstance(kind, of)), Sort())
    if sort.widget != "text" or isinstance(raw, list):
        return sort
    return Sort("lines") if "\n" in _lines(raw) else replace(sort, type=type_for(sort.type, raw))


def _sent(known: Field, post: QueryDict) -> Raw:
    return post.getlist(known.name) if isinstance(known.kind, ReferenceList) else _lines(post.get(known.name, ""))


def _same(kind: Kind, shown: Raw, sent: Raw) -> bool:
    if isinstance(shown, list) or isinstance(sent, list):
        return shown == sent
    return _lines(shown) == sent or same_moment(kind, shown, sent)


def _lines(text: str) -> str:
    """A text with the line ends it is kept with; forms send others."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _choices(kind: Kind, raw: Raw) -> list[tuple[str, object]]:
    """Nothing first; a value that is no choice any more stays one until it is changed."""
    if isinstance(kind, Check):
        return [("", "–"), ("true", _("yes")), ("false", _("no"))]
    if not isinstance(kind, Combo):
        return []
    names = kind.members().names
    kept = [str(raw)] if raw and raw not in names else []
    return [("", "–"), *((name, name) for name in (*kept, *names))]


def _target(kind: Kind) -> str:
    return kind.target if isinstance(kind, Reference | ReferenceList) else ""


def _ids(raw: Raw) -> list[int]:
    texts = raw if isinstance(raw, list) else [raw]
    numbers = map(whole_number, texts)
    return list(dict.fromkeys(number for number in numbers if number is not None))
