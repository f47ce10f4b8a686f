"""The lines of a template as two versions are compared by them: what each is called, and what it says."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from typing import Any, Final

from templates_app.mapping.table.lines import (
    Cell,
    ConditionLine,
    ConstantLine,
    LinkLine,
    MapLine,
    MappingTable,
    OtherLine,
    PairTable,
    Row,
    SourceLine,
    StepChip,
    Target,
    TypeLine,
)
from templates_app.mapping.words import Words, words

#: Attributes with a label of their own; any other is called by its name.
LABELS: Final[Mapping[str, str]] = {
    "As": "cell_as",
    "Columns": "cell_columns",
    "Each": "cell_each",
    "Empty": "cell_empty",
    "Field": "cell_target",
    "IncludeDeleted": "cell_include_deleted",
    "Key": "cell_key",
    "Match": "cell_match",
    "Name": "cell_name",
    "OnEmpty": "cell_on_empty",
    "OnMissing": "cell_on_missing",
    "OnUpdate": "cell_on_update",
    "Repeated": "cell_repeated",
    "Required": "cell_required",
    "Rows": "cell_rows",
    "ShouldDelete": "cell_delete",
    "ShouldInsert": "cell_insert",
    "ShouldUpdate": "cell_update",
    "Through": "cell_through",
    "Value": "cell_value",
    "Writing": "cell_writing",
}


_PLAIN: Final = frozenset({"cells", "words", "comments", "names", "target", "keys"})


@dataclass(frozen=True, slots=True)
class Names:
    """What the Types and maps of an old template are called in the new one, where that is something else."""

    types: Mapping[str, str] = field(default_factory=dict)
    maps: Mapping[str, str] = field(default_factory=dict)

    def target(self, target: Target | None) -> str:
        """`Type.Field`, as the new template calls the Type; "" for neither."""
        if target is None or not (target.alias or target.field):
            return ""
        return f"{self.types.get(target.alias, target.alias)}.{target.field}"

    def source(self, source: SourceLine) -> str:
        return self.target(source.target) or " | ".join(source.names)


@dataclass(frozen=True, slots=True)
class Part:
    """Something inside a line, by a key of its own. `value` is what may change of it; `label` calls it then."""

    key: Hashable
    words: Words
    value: str = ""
    label: Words | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """One line. `name` is what people call it; `values` are its attributes, `flags` those that are on or off.

    `identity`: from strict to loose, what two versions of one line have in common.
    """

    what: str
    path: str
    name: str
    identity: tuple[Hashable | None, ...]
    values: Mapping[str, str] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()
    parts: tuple[Part, ...] = ()


def label_of(attribute: str) -> Words:
    return words(LABELS[attribute]) if attribute in LABELS else words("cell_attribute", name=attribute)


def template_subject(table: MappingTable) -> Subject:
    """The root: its attributes and conditions."""
    values, flags = _attributes(table.cells)
    return Subject("template", "", "", (1,), values, flags, tuple(_conditions(table.conditions)))


def type_subjects(table: MappingTable) -> list[Subject]:
    return [_type(line) for line in table.types]


def _type(line: TypeLine) -> Subject:
    """The fields it is found by count, whoever chose them."""
    values, flags = _attributes(line.cells, leave=("Name", "Match"))
    values = {**values, "Match": ", ".join(line.match)} if line.match or "Match" in values else values
    parts = [*_conditions(line.conditions)]
    for default in line.defaults:
        value = f"{default.value} ({default.on_update})" if default.on_update != "Leave" else default.value
        parts.append(Part(("default", default.field), default.words, value, words("cell_default", field=default.field)))
    parts += [Part(("order", order.field, order.words.code), order.words) for order in line.orders]
    name = line.name if line.alias == line.name else f"{line.name} ({line.alias})"
    identity = ((line.name, line.written_alias), (line.alias,), (line.name,))
    return Subject("type", line.path, name, identity, values, flags, tuple(parts))


def row_subjects(table: MappingTable, called: Names) -> list[Subject]:
    """Properties and Constants in their order."""
    say = _exported if table.direction == "out" else _imported
    rows = [(_place(row.path), _row(row, called, *say(row, called))) for row in table.rows]
    rows += [(_place(line.path), _constant(line)) for line in table.constants]
    return [subject for _, subject in sorted(rows, key=lambda row: row[0])]


def _place(path: str) -> int:
    return int(path.partition(".")[0])


def _imported(row: Row, called: Names) -> tuple[str, tuple[Hashable | None, ...]]:
    """What an import's row is called, and what it has in common with itself: its field before its source."""
    names = row.names or tuple(name for source in row.sources for name in source.names)
    target, first = called.target(row.target), next(iter(names), None)
    alias = called.types.get(row.target.alias, row.target.alias)
    identity = (("row", names, target), target or None, (first, alias) if first else None, first)
    return f"{first or '…'} → {target or '…'}", identity


def _exported(row: Row, called: Names) -> tuple[str, tuple[Hashable | None, ...]]:
    """An export's row: its target name before its field."""
    target, first = called.target(row.target), next(iter(row.names), None)
    shown = target or " + ".join(called.source(source) for source in row.sources)
    identity = (("row", row.names, target), row.names or None, target or None, None)
    return f"{shown or '…'} → {first or '…'}", identity


def _row(row: Row, called: Names, name: str, identity: tuple[Hashable | None, ...]) -> Subject:
    values, flags = _attributes(row.cells, leave=("Name", "Or", "Type", "Field", "Key"))
    shown = {**values, "Name": " | ".join(row.names), "Field": called.target(row.target)}
    parts = [part for source in row.sources for part in _source(source, called)]
    parts += _steps(row.steps, (), called)
    if row.lookup is not None:
        value = ", ".join(cell.effective for cell in row.lookup.cells if cell.effective)
        parts.append(Part(("lookup",), row.lookup.words, value, words("cell_lookup")))
    return Subject("row", row.path, name, identity, shown, flags | ({"Key"} if row.key else set()), tuple(parts))


def _source(source: SourceLine, called: Names) -> Iterator[Part]:
    shown = called.source(source)
    others = {cell.name: cell.effective for cell in source.cells if cell.name not in ("Name", "Or", "Type", "Field")}
    value = ", ".join(text for text in others.values() if text)
    yield Part(("source", shown), words("cell_source", source=shown), value, words("cell_source", source=shown))
    yield from _steps(source.steps, (shown,), called)


def _constant(line: ConstantLine) -> Subject:
    values, flags = _attributes(line.cells)
    return Subject("constant", line.path, line.name, (("constant", line.name), None, None, None), values, flags)


def link_subjects(table: MappingTable, called: Names) -> list[Subject]:
    return [_link(line, called) for line in table.links]


def _link(line: LinkLine, called: Names) -> Subject:
    target, to = called.target(line.target), called.types.get(line.to, line.to)
    values, flags = _attributes(line.cells, leave=("Type", "Field", "To"))
    identity = ((target, to), (target,), (called.types.get(line.target.alias, line.target.alias), to))
    shown = {**values, "Field": target, "To": to}
    return Subject("link", line.path, f"{target} → {to}", identity, shown, flags)


def map_subjects(table: MappingTable) -> list[Subject]:
    return [_map(line) for line in table.maps]


def _map(line: MapLine) -> Subject:
    values, flags = _attributes(line.cells)
    pairs = tuple(_pairs(line.pairs, ()))
    return Subject("map", line.path, line.name, ((line.name,), tuple(part.key for part in pairs)), values, flags, pairs)


def others_in(value: Any) -> list[OtherLine]:
    """Every element without a place of its own, wherever in a table it stands, in the order of the lines."""
    if isinstance(value, OtherLine):
        return [value]
    if isinstance(value, tuple):
        return [line for item in value for line in others_in(item)]
    kind: Any = type(value)
    return [line for name in _descended(kind) for line in others_in(getattr(value, name))]


@cache
def _descended(kind: type[Any]) -> tuple[str, ...]:
    """The members of a line that other lines may stand in."""
    members = fields(kind) if is_dataclass(kind) else ()
    return tuple(member.name for member in members if member.name not in _PLAIN)


def other_subjects(lines: Sequence[OtherLine]) -> list[Subject]:
    """Elements without a place in the view: the same or not."""
    return [
        Subject("other", line.path, line.tag, ((line.tag, tuple(sorted(line.attributes.items()))),)) for line in lines
    ]


def _attributes(cells: Sequence[Cell], *, leave: Sequence[str] = ()) -> tuple[dict[str, str], frozenset[str]]:
    """What counts: a default that is written says nothing new."""
    kept = [cell for cell in cells if cell.name not in leave]
    flags = frozenset(cell.name for cell in kept if cell.form == "flag" and cell.effective == "true")
    return {c.name: c.effective for c in kept if c.form != "flag" and (c.effective or c.value is not None)}, flags


def _conditions(lines: Sequence[ConditionLine]) -> Iterator[Part]:
    for line in lines:
        written = tuple((cell.name, cell.value) for cell in line.cells if cell.value is not None)
        yield Part(("condition", line.tag, written), line.words)


def _steps(steps: Sequence[StepChip], inside: tuple[str, ...], called: Names) -> Iterator[Part]:
    """The first, second … step of one tag: so that a step whose argument changed is the same step."""
    counts: dict[str, int] = {}
    for step in steps:
        number = counts[step.tag] = counts.get(step.tag, 0) + 1
        value = ", ".join(cell.effective for cell in step.cells if cell.effective)
        value = called.maps.get(value, value) if step.use else value
        key = ("step", inside, step.tag, number)
        yield Part(key, step.words, value, words("cell_step", step=step.tag))
        if step.pairs is not None:
            yield from _pairs(step.pairs, (*inside, step.tag, str(number)))


def _pairs(table: PairTable, inside: tuple[str, ...]) -> Iterator[Part]:
    for pair in table.pairs:
        said = words("cell_pair_whole", source=pair.source, target=pair.target)
        yield Part(("pair", inside, pair.source), said, pair.target, words("cell_pair", source=pair.source))
    value = table.otherwise_value if table.otherwise == "value" else ""
    if table.otherwise_path:
        said = words(f"otherwise_{table.otherwise}", value=value)
        yield Part(("otherwise", inside, table.otherwise), said, value, words("cell_otherwise"))
