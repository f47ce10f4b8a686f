"""One table: every element of the documentation stands in it, once for each place, and the manual tells all of it."""

from __future__ import annotations

import pytest

from templates_app.language.attributes import Form
from templates_app.language.elements.rule import ElementRule
from templates_app.language.grammar import (
    ROOTS,
    RULES,
    children_of,
    direction_of,
    places_of,
    rule_of,
    rules_of,
    step_of,
)
from templates_app.language.manual import manual
from templates_app.language.steps import STEPS


def names(rule: ElementRule | None) -> list[str]:
    assert rule is not None
    return [attribute.name for attribute in rule.attributes]


@pytest.mark.parametrize(
    ("parent", "tag", "attributes"),
    [
        ("", "In", ["Rows", "Columns", "Empty"]),
        ("In", "When", ["Name", "Or", "Equals", "In", "Matches", "Present", "AtLeast", "AtMost"]),
        ("Type", "Unless", ["Name", "Or", "Equals", "In", "Matches", "Present", "AtLeast", "AtMost"]),
        (
            "In",
            "Type",
            ["Name", "As", "ShouldInsert", "ShouldUpdate", "ShouldDelete", "Match", "Repeated", "Each"],
        ),
        ("Type", "Default", ["Field", "Value", "OnUpdate"]),
        (
            "In",
            "Property",
            ["Name", "Or", "Type", "Field", "Key", "Required", "Empty", "OnEmpty", "OnUpdate"],
        ),
        ("Property", "Source", ["Name", "Or", "Empty"]),
        ("Property", "Lookup", ["Match", "OnMissing"]),
        ("In", "Link", ["Type", "Field", "To", "OnMissing", "OnUpdate"]),
        ("In", "Map", ["Name"]),
        ("Map", "Case", ["From", "To"]),
        ("Map", "Otherwise", ["To", "Keep"]),
        ("Property", "Map", ["Use"]),
        ("Source", "Trim", []),
    ],
)
def test_an_import_has_the_documented_elements(parent: str, tag: str, attributes: list[str]) -> None:
    assert names(rule_of(direction="in", parent=parent, tag=tag)) == attributes


@pytest.mark.parametrize(
    ("parent", "tag", "attributes"),
    [
        ("", "Out", ["Rows", "IncludeDeleted"]),
        ("Out", "Type", ["Name", "As", "Through", "Each"]),
        ("Type", "When", ["Field", "Equals", "In", "Matches", "Present", "AtLeast", "AtMost"]),
        ("Type", "Order", ["Field", "Direction"]),
        ("Out", "Property", ["Name", "Type", "Field", "Writing"]),
        ("Property", "Source", ["Type", "Field"]),
        ("Out", "Constant", ["Name", "Value"]),
        ("Out", "Map", ["Name"]),
    ],
)
def test_an_export_has_the_documented_elements(parent: str, tag: str, attributes: list[str]) -> None:
    assert names(rule_of(direction="out", parent=parent, tag=tag)) == attributes


@pytest.mark.parametrize(
    ("direction", "parent", "tag"),
    [
        ("in", "In", "Default"),
        ("in", "In", "Source"),
        ("in", "In", "Trim"),
        ("in", "Property", "When"),
        ("in", "In", "Constant"),
        ("out", "Out", "Link"),
        ("out", "Property", "Lookup"),
        ("out", "Type", "Default"),
        ("out", "Out", "When"),
        ("in", "Source", "Source"),
    ],
)
def test_an_element_stands_nowhere_else(direction: str, parent: str, tag: str) -> None:
    assert rule_of(direction="in" if direction == "in" else "out", parent=parent, tag=tag) is None


@pytest.mark.parametrize("tag", sorted(STEPS))
def test_every_step_stands_in_properties_and_sources_of_both_directions(tag: str) -> None:
    for direction in ROOTS.values():
        for parent in ("Property", "Source"):
            rule = rule_of(direction=direction, parent=parent, tag=tag)
            assert rule is not None
            assert rule.step
            assert rule.attributes == STEPS[tag].attributes
    assert step_of(tag) is STEPS[tag]


def test_no_place_has_two_rules_for_one_tag() -> None:
    places = [(rule.direction, parent, rule.tag) for rule in RULES for parent in rule.parents]

    assert len(set(places)) == len(places)


def test_children_and_parents_agree() -> None:
    for rule in RULES:
        for child in children_of(rule):
            assert rule.tag in child.parents
        for parent in rule.parents:
            holders = [other for other in rules_of(rule.direction) if other.tag == parent]
            assert not parent or any(rule in children_of(holder) for holder in holders)


def test_every_choice_has_its_default_among_its_choices() -> None:
    for rule in RULES:
        for attribute in rule.attributes:
            assert (attribute.form is Form.CHOICE) == bool(attribute.choices)
            assert not attribute.choices or not attribute.default or attribute.default in attribute.choices
            assert not (attribute.required and attribute.default)


def test_every_rule_and_attribute_says_what_it_is() -> None:
    for rule in RULES:
        for sentence in (rule.sentence, *(attribute.sentence for attribute in rule.attributes)):
            assert sentence.endswith((".", "…"))


def test_places_of_a_misplaced_element_are_known() -> None:
    assert places_of(direction="in", tag="Default") == ("Type",)
    assert places_of(direction="in", tag="Map") == ("In", "Property", "Source")
    assert places_of(direction="out", tag="Default") == ()


def test_only_two_roots_are_known() -> None:
    assert (direction_of("In"), direction_of("Out"), direction_of("in")) == ("in", "out", None)


def test_the_manual_tells_of_every_element_and_attribute() -> None:
    text = manual()

    for rule in RULES:
        assert f"{rule.tag}`" in text
        for attribute in rule.attributes:
            assert f"| `{attribute.name}` |" in text


def test_the_manual_is_three_tables_of_four_columns() -> None:
    lines = manual().splitlines()

    assert [line for line in lines if line.startswith("#")] == [
        "### Import: `<In>`",
        "### Export: `<Out>`",
        "### Steps",
    ]
    for line in lines:
        if line.startswith("|"):
            assert line.replace("\\|", "").count("|") == 5
