"""What a compiled import template is (plans) and what it gives for a row (drafts). The engine reads nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol

from templates_app.catalog.problems import Problem
from templates_app.catalog.types import EntityType, Key
from templates_app.sources.rows import Row

OnEmpty = Literal["Clear", "Keep"]
OnUpdate = Literal["Replace", "Fill", "Leave", "Lowest", "Highest"]
OnMissing = Literal["Error", "Null"]
Repeated = Literal["Update", "First", "Error"]


@dataclass(frozen=True, slots=True)
class FieldPolicy:
    """What a value does to a field of a record that exists already, or came earlier in this run."""

    on_empty: OnEmpty = "Clear"
    on_update: OnUpdate = "Replace"


@dataclass(frozen=True, slots=True)
class DefaultPlan:
    """`value` is canonical. `fed`: some Property or Link feeds this field (then it never fires for a missing name)."""

    value: Any
    on_update: Literal["Leave", "Fill", "Replace"] = "Leave"
    fed: bool = False


@dataclass(frozen=True, slots=True)
class TypePlan:
    """One compiled `<Type>`. `index` is its place in the template; drafts of a row come in this order.

    `match` None: records can only be inserted. `policies` has an entry for each fed field. `plain` says that no fed
    field is a reference: the planner's fast path.
    """

    index: int
    alias: str
    entity: EntityType
    insert: bool
    update: bool
    delete: bool
    match: Key | None
    repeated: Repeated
    defaults: Mapping[str, DefaultPlan]
    policies: Mapping[str, FieldPolicy]
    plain: bool


@dataclass(frozen=True, slots=True)
class Lookup:
    """A value that identifies another record: the target's type and key, and the key's match value.

    `name` is the source name, `shown` the text as it came, for messages.
    """

    entity: str
    key: Key
    value: str
    on_missing: OnMissing
    name: str
    shown: str


@dataclass(frozen=True, slots=True)
class LinkTo:
    """The record another draft of the same row gives: its position in `MappedRow.drafts`."""

    draft: int
    on_missing: OnMissing


@dataclass(slots=True)
class Draft:
    """One record wanted by one row.

    `values`: field -> canonical value; None = the source says empty; an absent field = the source has no such name.
    Reference fields hold Lookup, LinkTo or None; list reference fields a list of Lookup / LinkTo (empty list = None).
    `key` is the match value in `plan.match.space`, or None when the Type has no key. `item` is `3`, `3.2` or "".
    `shown_key` is the key as the source wrote it, at most 255 characters. `problems` are those of the row's that arose
    here.
    """

    plan: TypePlan
    values: dict[str, Any]
    key: str | None
    shown_key: str = ""
    item: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class MappedRow:
    """One row, mapped. With `problems` the row fails whole. `skipped` = left out by `In/When`, with the reason.

    `absent` lists the aliases left out by their own conditions.
    """

    row: Row
    drafts: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: Problem | None = None
    absent: tuple[str, ...] = ()


class ImportMapper(Protocol):
    """A compiled `<In>` template. Stateless but for name resolution: which spelling of each name the source uses.

    `resolved()` gives, once rows were mapped, source name of the template -> the spelling taken (only where they
    differ), and `unused_columns` / `missing_names` compare the template with the columns of a source.
    """

    types: tuple[TypePlan, ...]

    def map(self, row: Row) -> MappedRow: ...

    def map_all(self, rows: Sequence[Row]) -> list[MappedRow]:
        """What `map` gives for each of these rows; of many at once it costs a fraction."""
        ...

    def source_name(self, row: Row, *, alias: str, field: str, item: str = "") -> str:
        """The name, as the source spells it, under which this row gives a field; empty when no Property feeds it."""
        ...

    def resolved(self) -> Mapping[str, str]: ...

    def missing_names(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Names of the template for which no column of a tabular source fits."""
        ...

    def unused_columns(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        """Columns of a tabular source that no Property uses."""
        ...


class ExportRecord(NamedTuple):
    """A record as the exporter sees it. `references`: reference field -> ids in order, reachable in `related`."""

    id: int
    type: str
    label: str
    data: Mapping[str, Any]
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class ReadPlan:
    """What an export template reads: the first Type, the chain of further ones, and what follows from them.

    `root` is the alias of the first Type; `aliases`: alias -> entity type. `through`: alias -> (parent alias, reference
    field), parents first. `each`: alias -> (child type, its reference field pointing to the item). `fields` = alias ->
    catalog fields shown or tested, `labelled` = alias -> those of its reference fields that are shown by the labels of
    the records they refer to. `order`: (field, whether the largest comes first) of the items; `list_orders`: alias of a
    list that has one -> the same.
    """

    root: str
    aliases: Mapping[str, str]
    through: Mapping[str, tuple[str, str]]
    each: Mapping[str, tuple[str, str]]
    fields: Mapping[str, frozenset[str]]
    labelled: Mapping[str, frozenset[str]]
    include_deleted: bool
    order: tuple[tuple[str, bool], ...]
    list_orders: Mapping[str, tuple[tuple[str, bool], ...]]
    rows: str


class ExportMapper(Protocol):
    """A compiled `<Out>` template."""

    @property
    def plan(self) -> ReadPlan: ...

    def accepts(self, record: ExportRecord) -> bool:
        """Whether the root record passes the conditions of its Type."""
        ...

    def item(
        self,
        records: Mapping[str, ExportRecord | None],
        lists: Mapping[str, list[ExportRecord]],
        labels: Mapping[int, str],
    ) -> dict[str, Any]:
        """One item: alias -> record (None = nothing there), `Each` alias -> records, label of each referenced id.

        Names are nested (`a/b`), for JSON. Raises `Refused`, with its place, when a step cannot write a value.
        """
        ...

    def cells(
        self,
        records: Mapping[str, ExportRecord | None],
        lists: Mapping[str, list[ExportRecord]],
        labels: Mapping[int, str],
    ) -> dict[str, Any]:
        """The same item with its names as `columns()` gives them, for CSV and XLSX."""
        ...

    def deleted_item(self, record: ExportRecord) -> dict[str, Any]:
        """`{key fields, "deleted": true}` for a record deleted, or no longer passing, since."""
        ...

    def deleted_cells(self, record: ExportRecord) -> dict[str, Any]:
        """The same with its names as `columns(deleted=True)` gives them, for CSV and XLSX."""
        ...

    def columns(self, *, deleted: bool = False) -> tuple[str, ...]:
        """The target names in order, for CSV and XLSX. `deleted`: and those that tell of records gone."""
        ...
