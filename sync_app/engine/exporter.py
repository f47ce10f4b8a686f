"""Records and what they refer to, as the items of an export template."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from templates_app.catalog.kinds.base import Kind
from templates_app.catalog.problems import Problem, Refused
from templates_app.catalog.types import EntityType
from templates_app.language.drafts import ExportMapper, ExportRecord


class ExportReader(Protocol):
    """What an export reads, all within one snapshot of one brand."""

    def exported(self, ids: Collection[int]) -> Mapping[int, ExportRecord]:
        """id -> record, deleted ones included."""
        ...

    def pointing(self, entity_type: str, field: str, targets: Collection[int]) -> Mapping[int, Sequence[int]]:
        """target id -> ids of the live records of this type whose `field` refers to it, in order."""
        ...

    def labels(self, ids: Collection[int]) -> Mapping[int, str]: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """For each root, by id: `chains` alias -> record, `lists` alias -> records. `labels` of all that they refer to."""

    chains: Mapping[int, Mapping[str, ExportRecord | None]]
    lists: Mapping[int, Mapping[str, list[ExportRecord]]]
    labels: Mapping[int, str]


class ItemStopped(ValueError):
    """A step cannot do its work on a value of this record. The problem has its place in the template."""

    def __init__(self, record: ExportRecord, problem: Problem) -> None:
        super().__init__(problem.code)
        self.record = record
        self.problem = problem


class Exporter:
    """Turns root records into items: one look-up a Type of the chain and chunk, never one a record.

    `flat` gives items with their names as columns (CSV, XLSX). `types` are the entity types of the aliases.
    """

    def __init__(
        self, *, mapper: ExportMapper, reader: ExportReader, types: Mapping[str, EntityType], flat: bool
    ) -> None:
        self._mapper = mapper
        self._reader = reader
        self._types = types
        self._write = mapper.cells if flat else mapper.item
        self._write_deleted = mapper.deleted_cells if flat else mapper.deleted_item
        self._referring = {alias: names for alias in types if (names := self._shown_references(alias))}

    def items(self, roots: Sequence[ExportRecord], *, changed: bool) -> Iterator[dict[str, Any]]:
        """The items of these records. `changed`: they are asked for as changes, so those gone may be named.

        Raises ItemStopped.
        """
        plan = self._mapper.plan
        passing = [record for record in roots if not record.deleted and self._mapper.accepts(record)]
        parts = self.parts(passing)
        for record in roots:
            try:
                if record.id in parts.chains:
                    item = self._write(parts.chains[record.id], parts.lists.get(record.id, {}), parts.labels)
                elif changed and plan.include_deleted:
                    item = self._write_deleted(record)
                else:
                    continue
            except Refused as refused:
                raise ItemStopped(record, refused.problem) from refused
            yield item

    def parts(self, roots: Sequence[ExportRecord]) -> Parts:
        """What the items of these records are made of."""
        chains = self._chains(roots)
        lists = self._lists(chains)
        return Parts(chains, lists, self._labels(chains, lists))

    def _chains(self, roots: Sequence[ExportRecord]) -> dict[int, dict[str, ExportRecord | None]]:
        """root id -> alias -> record: each further Type is read through the one before it."""
        plan = self._mapper.plan
        chains: dict[int, dict[str, ExportRecord | None]] = {record.id: {plan.root: record} for record in roots}
        for alias, (parent, field) in plan.through.items():
            targets = {root: _first(chain.get(parent), field) for root, chain in chains.items()}
            found = self._reader.exported({target for target in targets.values() if target is not None})
            for root, target in targets.items():
                record = found.get(target) if target is not None else None
                chains[root][alias] = None if record is None or record.deleted else record
        return chains

    def _lists(
        self, chains: Mapping[int, Mapping[str, ExportRecord | None]]
    ) -> dict[int, dict[str, list[ExportRecord]]]:
        each = self._mapper.plan.each
        lists: dict[int, dict[str, list[ExportRecord]]] = {root: {} for root in chains} if each else {}
        for alias, (entity_type, field) in each.items():
            pointing = self._reader.pointing(entity_type, field, chains.keys())
            found = self._reader.exported({i for ids in pointing.values() for i in ids})
            for root in chains:
                lists[root][alias] = self._sorted(alias, [found[i] for i in pointing.get(root, ()) if i in found])
        return lists

    def _sorted(self, alias: str, records: list[ExportRecord]) -> list[ExportRecord]:
        """The records of a list by its `Order`: the sort form of each kind, those without a value last."""
        for name, descending in reversed(self._mapper.plan.list_orders.get(alias, ())):
            kind = self._types[alias].fields[name].kind
            records = _sorted_by(name, kind, records, descending=descending)
        return records

    def _labels(
        self,
        chains: Mapping[int, Mapping[str, ExportRecord | None]],
        lists: Mapping[int, Mapping[str, list[ExportRecord]]],
    ) -> Mapping[int, str]:
        """The labels of what the shown reference fields point to."""
        if not self._referring:
            return {}
        wanted: dict[str, list[ExportRecord]] = defaultdict(list)
        for chain in chains.values():
            for alias, record in chain.items():
                if record is not None:
                    wanted[alias].append(record)
        for members in lists.values():
            for alias, records in members.items():
                wanted[alias].extend(records)
        ids = {target for alias, records in wanted.items() for target in self._shown_targets(alias, records)}
        return self._reader.labels(ids) if ids else {}

    def _shown_references(self, alias: str) -> list[str]:
        shown = self._mapper.plan.fields.get(alias, frozenset())
        return [name for name in self._types[alias].reference_fields if name in shown]

    def _shown_targets(self, alias: str, records: Iterable[ExportRecord]) -> Iterator[int]:
        names = self._referring.get(alias, ())
        for record in records if names else ():
            for name in names:
                value = record.data.get(name)
                if value is not None:
                    yield from value if isinstance(value, list) else (value,)


def _sorted_by(name: str, kind: Kind, records: Iterable[ExportRecord], *, descending: bool) -> list[ExportRecord]:
    with_value: list[ExportRecord] = []
    without: list[ExportRecord] = []
    for record in records:
        (with_value if name in record.data else without).append(record)
    with_value.sort(key=lambda record: kind.sort_form(record.data[name]), reverse=descending)
    return with_value + without


def _first(record: ExportRecord | None, field: str) -> int | None:
    """The record a reference field points to; a list reference gives its first."""
    value = record.data.get(field) if record is not None else None
    if isinstance(value, list):
        return value[0] if value else None
    return value
