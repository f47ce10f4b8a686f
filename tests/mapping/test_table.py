"""The table shows everything of a template: each element once, at its address, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
from hypothesis import given

from templates_app.catalog.packs.planning import planning_pack
from templates_app.catalog.types import Catalog
from templates_app.language.nodes import Element
from templates_app.mapping.places import element_at, walk
from templates_app.mapping.table.lines import Cell, MappingTable, Row, TypeLine
from templates_app.mapping.table.whole import table_of
from templates_app.mapping.words import Words
from tests.language.documented import FILM_SAMPLE, VENDOR_SAMPLE
from tests.language.sample_catalog import SAMPLE_CATALOG
from tests.language.trees import TREES
from tests.mapping.changing import ANY_TREES
from tests.mapping.materials import BUILTIN, MATERIALS, Material, tree


def parts(value: object) -> Iterator[object]:
    """Everything inside a table, itself too."""
    yield value
    if isinstance(value, tuple):
        for item in value:
            yield from parts(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from parts(getattr(value, field.name))


def shown_paths(table: MappingTable) -> Counter[str]:
    found: Counter[str] = Counter()
    for part in parts(table):
        for name in ("path", "otherwise_path"):
            path = getattr(part, name, "")
            if path:
                found[path] += 1
    return found


def row(table: MappingTable, name: str) -> Row:
    return next(row for row in table.rows if name in row.names)


def type_line(table: MappingTable, alias: str) -> TypeLine:
    return next(line for line in table.types if line.alias == alias)


@pytest.mark.parametrize("material", MATERIALS, ids=lambda material: material.name)
def test_every_element_stands_in_the_table_once(material: Material) -> None:
    root = material.root
    expected = {path for path, _ in walk(root) if path}
    shown = shown_paths(table_of(root, material.catalog))

    assert set(shown) == expected
    assert set(shown.values()) <= {1}


@given(root=TREES | ANY_TREES)
def test_any_tree_has_a_table_that_shows_all_of_it(root: Element) -> None:
    for catalog in (SAMPLE_CATALOG, Catalog({})):
        table = table_of(root, catalog)
        assert set(shown_paths(table)) == {path for path, _ in walk(root) if path}


@given(root=TREES | ANY_TREES)
def test_all_words_of_any_table_can_be_said(root: Element) -> None:
    for part in parts(table_of(root, SAMPLE_CATALOG)):
        if isinstance(part, Words):
            assert str(part)


@pytest.mark.parametrize("material", MATERIALS, ids=lambda material: material.name)
def test_every_attribute_stands_in_the_cells_of_its_line(material: Material) -> None:
    """But of Otherwise, which is told apart, and of elements without a place, which have their attributes."""
    root = material.root
    cells = {
        part.path: {cell.name: cell.value for cell in part.cells if cell.value is not None}
        for part in parts(table_of(root, material.catalog))
        if hasattr(part, "path") and hasattr(part, "cells")
    }
    for path, written in cells.items():
        element = element_at(root, path)
        assert element is not None
        assert written == element.attributes


@pytest.mark.parametrize("material", MATERIALS, ids=lambda material: material.name)
def test_lines_stand_where_their_elements_begin(material: Material) -> None:
    root = material.root
    begins = {path: (element.line, element.column) for path, element in walk(root)}
    for part in parts(table_of(root, material.catalog)):
        if hasattr(part, "line"):
            assert (part.line, getattr(part, "column", 0)) == begins[getattr(part, "path", "?")]


@pytest.mark.parametrize("path", BUILTIN, ids=lambda path: path.stem)
def test_nothing_of_a_built_in_template_is_without_a_place(path: Path) -> None:
    table = table_of(tree(path.read_text(encoding="utf-8")), planning_pack())
    assert not [part for part in parts(table) if getattr(part, "others", ())]
    assert all(row.target.known for row in table.rows)


def test_the_vendors_sample_as_a_table() -> None:
    table = table_of(tree(VENDOR_SAMPLE), SAMPLE_CATALOG)
    (customer,) = table.types

    assert (table.direction, customer.alias, customer.known) == ("in", "Customer", True)
    assert (customer.insert, customer.update, customer.delete) == (True, True, False)
    assert (customer.match, customer.match_from) == (("_IDDOSSIER",), "catalog")
    assert customer.rows == ("1", "2", "3", "4")
    assert [key.name for key in customer.keys if key.chosen] == ["_IDDOSSIER"]
    assert [(row.path, row.names, row.target.field) for row in table.rows] == [
        ("1", ("Nom usage",), "LastName"),
        ("2", ("Téléphone mobile",), "Mobile"),
        ("3", ("Email",), "Email"),
        ("4", ("ID_DOSSIER",), "_IDDOSSIER"),
    ]
    assert [(row.key, row.key_from, row.key_written) for row in table.rows[2:]] == [
        (False, "", False),
        (True, "catalog", False),
    ]


def test_the_film_sample_as_a_table() -> None:
    table = table_of(tree(FILM_SAMPLE), SAMPLE_CATALOG)
    director = type_line(table, "Director")

    assert (director.name, director.written_alias, director.update) == ("Resource", "Director", False)
    assert [str(condition.words) for condition in director.conditions] == [
        "only where Réalisateur / nom_realisateur is filled"
    ]
    assert [(d.field, d.value, d.on_update, d.kind) for d in director.defaults] == [("Type", "Human", "Leave", "Combo")]
    assert director.rows == ("5",)
    end = table.rows[8]
    assert [(chip.path, chip.tag) for chip in end.steps] == [("13.0", "Suffix"), ("13.1", "Date")]
    assert [(link.target.alias, link.target.field, link.to, link.to_entity) for link in table.links] == [
        ("Project", "Customer", "Customer", "Customer"),
        ("Do", "Customers", "Customer", "Customer"),
        ("Do", "Project", "Project", "Project"),
        ("Do", "Resources", "Director", "Resource"),
    ]
    assert table.links[1].target.many
    assert row(table, "Identifiant du lieu").key_from == "key"


def test_a_field_is_shown_as_the_catalog_knows_it() -> None:
    target = table_of(tree(VENDOR_SAMPLE), planning_pack()).rows[0].target

    assert (target.label, target.kind, target.known, target.writable) == ("Last name", "Text", True, True)


def test_a_field_the_catalog_does_not_know_is_shown_by_its_name() -> None:
    target = table_of(tree(VENDOR_SAMPLE), Catalog({})).rows[0].target

    assert (target.alias, target.entity, target.field, target.label, target.known) == (
        "Customer",
        "Customer",
        "LastName",
        "",
        False,
    )


COUPLED = """<In>
  <Type Name="Do" ShouldInsert="true" />
  <Property Type="Do" Field="Start">
    <Source Name="day" Or="jour|dia" Empty="-"><Trim /></Source>
    <Source Name="hour" />
    <Join With=" " OnEmpty="Empty" />
    <Date Format="dd/MM/yyyy HH:mm" />
  </Property>
</In>"""


def test_coupled_sources_have_their_own_names_and_steps() -> None:
    (line,) = table_of(tree(COUPLED), SAMPLE_CATALOG).rows

    assert [(source.path, source.names) for source in line.sources] == [
        ("1.0", ("day", "jour", "dia")),
        ("1.1", ("hour",)),
    ]
    assert [chip.path for chip in line.sources[0].steps] == ["1.0.0"]
    assert [str(chip.words) for chip in line.steps] == [
        'joined with " ", empty if one is empty',
        "a date written dd/MM/yyyy HH:mm",
    ]
    assert line.names == ()
    assert str(line.words) == "day / jour / dia + hour gives Start of Do."


def test_a_reference_shows_the_keys_it_may_be_found_by() -> None:
    xml = """<In><Type Name="Project" ShouldInsert="true" />
      <Property Name="mail" Type="Project" Field="Customer"><Lookup Match="Email" OnMissing="Null" /></Property></In>"""
    (line,) = table_of(tree(xml), SAMPLE_CATALOG).rows

    assert line.lookup is not None
    assert (line.lookup.target, line.lookup.match, line.lookup.on_missing) == ("Customer", "Email", "Null")
    assert line.lookup.keys == ("Email", "Company", "_IDDOSSIER")
    assert str(line.words) == "mail finds the Customer that Customer of Project points to."


EXPORT = """<Out Rows="items" IncludeDeleted="true">
  <Type Name="Do"><When Field="Start" AtLeast="2026-01-01" AtMost="2026-12-31" />
    <Order Field="Start" Direction="Descending" /></Type>
  <Type Name="Project" Through="Project" />
  <Type Name="Resource" Each="people" Through="Resource.Manager" />
  <Property Name="when/start" Type="Do" Field="Start" Writing="String"><Date Format="dd/MM/yyyy" /></Property>
  <Property Name="what"><Source Type="Do" Field="Label" /><Source Type="Project" Field="Label" />
    <Join With=" - " /></Property>
  <Constant Name="source" Value="planning" />
</Out>"""


def test_an_export_is_shown_the_other_way_round() -> None:
    table = table_of(tree(EXPORT), SAMPLE_CATALOG)

    assert table.direction == "out"
    assert {cell.name: cell.value for cell in table.cells} == {"Rows": "items", "IncludeDeleted": "true"}
    assert [(line.names, line.target.alias, line.target.field, line.writing) for line in table.rows] == [
        (("when/start",), "Do", "Start", "String"),
        (("what",), "", "", "Normal"),
    ]
    assert [source.target.field for source in table.rows[1].sources if source.target] == ["Label", "Label"]
    assert [(line.name, line.value) for line in table.constants] == [("source", "planning")]
    assert str(table.rows[0].steps[0].words) == "the date written dd/MM/yyyy"
    assert str(table.rows[1].words) == "Do.Label + Project.Label together are sent as what."


def test_the_types_of_an_export_say_how_they_are_reached() -> None:
    first, project, people = table_of(tree(EXPORT), SAMPLE_CATALOG).types

    assert [str(words) for words in first.words] == ["One item for each record."]
    assert [str(words) for words in project.words] == ["Reached through Project."]
    assert [str(words) for words in people.words] == ["The records whose Manager is the item become the list people."]
    assert [str(c.words) for c in first.conditions] == ["only where Start is between 2026-01-01 and 2026-12-31"]
    assert [str(order.words) for order in first.orders] == ["by Start, largest first"]
    assert first.match == ()


def test_a_bar_in_a_target_name_parts_nothing() -> None:
    xml = '<Out><Type Name="Do" /><Property Name="a|b" Type="Do" Field="Label" /></Out>'
    assert table_of(tree(xml), SAMPLE_CATALOG).rows[0].names == ("a|b",)


def test_comments_stand_at_the_line_below_them() -> None:
    xml = """<In>
      <!-- head --><!-- more -->
      <Type Name="Do" />
      <!-- rows -->
      <Property Name="a" Type="Do" Field="Label" />
      <!-- tail -->
    </In>"""
    table = table_of(tree(xml), SAMPLE_CATALOG)

    assert table.types[0].comments == ("head", "more")
    assert table.rows[0].comments == ("rows",)
    assert table.comments == ("tail",)


STRANGE = """<In>
  <Typ Name="Customer"><Property Name="a" /></Typ>
  <Default Field="Type" Value="1" />
  <Type Name="Customer" ShouldInsert="true"><Order Field="Email" /></Type>
  <Property Name="a" Type="Customer" Field="Email" Colour="red"><Lookup /><Lookup Match="x" />
    <Map Use="m"><Extra /></Map></Property>
</In>"""


def test_what_has_no_place_is_told_with_the_reason() -> None:
    table = table_of(tree(STRANGE), SAMPLE_CATALOG)

    assert [(line.path, line.tag, str(line.words)) for line in table.others] == [
        ("0", "Typ", "Typ is not known here, and does nothing."),
        ("0.0", "Property", "Property stands inside an element that does nothing, and does nothing either."),
        ("1", "Default", "Default may not stand inside In: it belongs inside Type."),
    ]
    assert [line.tag for line in table.types[0].others] == ["Order"]
    assert [str(line.words) for line in table.rows[0].others] == [
        "Only the first Lookup counts; this one does nothing."
    ]
    assert [line.path for line in table.rows[0].steps[0].others] == ["3.2.0"]
    strange = [cell for cell in table.rows[0].cells if not cell.known]
    assert strange == [Cell("Colour", "red", known=False)]


def test_an_unknown_root_is_shown_as_what_has_no_place() -> None:
    table = table_of(tree('<Template Name="x"><Type Name="Do"><When /></Type></Template>'), SAMPLE_CATALOG)

    assert table.direction == ""
    assert [line.path for line in table.others] == ["0", "0.0"]
    assert [cell.name for cell in table.cells] == ["Name"]


def test_two_types_of_one_name_share_what_names_them() -> None:
    xml = """<In><Type Name="Customer" Match="Email" /><Type Name="Customer" Match="Company" />
      <Property Name="a" Type="Customer" Field="Email" /></In>"""
    table = table_of(tree(xml), SAMPLE_CATALOG)

    assert table.rows[0].key
    assert [line.path for line in table.types] == ["0", "1"]


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('Match="Email"', (("Email",), "match")),
        ('Match="Nothing, Known"', (("Nothing", "Known"), "match")),
        ("", (("_IDDOSSIER",), "catalog")),
    ],
)
def test_a_type_says_what_it_is_found_by_and_why(attributes: str, expected: tuple[tuple[str, ...], str]) -> None:
    xml = VENDOR_SAMPLE.replace('ShouldUpdate="true"', f'ShouldUpdate="true" {attributes}')
    line = table_of(tree(xml), SAMPLE_CATALOG).types[0]
    assert (line.match, line.match_from) == expected


def test_a_map_lists_its_pairs_as_they_are_typed() -> None:
    xml = """<In><Type Name="Customer" ShouldInsert="true" />
      <Property Name="t" Type="Customer" Field="Type"><Map Use="titles" /></Property>
      <Property Name="u" Type="Customer" Field="Company"><Map><Case From="a" To="" />
        <Otherwise To="rest" /></Map></Property>
      <Map Name="titles"><Case From="M." To="Mr" /><Case From="a = b" To="c" /><Otherwise Keep="true" /></Map></In>"""
    table = table_of(tree(xml), SAMPLE_CATALOG)
    (titles,) = table.maps
    own = table.rows[1].steps[0].pairs

    assert (titles.name, titles.used_by) == ("titles", ("1.0",))
    assert titles.pairs.text == 'M. = Mr\n"a = b" = c'
    assert (titles.pairs.otherwise, titles.pairs.otherwise_path) == ("keep", "3.2")
    assert table.rows[0].steps[0].use == "titles"
    assert table.rows[0].steps[0].pairs is None
    assert own is not None
    assert (own.otherwise, own.otherwise_value, own.pairs[0].target) == ("value", "rest", "")
    assert str(titles.pairs.words) == "Values listed: 2; any other stays as it is."


def test_a_cell_tells_the_value_that_counts() -> None:
    line = table_of(tree(VENDOR_SAMPLE), SAMPLE_CATALOG).rows[0]
    cells = {cell.name: cell for cell in line.cells}

    assert (cells["OnEmpty"].value, cells["OnEmpty"].effective) == (None, "Clear")
    assert cells["OnEmpty"].choices == ("Clear", "Keep")
    assert cells["Required"].choices == ("true", "false")
    assert (cells["Field"].value, cells["Field"].required) == ("LastName", True)


@pytest.mark.parametrize(
    ("others", "said"),
    [("", "a"), ("b", "a / b"), ("b|c", "a / b / c"), ("b|c|d", "a / …"), ("b|c|d|e|f", "a / …")],
)
def test_a_sentence_has_room_for_three_names(others: str, said: str) -> None:
    xml = f'<In><Type Name="Do" /><Property Name="a" Or="{others}" Type="Do" Field="Label" /></In>'
    assert str(table_of(tree(xml), SAMPLE_CATALOG).rows[0].words) == f"{said} gives Label of Do."


@pytest.mark.parametrize(
    ("switches", "said"),
    [
        ('ShouldInsert="true" ShouldUpdate="true"', ["New records are added.", "Records that exist are updated."]),
        ('ShouldDelete="true"', ["Records that are found are deleted."]),
        ('ShouldInsert="true" ShouldUpdate="true" ShouldDelete="true"', ["Records that are found are deleted."]),
        ("", ["Records are looked up, never written."]),
    ],
)
def test_a_type_that_deletes_is_said_to_do_nothing_else(switches: str, said: list[str]) -> None:
    xml = f'<In><Type Name="Customer" {switches} Match="Email"><When Name="gone" Present="true" /></Type></In>'
    [line] = table_of(tree(xml), SAMPLE_CATALOG).types
    assert [str(words) for words in line.words] == [*said, "Found by Email."]
