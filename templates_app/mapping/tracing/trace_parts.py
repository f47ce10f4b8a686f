"""What a trace is made of: where a value came from, what each step made of it, and what its field keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from templates_app.catalog.problems import Problem

#: `value`: the field gets it. `empty`: the source says nothing. `missing`: the source has no such name, the field is
#: not touched. `problem`: refused. `unused`: a default that the row's own value keeps from standing.
Outcome = Literal["value", "empty", "missing", "problem", "unused"]
Via = Literal["Property", "Default", "Link", "Constant"]


@dataclass(frozen=True, slots=True)
class Seen:
    """A value as a person reads it. `texts`: one for a value, several for a list, none when it is empty."""

    texts: tuple[str, ...] = ()
    many: bool = False

    @property
    def empty(self) -> bool:
        return not self.texts


@dataclass(frozen=True, slots=True)
class Stage:
    """One step at work. `path` is its address in the template, `arguments` its attributes as written.

    `problem` set: it refused, and nothing after it ran. `passed`: an empty value went by untouched.
    """

    path: str
    tag: str
    arguments: tuple[tuple[str, str], ...]
    before: Seen
    after: Seen
    passed: bool = False
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """One place a value is read from. `name` is the template's, `taken` the spelling of the source (with `Or`: of the
    name that had a value). Of an export, `name` is the field and `alias` its Type. `stages` are those of a `Source`.
    """

    path: str
    name: str
    taken: str
    raw: Seen
    missing: bool = False
    alias: str = ""
    stages: tuple[Stage, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """How one value came to its place: origins, then the steps all of them pass, then what the field keeps.

    `path` is the address of the Property, Default, Link or Constant. Import: `alias`, `field` say where it goes, `item`
    is the item of an `Each` Type (`3`, `3.2` or empty). Export: `target` is the name it is sent under. `value` is
    canonical (import: a Lookup or a list of them for references looked up, an alias' key for links) or what is sent.
    `lookup` names type and key a reference is found by. A Default has `when`: the operations it fills in.
    """

    path: str
    via: Via
    alias: str = ""
    field: str = ""
    label: str = ""
    kind: str = ""
    item: str = ""
    target: str = ""
    origins: tuple[Origin, ...] = ()
    stages: tuple[Stage, ...] = ()
    outcome: Outcome = "value"
    value: Any = None
    shown: Seen = Seen()
    lookup: str = ""
    when: tuple[str, ...] = ()
    problem: Problem | None = None
