"""What the engine holds of a record, and the identities that find it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sync_app.engine.sameness import same
from templates_app.catalog.kinds.base import Kind
from templates_app.catalog.types import KEY_VALUE_LENGTH, EntityType, join_parts

Data = dict[str, Any]


@dataclass(slots=True)
class Stored:
    """One record as the store (or this run's overlay) has it. Provisional ids are negative; version 0 = not yet."""

    id: int
    type: str
    data: Data
    version: int
    deleted: bool = False
    label: str = ""

    @staticmethod
    def hold(records: Sequence[Any], listed: Sequence[Mapping[str, Any]]) -> list[bool]:
        """See `which_hold`, of records of one class."""
        return [same(values, record.data) for record, values in zip(records, listed, strict=True)]


def which_hold(records: Sequence[Stored], listed: Sequence[Mapping[str, Any]]) -> list[bool]:
    """Whether each record surely has these values and no others; None = empty. False says nothing."""
    one_class: set[type[Stored]] = set(map(type, records))
    if len(one_class) == 1:
        return one_class.pop().hold(records, listed)
    return [record.hold([record], [values])[0] for record, values in zip(records, listed, strict=True)]


class Found(NamedTuple):
    """A record an identity leads to, without its values."""

    id: int
    type: str
    deleted: bool


#: One row of the identity table: (space, value, tie). `tie` is 0 for a unique key, else the record's id.
IdentityRow = tuple[str, str, int]


def match_forms(entity: EntityType, data: Mapping[str, Any]) -> dict[str, str]:
    """field -> match form, of the fields that keys are made of and that are not empty."""
    fields = entity.fields
    return {name: fields[name].kind.match_form(data[name]) for name in entity.searched_fields if name in data}


def forms_of(entity: EntityType, listed: Sequence[Data]) -> dict[str, list[str]]:
    """field -> the match forms of records with these values, empty where the field is: many at once cost less."""
    kinds = {name: entity.fields[name].kind for name in entity.searched_fields}
    return {name: _forms(kind, [data.get(name) for data in listed]) for name, kind in kinds.items()}


def _forms(kind: Kind, values: Sequence[Any]) -> list[str]:
    if None not in values:
        return kind.match_forms(values)
    forms = iter(kind.match_forms([value for value in values if value is not None]))
    return ["" if value is None else next(forms) for value in values]


def identity_rows(entity: EntityType, forms: Mapping[str, str], record: int) -> list[IdentityRow]:
    """The identities of a record with these match forms.

    A key with an empty part has no row, nor has one whose value is too long to be looked up by.
    """
    rows = []
    for key in entity.keys:
        value = forms.get(key.fields[0]) if len(key.fields) == 1 else join_parts([forms.get(n, "") for n in key.fields])
        if value and len(value) <= KEY_VALUE_LENGTH:
            rows.append((key.space, value, 0 if key.unique else record))
    return list(dict.fromkeys(rows)) if len(rows) > 1 else rows


def reference_targets(entity: EntityType, data: Mapping[str, Any]) -> list[tuple[str, int, int]]:
    """(field, position, target id) of each reference in `data`."""
    targets: list[tuple[str, int, int]] = []
    for name in entity.reference_fields:
        value = data.get(name)
        if value is None:
            continue
        listed = value if isinstance(value, list) else [value]
        targets.extend((name, position, target) for position, target in enumerate(listed))
    return targets
