"""Compiles an `<Out>` template: what it reads, and the targets of an item."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.types import Catalog, EntityType, Key
from templates_app.language.chains import compile_chain
from templates_app.language.conditions import compile_test
from templates_app.language.drafts import ReadPlan
from templates_app.language.export_mapper import CompiledExport, FieldCondition, ItemList
from templates_app.language.matching import alias_of
from templates_app.language.nodes import Element
from templates_app.language.steps import STEPS
from templates_app.language.steps.base import Maps, StepSetting
from templates_app.language.steps.mapping import named_maps
from templates_app.language.targets import Shown, Target


@dataclass(frozen=True, slots=True)
class Output:
    """What the parts of one export template share while they are compiled. The first alias is the root."""

    root: Element
    setting: Setting
    maps: Maps
    types: Mapping[str, tuple[Element, EntityType]]

    @property
    def root_alias(self) -> str:
        return next(iter(self.types))

    def list_aliases(self) -> frozenset[str]:
        return frozenset(alias for alias, (element, _) in self.types.items() if element.has("Each"))

    def shown(self, element: Element) -> Shown:
        """The field that a Property or Source names; ValueError when there is none."""
        alias = element.get("Type") or self.root_alias
        field = self.types[alias][1].fields.get(element.get("Field")) if alias in self.types else None
        if field is None:
            raise ValueError(f"no field {alias}.{element.get('Field')}")
        steps = element.tag == "Source" and bool(element.elements(*STEPS))
        chain = compile_chain(element, self.maps, export=True) if steps else None
        return Shown(alias=alias, field=field.name, kind=field.kind, chain=chain)


def compile_items(root: Element, catalog: Catalog, *, setting: Setting) -> CompiledExport:
    """The mapper of an export template. ValueError when it did not pass the checks against this catalog."""
    output = output_of(root, catalog, setting=setting)
    members = _members(output)
    conditions = {alias: _conditions(element, entity, setting) for alias, (element, entity) in output.types.items()}
    return CompiledExport(
        plan=_read_plan(output, members),
        root=output.root_alias,
        members=members,
        conditions=conditions,
        keys=_keys(output, members),
        copied=_copied(output, members),
        setting=setting,
        blind=StepSetting(zone=setting.zone, source=lambda _name, _others: None, field=lambda _name: None),
    )


def output_of(root: Element, catalog: Catalog, *, setting: Setting) -> Output:
    """What the parts of an `<Out>` share while they are compiled. ValueError when it did not pass the checks."""
    return Output(root=root, setting=setting, maps=named_maps(root), types=_types(root, catalog))


def _types(root: Element, catalog: Catalog) -> dict[str, tuple[Element, EntityType]]:
    types: dict[str, tuple[Element, EntityType]] = {}
    for element in root.elements("Type"):
        entity = catalog.get(element.get("Name"))
        if entity is None or alias_of(element) in types:
            raise ValueError(f"no entity type, or one twice: {alias_of(element)!r}")
        types[alias_of(element)] = (element, entity)
    if not types:
        raise ValueError("an export needs a Type")
    return types


def _members(output: Output) -> tuple[Target | ItemList, ...]:
    """Targets in the template's order; a list stands where its first Property does."""
    lists = output.list_aliases()
    members: list[Target | ItemList] = []
    inside: dict[str, list[Target]] = {}
    for element in output.root.elements("Property", "Constant"):
        target = compile_target(element, output)
        alias = next((shown.alias for shown in target.shown if shown.alias in lists), "")
        if not alias:
            members.append(target)
            continue
        if alias not in inside:
            name = output.types[alias][0].get("Each")
            members.append(ItemList(alias=alias, name=name, path=_path(name), targets=()))
        inside.setdefault(alias, []).append(target)
    _refuse_collisions(member.path for member in members)
    for targets in inside.values():
        _refuse_collisions(target.path for target in targets)
    return tuple(
        ItemList(member.alias, member.name, member.path, tuple(inside[member.alias]))
        if isinstance(member, ItemList)
        else member
        for member in members
    )


def compile_target(element: Element, output: Output) -> Target:
    """One Property or Constant. ValueError when it did not pass the checks."""
    name = element.get("Name")
    if element.tag == "Constant":
        return Target(name=name, path=_path(name), constant=element.get("Value") or None)
    sources = element.elements("Source")
    has_steps = bool(sources or element.elements(*STEPS))
    return Target(
        name=name,
        path=_path(name),
        shown=tuple(output.shown(source) for source in (sources or [element])),
        chain=compile_chain(element, output.maps, export=True) if has_steps else None,
        writing=element.get("Writing", "Normal"),
        line=element.line,
    )


def _path(name: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in name.split("/"))
    if not all(parts):
        raise ValueError(f"no target name: {name!r}")
    return parts


def _refuse_collisions(paths: Iterable[tuple[str, ...]]) -> None:
    """ValueError when one name is taken twice, or is a value and holds others as well."""
    taken: set[tuple[str, ...]] = set()
    inner: set[tuple[str, ...]] = set()
    for path in paths:
        above = {path[:depth] for depth in range(1, len(path))}
        if path in taken or path in inner or above & taken:
            raise ValueError(f"a target name is taken: {'/'.join(path)}")
        taken.add(path)
        inner |= above


def _conditions(element: Element, entity: EntityType, setting: Setting) -> tuple[FieldCondition, ...]:
    conditions = []
    for child in element.elements("When", "Unless"):
        field = entity.fields.get(child.get("Field"))
        if field is None:
            raise ValueError(f"no field {entity.name}.{child.get('Field')}")
        test = compile_test(child, zone=setting.zone)
        conditions.append(FieldCondition(field=field.name, kind=field.kind, test=test, wanted=child.tag == "When"))
    return tuple(conditions)


def _read_plan(output: Output, members: tuple[Target | ItemList, ...]) -> ReadPlan:
    through: dict[str, tuple[str, str]] = {}
    each: dict[str, tuple[str, str]] = {}
    for alias, (element, entity) in list(output.types.items())[1:]:
        parent, _, field = element.get("Through").rpartition(".")
        if element.has("Each"):
            if not field or field not in entity.fields:
                raise ValueError(f"no reference field of {entity.name} points to the item: {element.get('Through')!r}")
            each[alias] = (entity.name, field)
        else:
            parent = parent or output.root_alias
            if parent not in output.types or parent in each or field not in output.types[parent][1].fields:
                raise ValueError(f"no way to {alias}: {element.get('Through')!r}")
            through[alias] = (parent, field)
    orders = {alias: _order(element) for alias, (element, _) in output.types.items()}
    return ReadPlan(
        root=output.root_alias,
        aliases={alias: entity.name for alias, (_, entity) in output.types.items()},
        through=_parents_first(through),
        each=each,
        fields=_fields_read(output, members, through, each),
        labelled=_labelled(members),
        include_deleted=output.root.flag("IncludeDeleted"),
        order=orders[output.root_alias],
        list_orders={alias: orders[alias] for alias in each if orders[alias]},
        rows=output.root.get("Rows"),
    )


def _order(element: Element) -> tuple[tuple[str, bool], ...]:
    """The fields that the records of a Type are sorted by, each with whether the largest comes first."""
    return tuple((child.get("Field"), child.get("Direction") == "Descending") for child in element.elements("Order"))


def _parents_first(through: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """The ways in an order in which they can be gone: a Type may stand before the one that leads to it."""
    left, ordered = dict(through), dict[str, tuple[str, str]]()
    while left:
        ready = [alias for alias, (parent, _) in left.items() if parent not in left]
        if not ready:
            raise ValueError(f"Types that are reached through one another only: {', '.join(left)}")
        ordered |= {alias: left.pop(alias) for alias in ready}
    return ordered


def _fields_read(
    output: Output,
    members: tuple[Target | ItemList, ...],
    through: Mapping[str, tuple[str, str]],
    each: Mapping[str, tuple[str, str]],
) -> dict[str, frozenset[str]]:
    """Alias -> every field that is shown, tested, sorted by, or followed to another Type."""
    fields: dict[str, set[str]] = {alias: set() for alias in output.types}
    for target in _targets(members):
        for shown in target.shown:
            fields[shown.alias].add(shown.field)
    for alias, (element, _) in output.types.items():
        fields[alias] |= {child.get("Field") for child in element.elements("When", "Unless", "Order")}
    for parent, field in through.values():
        fields[parent].add(field)
    for alias, (_, field) in each.items():
        fields[alias].add(field)
    return {alias: frozenset(names) for alias, names in fields.items()}


def _labelled(members: tuple[Target | ItemList, ...]) -> dict[str, frozenset[str]]:
    """Alias -> the reference fields that are shown by a label: all that are not written as they are kept."""
    labelled: dict[str, set[str]] = {}
    for target in _targets(members):
        for shown in () if target.kept else target.shown:
            if shown.kind.refers:
                labelled.setdefault(shown.alias, set()).add(shown.field)
    return {alias: frozenset(names) for alias, names in labelled.items()}


def _targets(members: tuple[Target | ItemList, ...]) -> Iterator[Target]:
    for member in members:
        yield from member.targets if isinstance(member, ItemList) else (member,)


def _keys(output: Output, members: tuple[Target | ItemList, ...]) -> tuple[Target, ...]:
    """The targets that show the key of a deleted record: a unique key if one is shown whole, the brand's own first."""
    by_field: dict[str, Target] = {}
    for member in members:
        if isinstance(member, Target) and len(member.shown) == 1 and member.shown[0].alias == output.root_alias:
            by_field.setdefault(member.shown[0].field, member)
    entity = output.types[output.root_alias][1]
    whole = [key for key in entity.keys if all(field in by_field for field in key.fields)]
    best = min(whole, key=_rank, default=None)
    return () if best is None else tuple(by_field[field] for field in best.fields)


def _copied(output: Output, members: tuple[Target | ItemList, ...]) -> tuple[tuple[str, str], ...]:
    """Name and field of every member, when nothing is nested, formatted, labelled or read of another Type."""
    copied = tuple(
        (member.path[0], member.shown[0].field)
        for member in members
        if isinstance(member, Target) and member.kept and member.shown[0].alias == output.root_alias
        if member.path == (member.name,)
    )
    return copied if len(copied) == len(members) else ()


def _rank(key: Key) -> tuple[bool, bool]:
    return (not key.unique, not any(field.startswith("_") for field in key.fields))
