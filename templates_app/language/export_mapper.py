"""The mapper of a compiled `<Out>` template: records to one item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.choices import Combo
from templates_app.catalog.problems import Refused
from templates_app.language.conditions import Test
from templates_app.language.drafts import ExportRecord, ReadPlan
from templates_app.language.steps.base import StepSetting
from templates_app.language.targets import Records, Target, put
from templates_app.language.writings import step_value


@dataclass(frozen=True, slots=True)
class FieldCondition:
    """One `When` (`wanted`) or `Unless` on a field."""

    field: str
    kind: Kind
    test: Test
    wanted: bool

    def holds(self, record: ExportRecord, setting: Setting) -> bool:
        """A reference is tested by its id: that it is there, or not. A choice by its name and its number.

        What no bound can be compared with is outside.
        """
        value = record.data.get(self.field)
        given = value if self.kind.refers else step_value(self.kind, value, {}, setting)
        return (self._passes(given) or self._passes_as_number(given)) is self.wanted

    def _passes_as_number(self, name: Any) -> bool:
        number = self.kind.members().numbers.get(name) if isinstance(self.kind, Combo) else None
        return number is not None and self._passes(number)

    def _passes(self, given: Any) -> bool:
        try:
            return self.test(given)
        except Refused:
            return False


@dataclass(frozen=True, slots=True)
class ItemList:
    """The records of an `Each` Type, as a list under its name; their targets are relative to it."""

    alias: str
    name: str
    path: tuple[str, ...]
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class CompiledExport:
    """See `drafts.ExportMapper`. `members` are targets and lists in the template's order.

    `copied` is the short way of an export that only copies fields of its first Type under plain names: name and field
    of every member. Empty when there is anything else to be done.
    """

    plan: ReadPlan
    root: str
    members: tuple[Target | ItemList, ...]
    conditions: Mapping[str, tuple[FieldCondition, ...]]
    keys: tuple[Target, ...]
    copied: tuple[tuple[str, str], ...]
    setting: Setting
    blind: StepSetting

    def accepts(self, record: ExportRecord) -> bool:
        return self._passes(self.root, record)

    def item(
        self,
        records: Records,
        lists: Mapping[str, list[ExportRecord]],
        labels: Mapping[int, str],
    ) -> dict[str, Any]:
        """One item with its names nested, for JSON."""
        if self.copied:
            return self._copy(records)
        result: dict[str, Any] = {}
        for member, value in self._values(records, lists, labels):
            put(result, member.path, value)
        return result

    def cells(
        self,
        records: Records,
        lists: Mapping[str, list[ExportRecord]],
        labels: Mapping[int, str],
    ) -> dict[str, Any]:
        """One item with its names as they stand, for CSV and XLSX."""
        if self.copied:
            return self._copy(records)
        return {
            member.name: value if isinstance(member, ItemList) else member.cell(value)
            for member, value in self._values(records, lists, labels)
        }

    def deleted_item(self, record: ExportRecord) -> dict[str, Any]:
        """The key fields under their target names, or the record's id as `key` when the template shows no key."""
        result: dict[str, Any] = {} if self.keys else {"key": record.id}
        for target, value in self._shown_key(record):
            put(result, target.path, value)
        return result | {"deleted": True}

    def deleted_cells(self, record: ExportRecord) -> dict[str, Any]:
        shown = {target.name: target.cell(value) for target, value in self._shown_key(record)}
        return (shown or {"key": record.id}) | {"deleted": True}

    def columns(self, *, deleted: bool = False) -> tuple[str, ...]:
        names = tuple(member.name for member in self.members)
        told = ("deleted",) if self.keys else ("key", "deleted")
        return tuple(dict.fromkeys((*names, *told))) if deleted else names

    def _shown_key(self, record: ExportRecord) -> Iterator[tuple[Target, Any]]:
        for target in self.keys:
            yield target, target.value({self.root: record}, {}, self.setting, self.blind)

    def passing(self, records: Records) -> dict[str, ExportRecord | None]:
        """The records of an item; None in place of one that does not pass the conditions of its Type."""
        return {
            alias: record if record is not None and (alias == self.root or self._passes(alias, record)) else None
            for alias, record in records.items()
        }

    def passing_items(self, alias: str, lists: Mapping[str, list[ExportRecord]]) -> list[ExportRecord]:
        """The records of an `Each` Type that pass its conditions."""
        return [record for record in lists.get(alias, ()) if self._passes(alias, record)]

    def _copy(self, records: Records) -> dict[str, Any]:
        record = records.get(self.root)
        if record is None:
            return dict.fromkeys(name for name, _ in self.copied)
        value = record.data.get
        return {name: value(field) for name, field in self.copied}

    def _values(
        self, records: Records, lists: Mapping[str, list[ExportRecord]], labels: Mapping[int, str]
    ) -> list[tuple[Target | ItemList, Any]]:
        passing = self.passing(records)
        return [
            (member, self._listed(member, passing, lists, labels))
            if isinstance(member, ItemList)
            else (member, member.value(passing, labels, self.setting, self.blind))
            for member in self.members
        ]

    def _listed(
        self,
        member: ItemList,
        records: Records,
        lists: Mapping[str, list[ExportRecord]],
        labels: Mapping[int, str],
    ) -> list[dict[str, Any]]:
        items = []
        for record in self.passing_items(member.alias, lists):
            item: dict[str, Any] = {}
            for target in member.targets:
                put(
                    item,
                    target.path,
                    target.value({**records, member.alias: record}, labels, self.setting, self.blind),
                )
            items.append(item)
        return items

    def _passes(self, alias: str, record: ExportRecord) -> bool:
        conditions = self.conditions[alias]
        return not conditions or all(condition.holds(record, self.setting) for condition in conditions)
