"""Fixes of conditions, sources, steps, maps and names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Final

from templates_app.catalog.folding import fold
from templates_app.language.checks.scope import Scope
from templates_app.language.checks.step_order import steps_that_cannot_follow
from templates_app.language.nodes import Element
from templates_app.language.steps import STEPS
from templates_app.mapping.edits.changes import Add, Many, Move, Node, Remove, SetAttributes, SetNames, SetTest
from templates_app.mapping.fixes.case import Case, Fix, Fixer
from templates_app.mapping.places import child_path, row_of
from templates_app.mapping.table.condition_lines import TESTS, source_names
from templates_app.mapping.words import words


def several_tests(case: Case) -> Iterator[Fix]:
    for test in TESTS:
        if case.element.has(test) and test != "AtMost":
            upper = case.element.attributes.get("AtMost") if test == "AtLeast" else None
            change = SetTest(case.path, test, case.element.get(test), upper)
            yield Fix(words("fix_keep", attribute=test), change)


def no_test(case: Case) -> Iterator[Fix]:
    yield Fix(words("fix_test_present"), SetTest(case.path, "Present", "true"))
    yield case.remove()


def amount_and_name(case: Case) -> Iterator[Fix]:
    yield case.set("fix_keep", said={"attribute": "Amount"}, Name=None, Or=None)
    if case.element.has("Name"):
        yield case.set("fix_keep", said={"attribute": "Name"}, Amount=None)


def name_and_sources(case: Case) -> Iterator[Fix]:
    attributes = case.param("attributes").split(", ")
    change = SetAttributes(case.path, dict.fromkeys(attributes, None))
    yield Fix(words("fix_without", attribute=", ".join(attributes)), change)


def source_below_steps(case: Case) -> Iterator[Fix]:
    """Below the Sources that stand right, or at the top."""
    row = case.parent
    first = next(index for index, child in enumerate(row.elements()) if child.tag != "Source")
    row_path = case.path_of(row)
    yield Fix(words("fix_move_first"), Move(case.path, before=child_path(row_path, first)))


def no_join(case: Case) -> Iterator[Fix]:
    yield Fix(words("fix_join"), _joined(case))


def _joined(case: Case) -> Add:
    """Before the steps, which work on the coupled value."""
    step = next((child for child in case.element.elements() if child.tag != "Source"), None)
    return Add(case.path, Node("Join", {"With": " "}), before=case.path_of(step) if step is not None else "")


def step_out_of_order(case: Case) -> Iterator[Fix]:
    """Above the step before it, where that puts the whole row right."""
    if not list(steps_that_cannot_follow(Scope.of(root=_moved_up(case), catalog=case.catalog))):
        yield Fix(words("fix_move_up"), Move(case.path, by=-1))
    yield case.remove()


def _moved_up(case: Case) -> Element:
    """A template of this row alone, with the step one place further up."""
    steps = [child for child in case.parent.elements() if child.tag in STEPS]
    place = next(place for place, step in enumerate(steps) if step is case.element)
    steps.insert(max(place - 1, 0), steps.pop(place))
    return Element(case.root.tag, {}, [Element("Property", {}, [*steps])])


def roll_over(case: Case) -> Iterator[Fix]:
    """The row that feeds the other field comes first."""
    row = case.root.elements()[int(row_of(case.path))]
    wanted = (row.get("Type"), case.element.get("Field"))
    rows = (other for other in case.root.elements("Property") if (other.get("Type"), other.get("Field")) == wanted)
    other = next(rows, row)
    if other is not row:
        change = Move(case.path_of(other), before=case.path_of(row))
        yield Fix(words("fix_move_row_above", field=other.get("Field")), change)
    yield case.remove()


def unwanted(case: Case) -> Iterator[Fix]:
    yield case.remove()


def unknown_map(case: Case) -> Iterator[Fix]:
    name, like = case.element.get("Use"), case.param("nearest")
    if like:
        yield case.written("Use", like)
    if name:
        cases = (Node("Otherwise", {"Keep": "true"}),)
        yield Fix(words("fix_add_map", name=name), Add("", Node("Map", {"Name": name}, cases)))


def use_and_cases(case: Case) -> Iterator[Fix]:
    own = case.element.elements("Case", "Otherwise")
    gone = tuple(Remove(case.path_of(child)) for child in reversed(own))
    yield Fix(words("fix_keep_map", name=case.element.get("Use")), Many(gone))
    yield case.set("fix_keep_cases", Use=None)


def otherwise_of_one(case: Case) -> Iterator[Fix]:
    if case.element.has("To"):
        yield case.set("fix_keep", said={"attribute": "To"}, Keep=None)
    yield case.set("fix_otherwise_keep", To=None, Keep="true")


def name_not_in_sample(case: Case) -> Iterator[Fix]:
    """The nearest name, in place of the present one or beside it."""
    like = case.param("nearest")
    if like and like not in source_names(case.element):
        names = source_names(case.element)
        yield Fix(words("fix_use", value=like), SetNames(case.path, (like, *names[1:])))
        if "|" not in like:
            yield Fix(words("fix_also", name=like), SetNames(case.path, (*names, like)))
    yield case.remove()


def column_twice(case: Case) -> Iterator[Fix]:
    """Columns are named by their place, so the later one gets a name of its own rather than going."""
    names: dict[str, str] = {}
    for name in case.element.members("Columns"):
        fresh = next(free for free in _numbered(name) if fold(free) not in names)
        names[fold(fresh)] = fresh
    yield case.written("Columns", ",".join(names.values()))


def _numbered(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name} {number}" for number in count(2))


def target_part_empty(case: Case) -> Iterator[Fix]:
    name = case.element.get("Name")
    parts = [part.strip() for part in name.split("/") if part.strip()]
    if parts:
        yield case.written("Name", "/".join(parts))


def each_group_twice(case: Case) -> Iterator[Fix]:
    groups = dict.fromkeys(case.element.members("Each"))
    yield case.written("Each", ", ".join(groups))


def number_signs(case: Case) -> Iterator[Fix]:
    """A point and a comma stand for one another's work in most countries."""
    other = {".": ",", ",": "."}.get(case.element.get("Thousands"))
    if other:
        yield case.written("Decimal", other)


VALUE_FIXES: Final[Mapping[str, Fixer]] = {
    "add_amount_and_name": amount_and_name,
    "case_twice": unwanted,
    "column_twice": column_twice,
    "condition_of_several_tests": several_tests,
    "condition_without_test": no_test,
    "each_group_twice": each_group_twice,
    "map_twice": unwanted,
    "map_unknown": unknown_map,
    "map_unused": unwanted,
    "map_use_and_cases": use_and_cases,
    "map_without_cases": unwanted,
    "name_not_in_sample": name_not_in_sample,
    "number_signs_alike": number_signs,
    "otherwise_needs_one": otherwise_of_one,
    "otherwise_twice": unwanted,
    "property_with_name_and_sources": name_and_sources,
    "roll_over_field_not_mapped": roll_over,
    "roll_over_needs_date": unwanted,
    "source_after_steps": source_below_steps,
    "sources_without_join": no_join,
    "step_cannot_follow": step_out_of_order,
    "step_only_in_imports": unwanted,
    "target_part_empty": target_part_empty,
    "target_twice": unwanted,
}
