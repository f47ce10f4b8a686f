"""What a record is recognised by outside of the store: the texts that find it, in whatever it was written down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sync_app.engine.records import Data
from templates_app.catalog.folding import fold
from templates_app.catalog.kinds.contacts import Email, Phone
from templates_app.catalog.types import EntityType

#: A text of fewer characters may stand anywhere: it takes two of them to tell a record.
TELLING: Final = 5


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """`texts` as they were stored, `forms` folded."""

    texts: frozenset[str]
    forms: frozenset[str]

    def is_in(self, value: object) -> bool:
        """Whether a row, a list or a value holds what tells this record."""
        found = {form for form in map(fold, leaves(value)) if form in self.forms}
        return len(found) > 1 or any(len(form) >= TELLING for form in found)


def fingerprint(entity: EntityType, states: Iterable[Data]) -> Fingerprint:
    """Of all a record ever was: its unique keys, e-mail addresses and telephone numbers; else all its keys and labels.

    A name alone tells nobody where there is something better: others have it too.
    """
    listed = list(states)
    unique = {name for key in entity.keys if key.unique for name in key.fields}
    telling = unique | {name for name, field in entity.fields.items() if isinstance(field.kind, Email | Phone)}
    texts = set(_texts(entity, listed, telling))
    if not texts:
        texts = set(_texts(entity, listed, entity.searched_fields)) | {entity.label_of(data) for data in listed}
    kept = {text for text in texts if fold(text)}
    return Fingerprint(frozenset(kept), frozenset(map(fold, kept)))


def _texts(entity: EntityType, states: Iterable[Data], names: Iterable[str]) -> Iterator[str]:
    for data in states:
        for name in names:
            if data.get(name) is not None:
                yield entity.fields[name].kind.text(data[name])


def leaves(value: object) -> Iterator[str]:
    """Every single value inside, as text."""
    if isinstance(value, Mapping):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item)
    elif value is not None and not isinstance(value, bool):
        yield value if isinstance(value, str) else str(value)


def values_of(entries: Iterable[Mapping[str, Any]]) -> list[Data]:
    """States, each with the values that are there."""
    return [{name: value for name, value in values.items() if value is not None} for values in entries]
