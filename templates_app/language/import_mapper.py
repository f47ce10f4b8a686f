"""The mapper of a compiled `<In>` template: one row to drafts, or to everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from templates_app.catalog.problems import Refused
from templates_app.language.columns import ColumnUse, missing_names, unused_columns
from templates_app.language.drafts import Draft, MappedRow, TypePlan
from templates_app.language.links import Places
from templates_app.language.names import Names, Scope
from templates_app.language.row_conditions import RowCondition, failing
from templates_app.language.source_names import source_name
from templates_app.language.type_mapper import NOTHING_FILLED, Filled, TypeMapper
from templates_app.sources.rows import Row


@dataclass(slots=True)
class CompiledImport:
    """See `drafts.ImportMapper`."""

    types: tuple[TypePlan, ...]
    conditions: tuple[RowCondition, ...]
    mappers: tuple[TypeMapper, ...]
    uses: ColumnUse
    names: Names

    def map(self, row: Row) -> MappedRow:
        """The drafts of a row, in the order of the Types and of their items; problems of all of them together."""
        return self._map(row, [NOTHING_FILLED] * len(self.mappers))

    def map_all(self, rows: Sequence[Row]) -> list[MappedRow]:
        """What `map` gives for each; of many rows at once it costs a fraction."""
        only = self.mappers[0]
        if len(self.mappers) == 1 and not self.conditions and only.bare:
            return self._map_bare(rows, only)
        filled = zip(*(mapper.fill(rows) for mapper in self.mappers), strict=True)
        return [self._map(row, some) for row, some in zip(rows, filled, strict=True)]

    def _map_bare(self, rows: Sequence[Row], only: TypeMapper) -> list[MappedRow]:
        """Rows that give one record each, most of which the short feeds fill."""
        plan, mapped = only.plan, []
        for row, filled in zip(rows, only.fill(rows), strict=True):
            values, key = filled
            if values is None or (key is None and only.key is not None):
                mapped.append(self._map(row, [filled]))
            else:
                mapped.append(MappedRow(row, [Draft(plan, values, *(key or (None, "")))], []))
        return mapped

    def _map(self, row: Row, filled: Sequence[Filled]) -> MappedRow:
        mapped = MappedRow(row, [], [])
        if row.problem is not None:
            mapped.problems.append(row.problem)
            return mapped
        scope = Scope(row.data, row.parents, cells=row.cells)
        if (self.conditions and self._left_out(mapped, scope)) or self._reads_faults(mapped, row):
            return mapped
        places: Places = {}
        for mapper, one in zip(self.mappers, filled, strict=True):
            mapper.add_drafts(mapped, scope, self.names, places, one)
        return mapped

    def source_name(self, row: Row, *, alias: str, field: str, item: str = "") -> str:
        for mapper in self.mappers:
            if mapper.plan.alias == alias:
                return source_name(mapper, field, item=item, scope=Scope(row.data, row.parents), names=self.names)
        return ""

    def resolved(self) -> Mapping[str, str]:
        return self.names.taken()

    def missing_names(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        return missing_names(self.uses, columns)

    def unused_columns(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        return unused_columns(self.uses, columns)

    def _reads_faults(self, mapped: MappedRow, row: Row) -> bool:
        """Whether the template reads a value of this row that cannot be read; notes which."""
        if row.faults:
            unread = self.unused_columns(tuple(row.data))
            mapped.problems += [fault.at(name=name) for name, fault in row.faults.items() if name not in unread]
        return bool(mapped.problems)

    def _left_out(self, mapped: MappedRow, scope: Scope) -> bool:
        """Whether a condition of the template leaves this row out, or cannot be judged; notes why."""
        try:
            failed = failing(self.conditions, scope, self.names)
        except Refused as refused:
            mapped.problems.append(refused.problem)
            return True
        if failed is not None:
            mapped.skipped = failed.reason(scope, self.names)
        return failed is not None
