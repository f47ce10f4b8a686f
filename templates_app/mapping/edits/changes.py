"""What can be changed in the mapping view: one class a verb, and how a change is read from JSON-like data.

Every change names elements by their address (`mapping.places`). In the mappings that `change_from` reads, `verb` names
the class and the other members are its fields under their own names: `{"verb": "set", "path": "4", "attributes":
{"OnEmpty": "Keep"}}`. A member that is unknown, missing, or of another type is refused, never ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Node:
    """An element to be added. `children` are steps of a row, cases of a map, conditions of a Type …"""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class AddRows:
    """verb "add_rows": rows by typing, one a line: `Nom -> Customer.LastName`, `Nom -> LastName`, `Nom | Name`, `Nom`.

    `type` is the Type that a line without one means (default: the first). A line that only names a source gets a Field
    where the catalog has one that is called alike, else none: the row stands and asks for one. Rows go before the row
    `before`, by default below the last row of their Type. An export is typed the same way round: `label ->
    Customer.Label` shows Customer.Label under the name label. A Type that is not declared yet, but that the catalog
    has, is declared (inserting and updating); `=>`, an arrow or a tab (two columns of a spreadsheet) stand for `->`.
    """

    text: str
    type: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True)
class Add:
    """verb "add": an element inside `parent`, before or after an element there, by default where its like stand."""

    parent: str
    node: Node
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class SetAttributes:
    """verb "set": attributes of one element; None takes one away."""

    path: str
    attributes: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class SetNames:
    """verb "names": the source names of a Property, Source, condition or Add step, in the order they are tried."""

    path: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetTarget:
    """verb "target": `Type.Field`, or a bare field of the Type it has (else of the first Type)."""

    path: str
    target: str


@dataclass(frozen=True, slots=True)
class SetKey:
    """verb "key": whether the field of this Property is part of the key of its Type.

    Where the Type has a Match, the field joins or leaves it; else the Property says Key="true" or no longer does. A key
    that only the catalog chose is written down first, so that the switch changes this field and no other.
    """

    path: str
    on: bool


@dataclass(frozen=True, slots=True)
class SetMatch:
    """verb "match": the fields a Type is matched by; () leaves it to the catalog. Key="true" of its rows goes away."""

    path: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetTest:
    """verb "test": the one test of a condition, in place of those it has. `upper` of AtLeast is its AtMost."""

    path: str
    test: str
    value: str
    upper: str | None = None


@dataclass(frozen=True, slots=True)
class SetPairs:
    """verb "pairs": the cases of a map as lines (`mapping.pairs`); `path` is a Map, or a Property or Source.

    A Property or Source without a Map step gets one; a step that uses a named map leads to that map. `otherwise`:
    "fail", "keep" or "value" with `otherwise_value`; None leaves what is written.
    """

    path: str
    text: str
    otherwise: str | None = None
    otherwise_value: str = ""


@dataclass(frozen=True, slots=True)
class Rename:
    """verb "rename": the name by which the template speaks of a Type (its As) or a Map (its Name); all uses follow."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class SetEntity:
    """verb "entity": another entity type for a Type; where it has no As, all uses of its name follow."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Couple:
    """verb "couple": one more value for a Property, coupled by a Join. What it had becomes the first Source.

    Import: `name` is a source name; export: `name` is `Type.Field`. `separator` is the With of a new Join.
    """

    path: str
    name: str
    separator: str = " "


@dataclass(frozen=True, slots=True)
class Uncouple:
    """verb "uncouple": of a Property with one Source left, that Source becomes the Property's own, its steps first."""

    path: str


@dataclass(frozen=True, slots=True)
class Move:
    """verb "move": `by` steps up (-1) or down (1) among its like, or before / after another element of its kind."""

    path: str
    by: int = 0
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Remove:
    """verb "remove": an element and what is in it. `uses`: of a Type its rows and links too, of a Map the steps."""

    path: str
    uses: bool = False


@dataclass(frozen=True, slots=True)
class Duplicate:
    """verb "duplicate": a copy right after an element."""

    path: str


@dataclass(frozen=True, slots=True)
class Retag:
    """verb "retag": the same element under another tag that may stand there; for a mistyped one."""

    path: str
    tag: str


@dataclass(frozen=True, slots=True)
class Many:
    """verb "many": several changes, each on the tree that the one before gave; all or none."""

    changes: tuple[Change, ...]


Change = (
    AddRows
    | Add
    | SetAttributes
    | SetNames
    | SetTarget
    | SetKey
    | SetMatch
    | SetTest
    | SetPairs
    | Rename
    | SetEntity
    | Couple
    | Uncouple
    | Move
    | Remove
    | Duplicate
    | Retag
    | Many
)
