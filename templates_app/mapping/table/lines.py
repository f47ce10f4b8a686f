"""The mapping view of a template as data: types, rows, links and maps, each with its address in the tree.

Everything of a template appears here: an element that has no place of its own stands among `others` of its parent.
`line` and `column` count from 1 and are where the element begins; 0 in a tree that was edited and not read again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from templates_app.mapping.words import Words


@dataclass(frozen=True, slots=True)
class Cell:
    """One attribute of an element, as a form shows it.

    `value` is None where the attribute is not written; `form` is a `language.attributes.Form` or, for an attribute that
    the grammar does not know here (`known=False`), "text". `sentence` is to be translated.
    """

    name: str
    value: str | None
    form: str = "text"
    choices: tuple[str, ...] = ()
    default: str = ""
    required: bool = False
    sentence: str = ""
    known: bool = True

    @property
    def effective(self) -> str:
        """The value that counts: the one written, else the default."""
        return self.default if self.value is None else self.value


@dataclass(frozen=True, slots=True)
class OtherLine:
    """An element without a place of its own in the view: unknown to the grammar, or one too many."""

    path: str
    tag: str
    attributes: Mapping[str, str]
    line: int
    column: int
    words: Words


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """A `When` or `Unless`. `names`: source names tried in order (import), or the one field (export).

    `test` is the attribute of the test (`Equals`, `In`, …), the first where several are written, "" for none.
    """

    path: str
    tag: str
    names: tuple[str, ...]
    test: str
    value: str
    words: Words
    cells: tuple[Cell, ...]
    line: int
    column: int
    others: tuple[OtherLine, ...] = ()


@dataclass(frozen=True, slots=True)
class DefaultLine:
    """A `Default` of a Type. `label` and `kind` of the field are "" where the catalog does not know it."""

    path: str
    field: str
    label: str
    kind: str
    value: str
    on_update: str
    words: Words
    cells: tuple[Cell, ...]
    line: int
    column: int
    others: tuple[OtherLine, ...] = ()


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An `Order` of an exported Type."""

    path: str
    field: str
    label: str
    words: Words
    cells: tuple[Cell, ...]
    line: int
    column: int
    others: tuple[OtherLine, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """A key that the catalog declares for a Type. `name` is what `Match` says; `chosen`: records are found by it."""

    name: str
    fields: tuple[str, ...]
    unique: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class TypeLine:
    """A `<Type>`. `alias` is the name the rest of the template uses; `written_alias` its `As`, "" without.

    `known`: the catalog has an entity type `name`, with `title`. `match` are the fields its records are found by,
    () for none; `match_from` says why: "match" (its Match), "key" (Properties with Key), "catalog" (the first unique
    key that is mapped) or "" (none). `rows` are the addresses of the Properties and Links that feed or show it.
    Of an export, the first Type gives the items; `through` and `each` say how others are reached.
    """

    path: str
    name: str
    alias: str
    written_alias: str
    title: str
    known: bool
    insert: bool
    update: bool
    delete: bool
    match: tuple[str, ...]
    match_from: str
    keys: tuple[KeyChoice, ...]
    repeated: str
    each: str
    through: str
    conditions: tuple[ConditionLine, ...]
    defaults: tuple[DefaultLine, ...]
    orders: tuple[OrderLine, ...]
    rows: tuple[str, ...]
    words: tuple[Words, ...]
    cells: tuple[Cell, ...]
    line: int
    column: int
    comments: tuple[str, ...] = ()
    others: tuple[OtherLine, ...] = ()


@dataclass(frozen=True, slots=True)
class PairLine:
    """A `Case` of a map."""

    path: str
    source: str
    target: str
    line: int
    column: int
    cells: tuple[Cell, ...] = ()
    others: tuple[OtherLine, ...] = ()


@dataclass(frozen=True, slots=True)
class PairTable:
    """The cases of a map. `text` has one pair a line, `M = Mr`, as `mapping.pairs` reads it back.

    `otherwise`: what an unlisted value becomes: "fail", "keep" or "value" (then `otherwise_value`); `otherwise_path` is
    "" where no `Otherwise` is written.
    """

    pairs: tuple[PairLine, ...]
    text: str
    otherwise: str
    otherwise_value: str
    otherwise_path: str
    words: Words


@dataclass(frozen=True, slots=True)
class StepChip:
    """A step of a row. `use` names a map of the template; `pairs` are the cases of a Map step with its own."""

    path: str
    tag: str
    words: Words
    cells: tuple[Cell, ...]
    line: int
    column: int
    use: str = ""
    pairs: PairTable | None = None
    others: tuple[OtherLine, ...] = ()


@dataclass(frozen=True, slots=True)
class LookupLine:
    """The `Lookup` of a row. `keys` are the keys of one field of the type it looks in (`target`)."""

    path: str
    target: str
    match: str
    on_missing: str
    keys: tuple[str, ...]
    words: Words
    cells: tuple[Cell, ...]
    line: int
    column: int
    others: tuple[OtherLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """Where a row leads (import), or what it shows (export): the field `field` of the Type `alias`.

    `entity` is the name of its entity type; `label`, `kind`, `refers_to` and `many` come from the catalog, "" and False
    where it does not know the field (`known=False`). `required`: a new record needs it.
    """

    alias: str
    entity: str
    field: str
    label: str = ""
    kind: str = ""
    refers_to: str = ""
    many: bool = False
    required: bool = False
    writable: bool = True
    retired: bool = False
    known: bool = False


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One of the coupled values of a row: source names (import) or a field (export), with its own steps."""

    path: str
    names: tuple[str, ...]
    target: Target | None
    steps: tuple[StepChip, ...]
    words: Words
    cells: tuple[Cell, ...]
    line: int
    column: int
    others: tuple[OtherLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One Property.

    Import: `names` are the source names in the order they are tried (() where `sources` are coupled), `target` is the
    field that is fed. Export: `names` is the one target name, `target` the field that is shown (alias "" where
    `sources` are coupled). `key`: the field is part of the key its Type is matched by, `key_from` says why as
    `TypeLine.match_from` does; `key_written`: the Property itself says Key="true". `comments` stand right above it.
    `words` is the row in a sentence.
    """

    path: str
    names: tuple[str, ...]
    sources: tuple[SourceLine, ...]
    steps: tuple[StepChip, ...]
    target: Target
    lookup: LookupLine | None
    key: bool
    key_from: str
    key_written: bool
    required: bool
    on_empty: str
    on_update: str
    empty: tuple[str, ...] | None
    writing: str
    words: Words
    cells: tuple[Cell, ...]
    line: int
    column: int
    comments: tuple[str, ...] = ()
    others: tuple[OtherLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ConstantLine:
    """A fixed value in every exported item."""

    path: str
    name: str
    value: str
    cells: tuple[Cell, ...]
    line: int
    column: int
    comments: tuple[str, ...] = ()
    others: tuple[OtherLine, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A reference to the record of another Type of the row. `to_entity` is the entity type of `to`, "" if unknown."""

    path: str
    target: Target
    to: str
    to_entity: str
    on_missing: str
    on_update: str
    words: Words
    cells: tuple[Cell, ...]
    line: int
    column: int
    comments: tuple[str, ...] = ()
    others: tuple[OtherLine, ...] = ()


@dataclass(frozen=True, slots=True)
class MapLine:
    """A named map. `used_by` are the addresses of the steps that use it."""

    path: str
    name: str
    pairs: PairTable
    used_by: tuple[str, ...]
    cells: tuple[Cell, ...]
    line: int
    column: int
    comments: tuple[str, ...] = ()
    others: tuple[OtherLine, ...] = ()


@dataclass(frozen=True, slots=True)
class MappingTable:
    """The whole template. `direction` is "in", "out", or "" for a root that is neither: then all of it is in `others`.

    `cells` are the attributes of the root (Rows, Columns, Empty; Rows, IncludeDeleted); `conditions` choose the rows of
    an import. `comments` are those that stand above nothing (at the end).
    """

    direction: str
    cells: tuple[Cell, ...] = ()
    conditions: tuple[ConditionLine, ...] = ()
    types: tuple[TypeLine, ...] = ()
    rows: tuple[Row, ...] = ()
    constants: tuple[ConstantLine, ...] = ()
    links: tuple[LinkLine, ...] = ()
    maps: tuple[MapLine, ...] = ()
    comments: tuple[str, ...] = ()
    others: tuple[OtherLine, ...] = field(default=())
