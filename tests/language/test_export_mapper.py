from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from templates_app.catalog.problems import Refused
from templates_app.language.compiler import compile_export
from templates_app.language.drafts import ExportRecord, Lookup
from templates_app.language.reader import read
from templates_app.sources.rows import Row
from tests.language.mapping_catalog import CATALOG, SETTING, exporter, importer

SHOOT = ExportRecord(
    id=7,
    type="Do",
    label="Cléo",
    data={
        "_ID": "2024-1",
        "Label": "Cléo",
        "Start": "2024-04-30T22:00:00Z",
        "End": "2024-05-02T21:59:00Z",
        "AllDay": False,
        "Duration": "1.5",
        "Project": 3,
        "Resources": [5, 6],
        "_LAT": "48.856611",
    },
)
PROJECT = ExportRecord(
    id=3, type="Project", label="Film", data={"Label": "Film", "StartDate": "2024-05-01", "Customer": 1}
)
LABELS = {1: "Gaumont", 3: "Film", 5: "Varda", 6: "Demy"}


def shoot(inner: str = "", **attributes: str) -> str:
    """An `<Out>` with one Property `x` of a Do record."""
    given = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f'<Out><Type Name="Do"/><Property Name="x" Type="Do"{given}>{inner}</Property></Out>'


def item(text: str, *, records: Mapping[str, ExportRecord | None] | None = None, **lists: list[ExportRecord]) -> Any:
    return exporter(text).item(records or {"Do": SHOOT}, lists, LABELS)


@pytest.mark.parametrize(
    ("name", "writing", "expected"),
    [
        ("Label", "Normal", "Cléo"),
        ("Label", "Data", "Cléo"),
        ("Label", "KeyLabel", {"key": "Cléo", "label": "Cléo"}),
        ("AllDay", "Normal", False),
        ("AllDay", "String", "false"),
        ("Start", "Data", "2024-04-30T22:00:00Z"),
        ("Project", "Normal", "Film"),
        ("Project", "KeyLabel", {"key": 3, "label": "Film"}),
        ("Project", "String", "Film"),
        ("Project", "Data", 3),
        ("Resources", "Normal", ["Varda", "Demy"]),
        ("Resources", "KeyLabel", [{"key": 5, "label": "Varda"}, {"key": 6, "label": "Demy"}]),
        ("Resources", "String", "Varda, Demy"),
        ("Resources", "Data", [5, 6]),
        ("Remark", "Normal", None),
        ("Customers", "KeyLabel", None),
    ],
)
def test_a_field_is_written_as_its_property_asks(name: str, writing: str, expected: Any) -> None:
    assert item(shoot(Field=name, Writing=writing)) == {"x": expected}


@pytest.mark.parametrize(
    ("name", "steps", "expected"),
    [
        ("Start", '<Date Format="dd/MM/yyyy HH:mm"/>', "01/05/2024 00:00"),
        ("Start", '<Date Format="yyyy-MM-ddTHH:mm:ssK"/>', "2024-05-01T00:00:00+02:00"),
        ("End", '<Add Unit="Days" Amount="1"/><Date Format="dd/MM/yyyy"/>', "03/05/2024"),
        ("End", '<Add Unit="Minutes" Amount="1"/>', "2024-05-03T00:00:00+02:00"),
        ("_LAT", '<Number Decimal="," Round="2"/>', "48,86"),
        ("Duration", "<Number/>", Decimal("1.5")),
        ("AllDay", '<Boolean True="oui" False="non"/>', "non"),
        ("Label", "<Upper/>", "CLÉO"),
        ("Resources", '<Join With=" + "/>', "Varda + Demy"),
        ("Resources", "<Upper/>", ["VARDA", "DEMY"]),
        ("Remark", "<Upper/>", None),
        ("Remark", '<IfEmpty Value="-"/>', "-"),
        ("Label", '<Map><Case From="Cléo" To="C"/></Map>', "C"),
    ],
)
def test_steps_format_the_value(name: str, steps: str, expected: Any) -> None:
    assert item(shoot(steps, Field=name)) == {"x": expected}


def test_a_step_that_cannot_write_says_where() -> None:
    with pytest.raises(Refused) as refused:
        item(shoot("<Number/>", Field="Label"))
    problem = refused.value.problem
    assert (problem.code, problem.name, problem.type, problem.field) == ("not_a_number", "x", "Do", "Label")


def test_sources_are_coupled() -> None:
    inner = (
        '<Source Type="Do" Field="Label"><Upper/></Source><Source Type="Do" Field="Remark"/>'
        '<Source Type="Do" Field="_ID"/><Join With="/"/>'
    )
    text = f'<Out><Type Name="Do"/><Property Name="x">{inner}</Property></Out>'
    assert item(text) == {"x": "CLÉO/2024-1"}


CHAIN = """<Out Rows="items" IncludeDeleted="true">
  <Type Name="Do"><When Field="Start" AtLeast="2024-05-01"/><Unless Field="Label" Equals="void"/>
    <Order Field="Start" Direction="Descending"/><Order Field="Label"/></Type>
  <Type Name="Project" Through="Project"><Unless Field="Label" Equals="secret"/></Type>
  <Type Name="Customer" As="Client" Through="Project.Customer"/>
  <Constant Name="source" Value="planning"/>
  <Property Name="id" Type="Do" Field="_ID"/>
  <Property Name="film/title" Type="Project" Field="Label"/>
  <Property Name="film/from" Type="Project" Field="StartDate"/>
  <Property Name="client" Type="Client" Field="Company"/>
</Out>"""
CLIENT = ExportRecord(id=1, type="Customer", label="Gaumont", data={"Company": "Gaumont"})


def test_further_types_are_reached_through_references() -> None:
    mapper = exporter(CHAIN)
    records = {"Do": SHOOT, "Project": PROJECT, "Client": CLIENT}
    expected = {
        "source": "planning",
        "id": "2024-1",
        "film": {"title": "Film", "from": "2024-05-01"},
        "client": "Gaumont",
    }
    assert mapper.item(records, {}, {}) == expected
    assert mapper.columns() == ("source", "id", "film/title", "film/from", "client")
    assert mapper.cells(records, {}, {}) == {
        "source": "planning",
        "id": "2024-1",
        "film/title": "Film",
        "film/from": "2024-05-01",
        "client": "Gaumont",
    }


@pytest.mark.parametrize("project", [None, ExportRecord(id=3, type="Project", label="", data={"Label": "SECRET"})])
def test_a_further_record_that_is_not_there_is_written_empty(project: ExportRecord | None) -> None:
    mapped = exporter(CHAIN).item({"Do": SHOOT, "Project": project, "Client": None}, {}, {})
    assert mapped == {"source": "planning", "id": "2024-1", "film": {"title": None, "from": None}, "client": None}


def test_the_plan_says_what_is_read() -> None:
    plan = exporter(CHAIN).plan
    assert (plan.root, plan.rows, plan.include_deleted) == ("Do", "items", True)
    assert plan.aliases == {"Do": "Do", "Project": "Project", "Client": "Customer"}
    assert plan.through == {"Project": ("Do", "Project"), "Client": ("Project", "Customer")}
    assert plan.each == {}
    assert plan.order == (("Start", True), ("Label", False))
    assert plan.fields == {
        "Do": frozenset({"_ID", "Start", "Label", "Project"}),
        "Project": frozenset({"Label", "StartDate", "Customer"}),
        "Client": frozenset({"Company"}),
    }


@pytest.mark.parametrize(
    ("condition", "passes"),
    [
        ('Field="Start" AtLeast="2024-05-01"', True),
        ('Field="Start" AtLeast="2024-05-02"', False),
        ('Field="Label" Equals="cléo"', True),
        ('Field="Duration" AtMost="1.50"', True),
        ('Field="Duration" AtLeast="10"', False),
        ('Field="AllDay" Equals="false"', True),
        ('Field="Project" Present="true"', True),
        ('Field="Customers" Present="true"', False),
        ('Field="Remark" Present="false"', True),
        ('Field="Label" Matches="^c"', True),
        ('Field="Label" In="a|b"', False),
        ('Field="Label" AtLeast="10"', False),
    ],
)
def test_conditions_choose_the_records(condition: str, passes: bool) -> None:
    for tag, expected in (("When", passes), ("Unless", not passes)):
        text = f'<Out><Type Name="Do"><{tag} {condition}/></Type><Property Name="x" Type="Do" Field="_ID"/></Out>'
        assert exporter(text).accepts(SHOOT) is expected


@pytest.mark.parametrize(
    ("condition", "passes"),
    [
        ('Equals="individual"', True),
        ('Equals="1026"', True),
        ('Equals="1027"', False),
        ('In="Company|1026"', True),
        ('In="Company|1027"', False),
        ('AtLeast="1026"', True),
        ('AtLeast="1027"', False),
        ('Present="false"', False),
    ],
)
def test_a_choice_is_tested_by_its_name_and_by_its_number(condition: str, passes: bool) -> None:
    client = ExportRecord(id=1, type="Customer", label="", data={"Type": "Individual"})
    for tag, expected in (("When", passes), ("Unless", not passes)):
        condition_ = f'<{tag} Field="Type" {condition}/>'
        text = f'<Out><Type Name="Customer">{condition_}</Type><Property Name="x" Type="Customer" Field="Email"/></Out>'
        assert exporter(text).accepts(client) is expected


EACH = """<Out><Type Name="Project"/>
  <Type Name="Do" Each="planning/shoots" Through="Do.Project"><When Field="Label" Present="true"/></Type>
  <Property Name="title" Type="Project" Field="Label"/>
  <Property Name="id" Type="Do" Field="_ID"/>
  <Property Name="where/lat" Type="Do" Field="_LAT"/>
  <Property Name="full">
    <Source Type="Project" Field="Label"/><Source Type="Do" Field="Label"/><Join With=": "/>
  </Property>
</Out>"""


def test_records_that_point_to_the_item_become_a_list() -> None:
    mapper = exporter(EACH)
    unnamed = ExportRecord(id=8, type="Do", label="", data={"_ID": "2"})
    mapped = mapper.item({"Project": PROJECT}, {"Do": [SHOOT, unnamed]}, LABELS)
    shoots = [{"id": "2024-1", "where": {"lat": mapped["planning"]["shoots"][0]["where"]["lat"]}, "full": "Film: Cléo"}]
    assert mapped == {"title": "Film", "planning": {"shoots": shoots}}
    assert mapper.item({"Project": PROJECT}, {}, LABELS) == {"title": "Film", "planning": {"shoots": []}}
    assert mapper.plan.each == {"Do": ("Do", "Project")}
    assert "Project" in mapper.plan.fields["Do"]
    assert mapper.columns() == ("title", "planning/shoots")


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"ref": "_IDDOSSIER", "mail": "Email"}, {"ref": "D-1", "deleted": True}),
        ({"mail": "Email", "name": "LastName"}, {"name": "Durand", "deleted": True}),
        ({"x/mail": "Email"}, {"x": {"mail": "d@example.org"}, "deleted": True}),
        ({"first": "FirstName"}, {"key": 9, "deleted": True}),
        ({"siret": "_SIRET", "site": "_SITE"}, {"siret": "S", "deleted": True}),
    ],
)
def test_a_deleted_record_shows_its_key(properties: dict[str, str], expected: dict[str, Any]) -> None:
    shown = "".join(
        f'<Property Name="{name}" Type="Customer" Field="{target}"/>' for name, target in properties.items()
    )
    record = ExportRecord(
        id=9,
        type="Customer",
        label="Durand",
        data={"_IDDOSSIER": "D-1", "LastName": "Durand", "Email": "d@example.org", "_SIRET": "S", "_SITE": "T"},
        deleted=True,
    )
    assert exporter(f'<Out><Type Name="Customer"/>{shown}</Out>').deleted_item(record) == expected


def test_an_out_that_mirrors_an_in_gives_back_what_was_imported() -> None:
    into = importer(
        """<In><Type Name="Do" ShouldInsert="true" ShouldUpdate="true" Match="_ID"/>
        <Property Name="id" Type="Do" Field="_ID"/><Property Name="info/title" Type="Do" Field="Label"/>
        <Property Name="from" Type="Do" Field="Start"><Date Format="dd/MM/yyyy HH:mm"/></Property>
        <Property Name="whole" Type="Do" Field="AllDay"><Boolean True="oui" False="non"/></Property>
        <Property Name="lat" Type="Do" Field="_LAT"><Number Decimal="," Thousands=" "/></Property>
        <Property Name="hours" Type="Do" Field="Duration"/>
        <Property Name="film" Type="Do" Field="Project"><Lookup Match="Label"/></Property>
        <Property Name="crew" Type="Do" Field="Resources"><Split By=";"/><Lookup Match="Label"/></Property></In>"""
    )
    out = exporter(
        """<Out><Type Name="Do"/>
        <Property Name="id" Type="Do" Field="_ID"/><Property Name="info/title" Type="Do" Field="Label"/>
        <Property Name="from" Type="Do" Field="Start"><Date Format="dd/MM/yyyy HH:mm"/></Property>
        <Property Name="whole" Type="Do" Field="AllDay"><Boolean True="oui" False="non"/></Property>
        <Property Name="lat" Type="Do" Field="_LAT"><Number Decimal="," Thousands=" "/></Property>
        <Property Name="hours" Type="Do" Field="Duration"/>
        <Property Name="film" Type="Do" Field="Project"/>
        <Property Name="crew" Type="Do" Field="Resources"><Join With=";"/></Property></Out>"""
    )
    written = out.item({"Do": SHOOT}, {}, LABELS)
    result = into.map(Row(1, written))
    assert not result.problems
    values = dict(result.drafts[0].values)
    film, crew = values.pop("Project"), values.pop("Resources")
    assert isinstance(film, Lookup)
    assert (film.value, [lookup.value for lookup in crew]) == ("film", ["varda", "demy"])
    assert values == {name: SHOOT.data[name] for name in ("_ID", "Label", "Start", "AllDay", "_LAT", "Duration")}


@pytest.mark.parametrize(
    "text",
    [
        "<In/>",
        "<Out/>",
        '<Out><Type Name="Nothing"/></Out>',
        '<Out><Type Name="Do"/><Type Name="Do"/></Out>',
        '<Out><Type Name="Do"/><Type Name="Project" Through="Nothing"/></Out>',
        '<Out><Type Name="Do"/><Type Name="Project" Through="X.Project"/></Out>',
        '<Out><Type Name="Do"/><Type Name="Project"/></Out>',
        '<Out><Type Name="Project"/><Type Name="Do" Each="x" Through="Do.Nothing"/></Out>',
        '<Out><Type Name="Do"/><Property Name="x" Type="Do" Field="Nothing"/></Out>',
        '<Out><Type Name="Do"/><Property Name="x" Type="Project" Field="Label"/></Out>',
        '<Out><Type Name="Do"><When Field="Nothing" Present="true"/></Type></Out>',
        '<Out><Type Name="Do"/><Constant Name="a" Value="1"/><Constant Name="a/b" Value="1"/></Out>',
        '<Out><Type Name="Do"/><Constant Name="a/b" Value="1"/><Constant Name="a" Value="1"/></Out>',
        '<Out><Type Name="Do"/><Constant Name="a" Value="1"/><Constant Name="a" Value="1"/></Out>',
        '<Out><Type Name="Do"/><Constant Name="a//b" Value="1"/></Out>',
    ],
)
def test_a_template_that_did_not_pass_the_checks_is_not_compiled(text: str) -> None:
    root = read(text).root
    assert root is not None
    with pytest.raises(ValueError, match=r"\w"):
        compile_export(root, CATALOG, setting=SETTING)


COPYING = '<Property Name="a" Type="Do" Field="Label"/><Property Name="b" Type="Do" Field="Remark"/>'


@pytest.mark.parametrize(
    "more",
    [
        '<Property Name="more" Type="Do" Field="Project"/>',
        '<Property Name="more/inside" Type="Do" Field="Label"/>',
        '<Property Name="more" Type="Do" Field="Duration"/>',
        '<Property Name="more" Type="Do" Field="Label"><Upper/></Property>',
        '<Constant Name="more" Value="x"/>',
    ],
)
def test_an_export_that_only_copies_gives_what_it_gives_beside_other_members(more: str) -> None:
    """Such exports take a short way; nothing that has to be rendered, labelled, nested or formatted may."""
    short = exporter(f'<Out><Type Name="Do"/>{COPYING}</Out>')
    long = exporter(f'<Out><Type Name="Do"/>{COPYING}{more}</Out>')

    beside = long.item({"Do": SHOOT}, {}, LABELS)
    assert beside.pop("more") not in ({}, None)
    assert short.item({"Do": SHOOT}, {}, LABELS) == beside == {"a": "Cléo", "b": None}
    assert short.cells({"Do": SHOOT}, {}, LABELS) == {"a": "Cléo", "b": None}


def test_an_export_that_only_copies_gives_empty_values_where_there_is_no_record() -> None:
    assert exporter(f'<Out><Type Name="Do"/>{COPYING}</Out>').item({"Do": None}, {}, {}) == {"a": None, "b": None}


@pytest.mark.parametrize(("field", "kept"), [("Label", "Cléo"), ("Duration", Decimal("1.5"))])
def test_a_field_that_its_kind_renders_is_never_copied_as_it_is_kept(field: str, kept: Any) -> None:
    assert item(shoot(Field=field)) == {"x": kept}
