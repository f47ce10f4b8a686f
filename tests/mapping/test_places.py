"""Addresses lead to elements, and places of findings to addresses."""

from __future__ import annotations

import pytest
from hypothesis import given

from templates_app.language.checks import check
from templates_app.language.nodes import Element
from templates_app.language.reader import read
from templates_app.mapping.places import element_at, parent_path, path_of, paths_at, row_of, walk
from tests.language.documented import FILM_SAMPLE, VENDOR_SAMPLE
from tests.language.trees import TREES
from tests.mapping.materials import MATERIALS, Material, tree


@given(root=TREES)
def test_every_element_is_found_at_its_address(root: Element) -> None:
    for path, element in walk(root):
        assert element_at(root, path) is element
        assert path_of(root, element) == path


def test_walking_goes_in_the_order_of_the_text() -> None:
    places = [(element.line, element.column) for _, element in walk(tree(FILM_SAMPLE))]
    assert places == sorted(places)


@pytest.mark.parametrize("path", ["9", "0.9", "a", "-1", "0.", ".0", "0..0", " 0", "0" * 7, "²"])
def test_what_is_no_address_leads_nowhere(path: str) -> None:
    assert element_at(tree(VENDOR_SAMPLE), path) is None


def test_an_element_of_another_tree_has_no_address() -> None:
    assert path_of(tree(VENDOR_SAMPLE), tree(VENDOR_SAMPLE).elements()[0]) is None


@pytest.mark.parametrize("material", MATERIALS, ids=lambda material: material.name)
def test_every_finding_leads_to_the_element_it_is_about(material: Material) -> None:
    root = material.root
    begins = {(element.line, element.column): path for path, element in walk(root)}
    for finding in (*read(material.xml).findings, *check(root, material.catalog)):
        place = (finding.line, finding.column)
        if place in begins:
            assert paths_at(root, [place]) == (begins[place],)


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        (1, 1, ""),
        (1, 0, ""),
        (2, 3, "0"),
        (3, 0, "0.0"),
        (3, 99, "0.0"),
        (4, 0, "0.0"),
        (5, 2, "0.0"),
        (99, 1, "4"),
        (0, 0, ""),
    ],
)
def test_a_place_between_elements_leads_to_the_one_before(line: int, column: int, expected: str) -> None:
    assert paths_at(tree(VENDOR_SAMPLE), [(line, column)]) == (expected,)


def test_a_line_with_several_elements_leads_to_the_first() -> None:
    assert paths_at(tree("<In>\n<Type /><Type />\n</In>"), [(2, 0)]) == ("0",)


@pytest.mark.parametrize(("path", "parent", "row"), [("4.1.0", "4.1", "4"), ("4", "", "4"), ("", "", "")])
def test_an_address_tells_its_parent_and_its_row(path: str, parent: str, row: str) -> None:
    assert (parent_path(path), row_of(path)) == (parent, row)
