"""The forms of the view offer what the catalog has and the grammar lets stand."""

from __future__ import annotations

import pytest

from templates_app.catalog.packs.planning import planning_pack
from templates_app.language.steps import STEPS
from templates_app.mapping.choices import choices_of
from tests.language.documented import FILM_SAMPLE, VENDOR_SAMPLE
from tests.language.sample_catalog import SAMPLE_CATALOG
from tests.mapping.materials import MATERIALS, Material, tree


def test_types_and_fields_are_those_of_the_catalog() -> None:
    choices = choices_of(tree(VENDOR_SAMPLE), SAMPLE_CATALOG)
    customer = choices.types[0]
    fields = {field.name: field for field in customer.fields}

    assert [choice.name for choice in choices.types] == ["Customer", "Project", "Resource", "Do"]
    assert customer.keys == ("Email", "Company", "_IDDOSSIER", "_IDDOSSIER,_SITE")
    assert (fields["_IDDOSSIER"].custom, fields["Created"].writable, fields["Fax"].retired) == (True, False, True)
    do = {field.name: field for field in choices.types[3].fields}
    assert (do["Customers"].many, do["Customers"].refers_to, do["Project"].many) == (True, "Customer", False)


def test_labels_and_titles_are_the_catalogs() -> None:
    customer = next(c for c in choices_of(tree(VENDOR_SAMPLE), planning_pack()).types if c.name == "Customer")
    assert next(field for field in customer.fields if field.name == "LastName").label == "Last name"
    assert customer.title


def test_aliases_are_the_names_that_rows_use_each_once() -> None:
    choices = choices_of(tree(FILM_SAMPLE), SAMPLE_CATALOG)
    assert [(choice.alias, choice.entity, choice.path) for choice in choices.aliases] == [
        ("Customer", "Customer", "0"),
        ("Director", "Resource", "1"),
        ("Project", "Project", "2"),
        ("Do", "Do", "3"),
    ]
    twice = choices_of(tree('<In><Type Name="Do" /><Type Name="Do" /><Type /></In>'), SAMPLE_CATALOG)
    assert [choice.path for choice in twice.aliases] == ["0"]


@pytest.mark.parametrize("root", ["<In/>", "<Out/>"])
def test_every_step_is_offered_with_its_attributes(root: str) -> None:
    choices = choices_of(tree(root), SAMPLE_CATALOG)
    assert [step.tag for step in choices.steps] == list(STEPS)
    date = choices.element("Date", parent="Property")
    assert date is not None
    assert [(a.name, a.form, a.required) for a in date.attributes] == [("Format", "letters", True)]


def test_what_may_stand_in_an_element_depends_on_where_it_stands() -> None:
    choices = choices_of(tree("<In/>"), SAMPLE_CATALOG)
    step, named = choices.element("Map", parent="Property"), choices.element("Map", parent="In")
    assert step is not None
    assert named is not None
    assert ([a.name for a in step.attributes], [a.name for a in named.attributes]) == (["Use"], ["Name"])
    assert choices.element("Order", parent="Type") is None
    assert choices.element("Property", parent="Type") is None


@pytest.mark.parametrize("material", MATERIALS, ids=lambda material: material.name)
def test_any_template_has_choices(material: Material) -> None:
    choices = choices_of(material.root, material.catalog)
    assert choices.direction == {"In": "in", "Out": "out"}.get(material.root.tag, "")
    assert len(choices.types) == len(material.catalog.types)
    assert bool(choices.elements) == bool(choices.direction)


def test_maps_are_named_once() -> None:
    xml = '<In><Map Name="a" /><Map Name="a" /><Map /><Map Name="b" /></In>'
    assert choices_of(tree(xml), SAMPLE_CATALOG).maps == ("a", "b")
