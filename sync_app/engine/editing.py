"""Changes asked for record by record, by a person or an entity call: cleaned, checked and planned like any other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sync_app.engine.merge import broken_rules
from sync_app.engine.plan import DELETE, ERROR, INSERT, REVIVED, UNCHANGED, UPDATE, Operation, PlannedRow, changes
from sync_app.engine.ports import RecordReader
from sync_app.engine.records import Data, Stored
from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.kinds.references import Reference, ReferenceList
from templates_app.catalog.problems import Problem, Refused, shown
from templates_app.catalog.types import KEY_VALUE_LENGTH, EntityType, Key
from templates_app.sources.rows import Row

#: `change` keeps what is not named (PATCH), `replace` empties it (PUT); fields nobody may write stay as they are.
Verb = Literal["create", "change", "replace", "delete", "revive"]


@dataclass(frozen=True, slots=True)
class Edit:
    """One wanted change of one record, `record` 0 for a new one.

    `values` are raw, as a form or a body gives them; None or blank empties a field. `version` is the one its author
    saw; None: whatever it is.
    """

    entity: EntityType
    verb: Verb
    record: int = 0
    values: Mapping[str, object] = field(default_factory=dict)
    version: int | None = None


class EditPlanner:
    """Plans changes that stand or fall together. `refers_to` says whether records of a type may be referred to.

    What an earlier change of the same call writes counts for the later ones. A record is changed once in a call.
    """

    def __init__(self, *, reader: RecordReader, setting: Setting, refers_to: Callable[[str], bool]) -> None:
        self._reader = reader
        self._setting = setting
        self._refers_to = refers_to
        self._now: dict[int, Stored] = {}
        self._owners: dict[tuple[str, str], set[int]] = {}
        self._done: set[int] = set()

    def plan(self, edits: Sequence[Edit]) -> list[PlannedRow]:
        """One row an edit, numbered from 1. A failed one names every problem; what it would write is not there."""
        cleaned = [clean_values(edit.entity, edit.values, self._setting) for edit in edits]
        self._read(edits, [values for values, _problems in cleaned])
        return [
            self._row(number, edit, values, problems)
            for number, (edit, (values, problems)) in enumerate(zip(edits, cleaned, strict=True), 1)
        ]

    # --- reading

    def _read(self, edits: Sequence[Edit], cleaned: Sequence[Data]) -> None:
        """Everything the edits may ask: the records with what they refer to, then one query a space of unique keys."""
        wanted = {edit.record for edit in edits if edit.record}
        for edit, values in zip(edits, cleaned, strict=True):
            wanted.update(target for _name, target in _targets(edit.entity, values))
        self._now = dict(self._reader.load(wanted)) if wanted else {}
        spaces: dict[str, set[str]] = {}
        for edit, values in zip(edits, cleaned, strict=True):
            for key, value in _unique(edit.entity, merged(edit, values, self._now.get(edit.record))):
                spaces.setdefault(key.space, set()).add(value)
        for space, asked in spaces.items():
            for value, found in self._reader.find(space, asked).items():
                self._owners[space, value] = {record.id for record in found}

    # --- one edit

    def _row(self, number: int, edit: Edit, values: Data, problems: list[Problem]) -> PlannedRow:
        now = self._now.get(edit.record)
        problems = [*self._unfit(edit, now), *problems]
        if problems:
            return self._failed(number, edit, now, problems)
        data = merged(edit, values, now)
        operation = _operation(number, edit, now, data)
        problems = self._problems(edit, now, operation) if operation.writes else []
        if problems:
            return self._failed(number, edit, now, problems)
        self._stage(operation)
        return PlannedRow(Row(number, None), [operation])

    def _failed(self, number: int, edit: Edit, now: Stored | None, problems: list[Problem]) -> PlannedRow:
        operation = Operation(edit.entity, ERROR, row=number, record=edit.record, version=now.version if now else 0)
        operation.code, operation.problems = problems[0].code, tuple(problems)
        return PlannedRow(Row(number, None), [operation], failed=True)

    def _unfit(self, edit: Edit, now: Stored | None) -> list[Problem]:
        """Why this record cannot be changed like this, whatever the values."""
        if edit.verb == "create":
            return []
        if now is None or now.type != edit.entity.name:
            return [Problem("record_missing", {"record": edit.record})]
        if edit.record in self._done:
            return [Problem("record_repeated", {"record": edit.record})]
        if edit.version is not None and edit.version != now.version:
            return [Problem("record_changed_since", {"seen": edit.version, "version": now.version})]
        if now.deleted and edit.verb != "revive":
            return [Problem("record_deleted")]
        if not now.deleted and edit.verb == "revive":
            return [Problem("record_not_deleted")]
        return []

    def _problems(self, edit: Edit, now: Stored | None, operation: Operation) -> list[Problem]:
        if operation.operation == DELETE:
            return []
        data = operation.data or {}
        touched = frozenset(operation.after) if edit.verb == "change" else None
        dangling = self._dangling(edit.entity, operation)
        return broken_rules(edit.entity, data, touched) + self._taken(operation, now, data) + dangling

    def _taken(self, operation: Operation, now: Stored | None, data: Data) -> list[Problem]:
        had = set(_unique(operation.entity, now.data)) if now is not None else set()
        problems = []
        for key, value in _unique(operation.entity, data):
            others = self._owners.get((key.space, value), set()) - {operation.record}
            if (key, value) in had:
                continue
            if len(value) > KEY_VALUE_LENGTH:
                limit = {"limit": KEY_VALUE_LENGTH}
                problems.append(Problem("key_too_long", limit, field=key.fields[0], value=shown(value)))
            elif others:
                taken: dict[str, str | int] = {"key": key.name, "record": min(others)}
                problems.append(Problem("identity_taken", taken, field=key.fields[0], value=value))
        return problems

    def _dangling(self, entity: EntityType, operation: Operation) -> list[Problem]:
        """New references that lead nowhere, or to what the author may not read: that does not exist for them."""
        problems = []
        had = set(_targets(entity, operation.before))
        for name, target in _targets(entity, operation.after):
            found, wanted = self._now.get(target), _target_type(entity, name)
            if (name, target) in had:
                continue
            if found is None or found.deleted or found.type != wanted or not self._refers_to(wanted):
                problems.append(Problem("reference_missing", {"type": wanted}, field=name, value=str(target)))
        return problems

    def _stage(self, operation: Operation) -> None:
        record = operation.record
        self._done.add(record)
        if not operation.writes:
            return
        now = self._now.get(record)
        for key, value in _unique(operation.entity, now.data) if now is not None else ():
            self._owners.get((key.space, value), set()).discard(record)
        data = operation.data or {}
        for key, value in _unique(operation.entity, data):
            self._owners.setdefault((key.space, value), set()).add(record)
        deleted = operation.operation == DELETE
        self._now[record] = Stored(record, operation.entity.name, data, operation.version + 1, deleted)


def clean_values(
    entity: EntityType, values: Mapping[str, object], setting: Setting
) -> tuple[dict[str, Any], list[Problem]]:
    """(canonical values, None for empty ones; problems), as the kinds of the fields read them."""
    cleaned: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in values.items():
        declared = entity.fields.get(name)
        if declared is None:
            problems.append(Problem("field_unknown", {"type": entity.name, "name": name}, field=name))
        elif not declared.writable or declared.retired:
            problems.append(Problem("field_not_writable", {"field": name, "type": entity.name}, field=name))
        else:
            try:
                cleaned[name] = declared.kind.clean(value, setting)
            except Refused as refused:
                problems.append(refused.problem.at(field=name))
    return cleaned, problems


def merged(edit: Edit, values: Mapping[str, Any], now: Stored | None) -> Data:
    """The record as the edit leaves it."""
    old = now.data if now is not None else {}
    if edit.verb == "delete":
        return old
    if edit.verb == "replace":
        fields = edit.entity.fields
        old = {n: v for n, v in old.items() if n not in fields or fields[n].retired or not fields[n].writable}
    return {name: value for name, value in {**old, **values}.items() if value is not None}


def shown_key(entity: EntityType, data: Data) -> str:
    """What a report calls the record: its first key that is filled, else its label."""
    for key in entity.keys:
        if all(name in data for name in key.fields):
            return ", ".join(entity.fields[name].kind.text(data[name]) for name in key.fields)[:255]
    return entity.label_of(data)


def _operation(number: int, edit: Edit, now: Stored | None, data: Data) -> Operation:
    operation = Operation(edit.entity, INSERT, row=number, key=shown_key(edit.entity, data), data=data)
    if now is None:
        operation.record = -number
        operation.after = data
        return operation
    operation.record, operation.version, operation.old = now.id, now.version, now.data
    if edit.verb == "delete":
        operation.operation = DELETE
        operation.before = dict(sorted(data.items()))
        return operation
    operation.before, operation.after = changes(now.data, data)
    if edit.verb == "revive":
        operation.code = REVIVED
    else:
        operation.operation = UPDATE if operation.after else UNCHANGED
    return operation


def _unique(entity: EntityType, data: Data) -> list[tuple[Key, str]]:
    pairs = ((key, entity.identity_of(key, data)) for key in entity.keys if key.unique)
    return [(key, value) for key, value in pairs if value is not None]


def _targets(entity: EntityType, values: Mapping[str, Any]) -> Iterable[tuple[str, int]]:
    for name in entity.reference_fields:
        value = values.get(name)
        if value is not None:
            yield from ((name, target) for target in (value if isinstance(value, list) else (value,)))


def _target_type(entity: EntityType, name: str) -> str:
    kind = entity.fields[name].kind
    return kind.target if isinstance(kind, Reference | ReferenceList) else ""
