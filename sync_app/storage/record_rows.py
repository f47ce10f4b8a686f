"""Records as rows of their tables: what follows from the values is worked out for many of one type at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Final, NamedTuple

from sync_app.engine.ports import RecordWrite
from sync_app.engine.records import Data, identity_rows, match_forms
from sync_app.storage.encoded import texts_of_values
from templates_app.catalog.folding import fold_all
from templates_app.catalog.types import KEY_VALUE_LENGTH, EntityType, Key, join_parts

SORTED_LENGTH: Final = 255
LABEL_LENGTH: Final = 255

#: A record's texts as stored: data, label, sort label, search. Searched are the label and the match fields, folded.
Texts = tuple[str, str, str, str]
#: (space, value, tie, record id).
Identified = tuple[str, str, int, int]


class Moved(NamedTuple):
    """The identities that changes take away and bring."""

    gone: list[Identified]
    come: list[Identified]


def by_type(writes: Iterable[RecordWrite]) -> Iterator[tuple[EntityType, list[RecordWrite]]]:
    """The writes of each entity type, in their order."""
    listed: dict[str, list[RecordWrite]] = {}
    for write in writes:
        listed.setdefault(write.entity.name, []).append(write)
    return ((same[0].entity, same) for same in listed.values())


def texts_of(entity: EntityType, listed: Sequence[Data], forms: Mapping[str, Sequence[str]]) -> list[Texts]:
    """The texts of records with these values and match forms."""
    labels = _labels(entity, listed)
    folded = fold_all(labels)
    return [
        (text, label, words[0][:SORTED_LENGTH], " ".join(filter(None, dict.fromkeys(words))))
        for text, label, words in zip(
            texts_of_values(listed), labels, zip(folded, *forms.values(), strict=True), strict=True
        )
    ]


def _labels(entity: EntityType, listed: Sequence[Data]) -> list[str]:
    """The labels of records with these values; where one field names them all, without asking for each."""
    for alternative in entity.label:
        columns = {name: [data.get(name) for data in listed] for name in alternative}
        if all(column.count(None) == len(column) for column in columns.values()):
            continue
        name, column = next(iter(columns.items()))
        if len(columns) == 1 and None not in column:
            labels = [text[:LABEL_LENGTH] for text in map(entity.fields[name].kind.text, column)]
            if "" not in labels:
                return labels
        break
    return [entity.label_of(data) for data in listed]


def retold(write: RecordWrite) -> bool:
    """Whether a change touches what is searched, or what records are called by."""
    names = write.entity.telling_fields
    return list(map((write.old or {}).get, names)) != list(map(write.data.get, names))


def identified(entity: EntityType, ids: Sequence[int], forms: Mapping[str, Sequence[str]]) -> list[Identified]:
    """The identities of new records with these match forms, sorted. See `identity_rows`."""
    found: list[Identified] = []
    spaces: dict[str, list[Key]] = {}
    for key in entity.keys:
        spaces.setdefault(key.space, []).append(key)
    for space, keys in sorted(spaces.items()):
        rows = [row for key in keys for row in _identified(key, ids, forms)]
        rows = sorted(rows if len(keys) == 1 else set(rows))
        found += [(space, value, tie, record) for value, tie, record in rows]
    return found


def _identified(key: Key, ids: Sequence[int], forms: Mapping[str, Sequence[str]]) -> Iterable[tuple[str, int, int]]:
    """(value, tie, record) of each record that has this key."""
    ties: Iterable[int] = repeat(0, len(ids)) if key.unique else ids
    if len(key.fields) > 1:
        values = [join_parts(parts) or "" for parts in zip(*(forms[name] for name in key.fields), strict=True)]
    else:
        values = list(forms[key.fields[0]])
    rows = zip(values, ties, ids, strict=True)
    if "" not in values and max(map(len, values)) <= KEY_VALUE_LENGTH:
        return rows
    return (row for row in rows if row[0] and len(row[0]) <= KEY_VALUE_LENGTH)


def moved(changed: Iterable[RecordWrite]) -> Moved:
    """What changes of match fields do to the identities of their records."""
    gone: list[Identified] = []
    come: list[Identified] = []
    for write in changed:
        old, forms = match_forms(write.entity, write.old or {}), match_forms(write.entity, write.data)
        if old != forms:
            before = set(identity_rows(write.entity, old, write.id))
            after = set(identity_rows(write.entity, forms, write.id))
            gone.extend((*row, write.id) for row in before - after)
            come.extend((*row, write.id) for row in after - before)
    return Moved(sorted(gone), sorted(come))
