"""What of a template with errors can be tried: everything but the lines the errors stand in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates_app.language.checks import check
from templates_app.language.compiler import compile_import
from templates_app.language.findings import has_errors
from templates_app.language.nodes import Element
from templates_app.language.reader import read
from templates_app.language.writer import write
from templates_app.mapping.places import element_at, walk
from templates_app.mapping.standing import Standing, standing
from tests.language.documented import FILM_SAMPLE, VENDOR_SAMPLE
from tests.language.mapping_catalog import CATALOG, SETTING


def stands(text: str) -> Standing:
    result = read(text)
    assert result.root is not None
    return standing(result.root, (*result.findings, *check(result.root, CATALOG)), CATALOG)


def tags(found: Standing) -> list[str]:
    assert found.root is not None
    return [f"{one.tag}:{one.get('Field') or one.get('Name')}" for one in found.root.elements()]


def test_a_template_without_errors_stands_as_it_is() -> None:
    root = read(VENDOR_SAMPLE).root
    assert root is not None
    found = standing(root, check(root, CATALOG), CATALOG)
    assert found.root is root
    assert found.left_out == ()


def test_a_wrong_property_is_left_out_and_named_by_its_error() -> None:
    found = stands(VENDOR_SAMPLE.replace('Field="Email"', 'Field="Emial"'))
    assert tags(found) == ["Type:Customer", "Property:LastName", "Property:Mobile", "Property:_IDDOSSIER"]
    assert [finding.code for finding in found.left_out] == ["field_unknown"]


def test_a_wrong_step_takes_its_property_with_it() -> None:
    found = stands(VENDOR_SAMPLE.replace('Field="Mobile" />', 'Field="Mobile"><Date Format="qq" /></Property>'))
    assert "Property:Mobile" not in tags(found)
    assert len(tags(found)) == 4


def test_of_a_type_only_the_wrong_default_goes() -> None:
    found = stands(VENDOR_SAMPLE.replace('Value="1026"', 'Value="nonsense"'))
    assert found.root is not None
    assert found.root.elements("Type")[0].elements() == []
    assert len(found.root.elements("Property")) == 4


def test_a_type_whose_key_is_not_there_yet_only_inserts() -> None:
    text = VENDOR_SAMPLE.replace('ShouldUpdate="true"', 'ShouldUpdate="true" Match="_LATER"').replace(
        "_IDDOSSIER", "_LATER"
    )
    found = stands(text)
    assert found.root is not None
    kept = found.root.elements("Type")[0]
    assert kept.get("ShouldInsert") == "true"
    assert not kept.has("Match")


def test_properties_that_make_no_declared_key_are_tried_without_being_one() -> None:
    found = stands(VENDOR_SAMPLE.replace('Field="Mobile"', 'Field="Mobile" Key="true"'))
    assert [finding.code for finding in found.left_out] == ["key_not_declared"]
    assert found.root is not None
    assert len(found.root.elements("Property")) == 4
    assert not any(one.has("Key") for one in found.root.elements("Property"))


def test_a_wrong_type_takes_what_feeds_it_and_leads_to_it() -> None:
    found = stands(FILM_SAMPLE.replace('<Type Name="Project"', '<Type Name="Projekt"'))
    assert found.root is not None
    assert [one.get("Name") for one in found.root.elements("Type")] == ["Customer", "Resource", "Do"]
    assert all(one.get("Type") != "Projekt" for one in found.root.elements())
    assert [link.get("Field") for link in found.root.elements("Link")] == ["Customers", "Resources"]


@pytest.mark.parametrize("text", ["<In></In>", "<In Wrong='1'><Type/></In>", "<In><Nothing/></In>"])
def test_where_nothing_is_left_nothing_stands(text: str) -> None:
    assert stands(text).root is None


def test_addresses_stay_those_of_the_whole_text() -> None:
    text = VENDOR_SAMPLE.replace('Field="Mobile"', 'Field="Mobil"').replace('Value="1026"', 'Value="nonsense"')
    whole = read(text).root
    assert whole is not None
    found = standing(whole, check(whole, CATALOG), CATALOG)
    assert found.root is not None
    for _, element in walk(found.root):
        original = element_at(whole, found.paths[id(element)])
        assert original is not None
        assert (original.tag, original.line, original.column) == (element.tag, element.line, element.column)


def test_the_tree_that_was_given_is_not_touched() -> None:
    root = read(VENDOR_SAMPLE.replace('Value="1026"', 'Value="nonsense"')).root
    assert root is not None
    before = write(root)
    standing(root, check(root, CATALOG), CATALOG)
    assert write(root) == before


@settings(max_examples=80)
@given(data=st.data(), text=st.sampled_from([VENDOR_SAMPLE, FILM_SAMPLE]))
def test_what_stands_has_no_errors_and_compiles(data: st.DataObject, text: str) -> None:
    root = read(text).root
    assert root is not None
    for _ in range(data.draw(st.integers(1, 4))):
        _spoil(data, root)
    text = write(root)
    result = read(text)
    assert result.root is not None
    found = standing(result.root, (*result.findings, *check(result.root, CATALOG)), CATALOG)
    if found.root is None:
        return
    assert not has_errors(check(found.root, CATALOG))
    assert compile_import(found.root, CATALOG, setting=SETTING).types


def _spoil(data: st.DataObject, root: Element) -> None:
    """Changes, adds or takes away an attribute, or takes an element away."""
    _, element = data.draw(st.sampled_from(list(walk(root))))
    act = data.draw(st.sampled_from(["change", "remove", "add", "drop"]))
    names = list(element.attributes)
    if act == "drop" and element.elements():
        element.children.remove(data.draw(st.sampled_from(element.elements())))
    elif act == "add" or not names:
        element.attributes[data.draw(st.sampled_from(["Match", "Each", "As", "Or", "Key", "Wrong"]))] = data.draw(
            st.sampled_from(["true", "x", "Email", ""])
        )
    elif act == "remove":
        del element.attributes[data.draw(st.sampled_from(names))]
    else:
        element.attributes[data.draw(st.sampled_from(names))] = data.draw(
            st.sampled_from(["", "x", "true", "Customer"])
        )
