"""What changed between two versions is told by what it means, each thing once, and nothing that did not change."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from templates_app.catalog.types import Catalog
from templates_app.language.nodes import Element
from templates_app.mapping.comparing.compare import Difference, compare
from tests.language.documented import FILM_SAMPLE, VENDOR_SAMPLE
from tests.language.sample_catalog import SAMPLE_CATALOG
from tests.language.trees import TREES
from tests.mapping.changing import ANY_TREES
from tests.mapping.materials import MATERIALS, Material, changed, tree


def differences(old: str, new: str) -> tuple[Difference, ...]:
    return compare(tree(old), tree(new), SAMPLE_CATALOG)


def told(old: str, *changes: dict[str, Any]) -> list[tuple[str, list[tuple[str, str, str, str]]]]:
    """(sentence, cells) of each difference that these changes make."""
    found = differences(old, changed(old, *changes).xml)
    return [(str(one.words), [(cell.kind, str(cell.words), cell.old, cell.new) for cell in one.cells]) for one in found]


@pytest.mark.parametrize("material", MATERIALS, ids=lambda material: material.name)
def test_a_template_does_not_differ_from_itself(material: Material) -> None:
    assert compare(material.root, material.root, material.catalog) == ()


@given(old=TREES | ANY_TREES, new=TREES | ANY_TREES)
def test_any_two_trees_can_be_compared(old: Element, new: Element) -> None:
    for one in compare(old, new, SAMPLE_CATALOG):
        assert str(one.words)
        assert all(str(cell.words) for cell in one.cells)
    assert compare(new, new, Catalog({})) == ()


def test_what_is_new_or_gone_as_a_whole() -> None:
    came = compare(None, tree(VENDOR_SAMPLE), SAMPLE_CATALOG)
    went = compare(tree(VENDOR_SAMPLE), None, SAMPLE_CATALOG)
    assert [one.kind for one in came] == ["added"] * 5
    assert [one.kind for one in went] == ["removed"] * 5
    assert [one.new_path for one in came] == [one.old_path for one in went] == ["0", "1", "2", "3", "4"]
    assert compare(None, None, SAMPLE_CATALOG) == ()


def test_a_row_that_came_and_one_that_went() -> None:
    assert told(VENDOR_SAMPLE, {"verb": "add_rows", "text": "Société -> Company"}, {"verb": "remove", "path": "2"}) == [
        ("The row Société → Customer.Company was added.", []),
        ("The row Téléphone mobile → Customer.Mobile was removed.", []),
    ]


def test_a_row_of_the_same_field_is_the_same_row() -> None:
    assert told(VENDOR_SAMPLE, {"verb": "names", "path": "1", "names": ["Nom", "Name"]}) == [
        ("The row Nom → Customer.LastName changed.", [("changed", "Name", "Nom usage", "Nom | Name")])
    ]


def test_a_row_of_the_same_source_is_the_same_row() -> None:
    assert told(VENDOR_SAMPLE, {"verb": "target", "path": "1", "target": "FirstName"}) == [
        (
            "The row Nom usage → Customer.FirstName changed.",
            [("changed", "Field", "Customer.LastName", "Customer.FirstName")],
        )
    ]


def test_two_rows_that_swap_their_fields_are_told_by_field() -> None:
    found = told(
        VENDOR_SAMPLE,
        {"verb": "target", "path": "1", "target": "Mobile"},
        {"verb": "target", "path": "2", "target": "LastName"},
    )
    assert {cells[0][1] for _, cells in found} == {"Name"}


@pytest.mark.parametrize(
    ("attributes", "cells"),
    [
        ({"Required": "true"}, [("added", "Required", "", "")]),
        ({"OnEmpty": "Keep"}, [("changed", "Where the source is empty", "Clear", "Keep")]),
        ({"OnUpdate": "Fill"}, [("changed", "Where the record has a value", "Replace", "Fill")]),
        ({"Empty": "NA|-"}, [("changed", "Texts that mean nothing", "", "NA|-")]),
        ({"Zzz": "1"}, [("changed", "Zzz", "", "1")]),
        ({"OnEmpty": "Clear", "Required": "false"}, []),
    ],
)
def test_the_cells_of_a_row(attributes: dict[str, str], cells: list[tuple[str, str, str, str]]) -> None:
    found = told(VENDOR_SAMPLE, {"verb": "set", "path": "1", "attributes": attributes})
    assert [cell for _, inside in found for cell in inside] == cells


def test_a_key_is_told_at_the_row_and_at_its_type() -> None:
    xml = VENDOR_SAMPLE.replace("_IDDOSSIER", "FirstName")
    assert told(xml, {"verb": "key", "path": "3", "on": True}) == [
        ("The Type Customer changed.", [("changed", "Found by", "", "Email")]),
        ("The row Email → Customer.Email changed.", [("added", "Part of the key", "", "")]),
    ]


def test_the_fewest_rows_are_said_to_have_moved() -> None:
    assert told(VENDOR_SAMPLE, {"verb": "move", "path": "1", "after": "4"}) == [
        ("The row Nom usage → Customer.LastName stands in another place.", [])
    ]


def test_a_row_that_changed_and_moved_has_changed() -> None:
    ((sentence, cells),) = told(
        VENDOR_SAMPLE,
        {"verb": "set", "path": "1", "attributes": {"Required": "true"}},
        {"verb": "move", "path": "1", "after": "4"},
    )
    assert sentence == "The row Nom usage → Customer.LastName changed."
    assert cells == [("added", "Required", "", ""), ("moved", "Stands in another place", "", "")]


@pytest.mark.parametrize(
    ("change", "cells"),
    [
        (
            {"verb": "set", "path": "13.1", "attributes": {"Format": "yyyy"}},
            [("changed", "The step Date", "yyyy-MM-dd HH:mm", "yyyy")],
        ),
        (
            {"verb": "add", "parent": "13", "node": {"tag": "Trim"}},
            [("added", "without outer blanks", "", "")],
        ),
        ({"verb": "remove", "path": "13.0"}, [("removed", '" 23:59" after it', "", "")]),
        ({"verb": "move", "path": "13.0", "by": 1}, [("moved", "In another order", "", "")]),
        (
            {"verb": "add", "parent": "13", "node": {"tag": "Lookup", "attributes": {"Match": "Email"}}},
            [("added", "found by Email", "", "")],
        ),
    ],
)
def test_the_steps_of_a_row(change: dict[str, Any], cells: list[tuple[str, str, str, str]]) -> None:
    ((_, found),) = told(FILM_SAMPLE, change)
    assert found == cells


def test_a_row_whose_sources_were_coupled() -> None:
    ((_, cells),) = told(VENDOR_SAMPLE, {"verb": "couple", "path": "1", "name": "Prénom"})
    assert [cell[:2] for cell in cells] == [
        ("changed", "Name"),
        ("added", "The value of Nom usage"),
        ("added", "The value of Prénom"),
        ("added", 'joined with " "'),
    ]


def test_conditions_and_defaults_of_a_type() -> None:
    assert told(
        FILM_SAMPLE,
        {"verb": "test", "path": "0.0", "test": "Equals", "value": "x"},
        {"verb": "set", "path": "0.1", "attributes": {"Value": "2", "OnUpdate": "Fill"}},
        {"verb": "set", "path": "0", "attributes": {"ShouldUpdate": "true", "Repeated": "First"}},
    ) == [
        (
            "The Type Customer changed.",
            [
                ("changed", "Where a later row has the same key", "Update", "First"),
                ("added", "Updates records that exist", "", ""),
                ("added", 'only where Producteur / nom_producteur is "x"', "", ""),
                ("changed", "Default of Type", "1027", "2 (Fill)"),
                ("removed", "only where Producteur / nom_producteur is filled", "", ""),
            ],
        )
    ]


def test_a_type_called_otherwise_changes_nothing_else() -> None:
    assert told(FILM_SAMPLE, {"verb": "rename", "path": "1", "name": "Boss"}) == [
        ("The Type Resource (Boss) changed.", [("changed", "Called", "Director", "Boss")])
    ]


def test_a_map_called_otherwise_changes_nothing_else() -> None:
    xml = """<In><Type Name="Do" /><Property Name="a" Type="Do" Field="Label"><Map Use="m" /></Property>
      <Map Name="m"><Case From="a" To="b" /></Map></In>"""
    assert told(xml, {"verb": "rename", "path": "2", "name": "n"}) == [
        ("The map n changed.", [("changed", "Name", "m", "n")])
    ]


def test_the_values_of_a_map() -> None:
    xml = '<In><Map Name="m"><Case From="a" To="b" /><Case From="c" To="d" /><Otherwise To="x" /></Map></In>'
    ((sentence, cells),) = told(xml, {"verb": "pairs", "path": "0", "text": "a = z\ne = f", "otherwise": "keep"})
    assert sentence == "The map m changed."
    assert cells == [
        ("changed", 'The value "a"', "b", "z"),
        ("added", '"e" becomes "f"', "", ""),
        ("added", "any other value stays as it is", "", ""),
        ("removed", '"c" becomes "d"', "", ""),
        ("removed", 'any other value becomes "x"', "", ""),
    ]


def test_links_are_told_by_what_they_join() -> None:
    assert told(
        FILM_SAMPLE,
        {"verb": "set", "path": "9", "attributes": {"OnMissing": "Null"}},
        {"verb": "remove", "path": "17"},
    ) == [
        ("The link Project.Customer → Customer changed.", [("changed", "Where no record is found", "Error", "Null")]),
        ("The link Do.Resources → Director was removed.", []),
    ]


def test_the_settings_of_the_template() -> None:
    change = {"verb": "set", "path": "", "attributes": {"Rows": "data", "Empty": "-"}}
    condition = {"tag": "When", "attributes": {"Name": "x", "Present": "true"}}
    ((sentence, cells),) = told(VENDOR_SAMPLE, change, {"verb": "add", "parent": "", "node": condition})
    assert sentence == "The settings of the template changed."
    assert cells == [
        ("changed", "Where the rows are", "", "data"),
        ("changed", "Texts that mean nothing", "", "-"),
        ("added", "only where x is filled", "", ""),
    ]


def test_an_export_is_told_by_its_target_names() -> None:
    xml = (
        """<Out><Type Name="Do" /><Property Name="a" Type="Do" Field="Label" /><Constant Name="c" Value="1" /></Out>"""
    )
    assert told(
        xml,
        {"verb": "set", "path": "1", "attributes": {"Field": "Start", "Writing": "String"}},
        {"verb": "set", "path": "2", "attributes": {"Value": "2"}},
        {"verb": "set", "path": "", "attributes": {"IncludeDeleted": "true"}},
    ) == [
        ("The settings of the template changed.", [("added", "Sends deleted records too", "", "")]),
        (
            "The row Do.Start → a changed.",
            [("changed", "Written as", "Normal", "String"), ("changed", "Field", "Do.Label", "Do.Start")],
        ),
        ("The fixed value c changed.", [("changed", "Value", "1", "2")]),
    ]


def test_what_means_nothing_is_told_too() -> None:
    old = '<In><Type Name="Do" /><Property Name="a" Type="Do" Field="Label"><Wrong /></Property></In>'
    new = '<In><Type Name="Do" /><Property Name="a" Type="Do" Field="Label" /><Odd a="1" /></In>'
    assert [(one.kind, str(one.words)) for one in differences(old, new)] == [
        ("added", "Odd was added, which does nothing where it stands."),
        ("removed", "Wrong was removed, which did nothing where it stood."),
    ]


@pytest.mark.parametrize(
    "new", ["<In><!-- b --><Type /></In>", "<In><Type /></In>", "<In><!-- a --><!-- b --><Type /></In>"]
)
def test_comments_alone_are_told_as_such(new: str) -> None:
    (one,) = differences("<In><!-- a --><Type /></In>", new)
    assert (one.kind, one.what) == ("changed", "comments")


def test_the_layout_of_the_text_is_no_difference() -> None:
    assert (
        differences(
            VENDOR_SAMPLE, VENDOR_SAMPLE.replace("\n", "\n\n").replace('Name="Email" Type', 'Name="Email"  Type')
        )
        == ()
    )


def test_an_import_that_became_an_export_is_another_template() -> None:
    found = differences(
        VENDOR_SAMPLE, '<Out><Type Name="Customer" /><Property Name="x" Type="Customer" Field="Email" /></Out>'
    )
    assert {one.what for one in found} >= {"type", "row"}


def test_rows_of_one_field_are_paired_by_their_names_first() -> None:
    """A list field may be fed several times."""
    xml = """<In><Type Name="Do" ShouldInsert="true" />
      <Property Name="a" Type="Do" Field="Customers"><Lookup /></Property>
      <Property Name="b" Type="Do" Field="Customers"><Lookup /></Property></In>"""
    ((sentence, _),) = told(xml, {"verb": "remove", "path": "1"})
    assert sentence == "The row a → Do.Customers was removed."
