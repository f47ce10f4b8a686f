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


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What every line has of its element: address, attributes, the comments right above it, and what else is in it."""

    path: str
    cells: tuple[Cell, ...]
    line: int
    column: int
    comments: tuple[str, ...] = ()
    others: tuple[OtherLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionLine(Placed):
    """A `When` or `Unless`. `names`: source names tried in order (import), or the one field (export).

    `test` is the attribute of the test (`Equals`, `In`, …), the first where several are written, "" for none.
    """

    tag: str
    names: tuple[str, ...]
    test: str
    value: str
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultLine(Placed):
    """A `Default` of a Type. `label` and `kind` of the field are "" where the catalog does not know it."""

    field: str
    label: str
    kind: str
    value: str
    on_update: str
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine(Placed):
    """An `Order` of an exported Type."""

    field: str
    label: str
    words: Words


@dataclass(frozen=True, slots=True)
class KeyChoice:
    """A key that the catalog declares for a Type. `name` is what `Match` says; `chosen`: records are found by it."""

    name: str
    fields: tuple[str, ...]
    unique: bool
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeLine(Placed):
    """A `<Type>`. `alias` is the name the rest of the template uses; `written_alias` its `As`, "" without.

    `known`: the catalog has an entity type `name`, with `title`; `custom`: it is a brand's own. `match` are the fields
    its records are found by, () for none; `match_from` says why: "match" (its Match), "key" (Properties with Key),
    "catalog" (the first unique key that is mapped) or "" (none). `rows` are the addresses of the Properties and Links
    that feed or show it. Of an export, the first Type gives the items; `through` and `each` say how others are reached.
    """

    name: str
    alias: str
    written_alias: str
    title: str
    custom: bool
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLine(Placed):
    """A `Case` of a map."""

    source: str
    target: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StepChip(Placed):
    """A step of a row. `use` names a map of the template; `pairs` are the cases of a Map step with its own."""

    tag: str
    words: Words
    use: str = ""
    pairs: PairTable | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupLine(Placed):
    """The `Lookup` of a row. `keys` are the keys of one field of the type it looks in (`target`)."""

    target: str
    match: str
    on_missing: str
    keys: tuple[str, ...]
    words: Words


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine(Placed):
    """One of the coupled values of a row: source names (import) or a field (export), with its own steps."""

    names: tuple[str, ...]
    target: Target | None
    steps: tuple[StepChip, ...]
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(Placed):
    """One Property.

    Import: `names` are the source names in the order they are tried (() where `sources` are coupled), `target` is the
    field that is fed. Export: `names` is the one target name, `target` the field that is shown (alias "" where
    `sources` are coupled). `key`: the field is part of the key its Type is matched by, `key_from` says why as
    `TypeLine.match_from` does; `key_written`: the Property itself says Key="true". `words` is the row in a sentence.
    """

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


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstantLine(Placed):
    """A fixed value in every exported item."""

    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLine(Placed):
    """A reference to the record of another Type of the row. `to_entity` is the entity type of `to`, "" if unknown."""

    target: Target
    to: str
    to_entity: str
    on_missing: str
    on_update: str
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class MapLine(Placed):
    """A named map. `used_by` are the addresses of the steps that use it."""

    name: str
    pairs: PairTable
    used_by: tuple[str, ...]


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
