"""Feeds: a compiled Property, from the value it reads to the canonical value of its field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from templates_app.catalog.kinds.base import Kind, Setting
from templates_app.catalog.kinds.text import Text
from templates_app.catalog.problems import Problem, Refused
from templates_app.catalog.types import Catalog, EntityType
from templates_app.language.inputs import Input, compile_input
from templates_app.language.list_cells import listed
from templates_app.language.lookups import Finder, compile_finder, found_all
from templates_app.language.names import Names, Scope
from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps, StepSetting
from templates_app.language.values import MISSING

#: What a feed may remember of the values it has seen, and how long a text may be to be worth remembering.
MEMORY: Final = 4096
MEMORABLE_LENGTH: Final = 64

#: Texts of these kinds cost no more to clean than to remember, or hardly ever come twice.
_FORGOTTEN_KINDS: Final = frozenset({"Text", "Memo", "Email", "Phone"})

Clean = Callable[[Any, Setting], Any]
Stands = Callable[[Sequence[Any]], bool]


@dataclass(slots=True)
class Feed:
    """One Property. `memory` holds what texts became; None where that hangs on more than the text.

    `of_cell` is set when the kind reads the texts of tables in a way of its own.
    `direct` is the source name when the value goes to the kind as it stands, from one name, without steps.
    `plain_length` is set when the kind only takes outer blanks away from printable ASCII of at most this length.
    """

    field: str
    many: bool
    required: bool
    input: Input
    clean: Clean
    stands: Stands
    find: Finder | None
    setting: Setting
    direct: str = ""
    plain_length: int = 0
    of_cell: Callable[[str], object] | None = None
    memory: dict[str, Any] | None = None

    def value(self, scope: Scope, names: Names, setting: StepSetting) -> Any:
        """The canonical value, None for empty, MISSING when the source has no such name. Raises `Refused`."""
        if self.memory is None or self.input.named is None:
            return self.finished(self._stepped(scope, names, setting), scope, names)
        raw = self.input.named.read(scope, names)
        if raw is MISSING:
            return MISSING
        if type(raw) is str:
            known = self.memory.get(raw, MISSING)
            if known is not MISSING:
                return known
        value = self.finished(self.input.chain(raw, setting), scope, names)
        if type(raw) is str:
            self.remember(raw, value)
        return value

    def given(self, raw: Any, scope: Scope) -> Any:
        """What stands under its name, as its steps get it: a list field takes the list that a cell of a table holds."""
        return listed(raw) if self.many and scope.cells and isinstance(raw, str) else raw

    def _stepped(self, scope: Scope, names: Names, setting: StepSetting) -> Any:
        named = self.input.named
        if named is None or not self.many:
            return self.input.read(scope, names, setting)
        raw = self.given(named.read(scope, names), scope)
        return MISSING if raw is MISSING else self.input.chain(raw, setting)

    def remember(self, text: str, value: Any) -> None:
        """Keeps what a text became. When the memory is full it begins anew."""
        if self.memory is not None and len(text) <= MEMORABLE_LENGTH:
            if len(self.memory) >= MEMORY:
                self.memory.clear()
            self.memory[text] = value

    def problem(self, refused: Refused, scope: Scope, names: Names, alias: str) -> Problem:
        """The refusal with its place: the source name, the Type and the field."""
        return self.placed(refused.problem, scope, names, alias)

    def placed(self, problem: Problem, scope: Scope, names: Names, alias: str) -> Problem:
        """A problem of this feed with its place."""
        try:
            name = self.input.source_name(scope, names)
        except Refused:
            name = next(self.input.all_named()).names[0]
        return problem.at(name=name, type=alias, field=self.field)

    def lacking(self, scope: Scope, names: Names, alias: str) -> Problem:
        """The problem of a required value that is missing or empty."""
        return Problem(code="value_required", name=self.input.source_name(scope, names), type=alias, field=self.field)

    def finished(self, value: Any, scope: Scope, names: Names) -> Any:
        """The value as its field keeps it: looked up, or cleaned by its kind."""
        if value is MISSING or value is None:
            return value
        if self.find is None:
            if self.of_cell is not None and scope.cells and isinstance(value, str):
                value = self.of_cell(value)
            return self.clean(_without_empty(value) if self.many else value, self.setting)
        name = self.input.source_name(scope, names)
        return found_all(self.find, value, name) if self.many else self.find(value, name)


def compile_feed(
    element: Element, *, entity: EntityType, catalog: Catalog, maps: Maps, empties: frozenset[str], setting: Setting
) -> Feed:
    """The feed of one Property. ValueError when its field or its Lookup does not exist."""
    target = entity.fields.get(element.get("Field"))
    if target is None:
        raise ValueError(f"{entity.name} has no field {element.get('Field')!r}")
    kind = target.kind
    lookups = element.elements("Lookup")
    if kind.refers and not lookups:
        raise ValueError(f"{entity.name}.{target.name} is a reference and needs a Lookup")
    source = compile_input(element, maps, empties)
    feed = Feed(
        field=target.name,
        many=kind.many,
        required=element.flag("Required"),
        input=source,
        clean=kind.clean,
        stands=kind.as_they_stand,
        find=compile_finder(lookups[0], kind, catalog, setting) if lookups else None,
        setting=setting,
    )
    if type(kind).of_cell is not Kind.of_cell:
        feed.of_cell = kind.of_cell
    elif source.named is not None and not kind.many and not lookups and not source.reads_row:
        if len(source.named.names) == 1 and not source.chain.links:
            feed.direct = source.named.names[0]
            if type(kind) is Text and not source.named.empties:
                feed.plain_length = kind.max_length
        if source.chain.links or kind.name not in _FORGOTTEN_KINDS:
            feed.memory = {}
    return feed


def _without_empty(value: Any) -> Any:
    if not isinstance(value, list):
        return [value]
    return [item for item in value if item is not None]
