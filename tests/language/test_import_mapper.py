from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.catalog.problems import Problem, Refused
from templates_app.language.compiler import compile_import, source_options
from templates_app.language.drafts import DefaultPlan, FieldPolicy, LinkTo, Lookup
from templates_app.language.reader import read
from templates_app.sources.rows import Row
from tests.language.documented import FILM_SAMPLE, VENDOR_SAMPLE
from tests.language.mapping_catalog import CATALOG, SETTING, customer, drafts, field, importer, mapped, template


def values(text: str, data: Any) -> dict[str, Any]:
    return drafts(text, data)[0].values


def codes(text: str, data: Any) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.name, problem.field) for problem in mapped(text, data).problems]


def test_the_vendors_sample_maps_a_row_to_one_customer() -> None:
    row = {"Nom usage": " Durand ", "Téléphone mobile": "+33612345678", "Email": "d@example.org", "ID_DOSSIER": "D-1"}
    mapper = importer(VENDOR_SAMPLE)
    draft = mapper.map(Row(1, row)).drafts[0]
    assert draft.values == {
        "LastName": "Durand",
        "Mobile": "+33612345678",
        "Email": "d@example.org",
        "_IDDOSSIER": "D-1",
    }
    assert (draft.key, draft.shown_key, draft.item) == ("d-1", "D-1", "")
    plan = mapper.types[0]
    assert plan.match is not None
    assert plan.match.name == "_IDDOSSIER"
    assert (plan.insert, plan.update, plan.delete, plan.repeated, plan.plain) == (True, True, False, "Update", True)
    assert plan.defaults == {"Type": DefaultPlan(value="Individual", on_update="Leave", fed=False)}
    assert plan.policies["LastName"] == FieldPolicy()


def test_the_samples_lower_case_twin_maps_alike_and_the_run_says_so() -> None:
    mapper = importer(VENDOR_SAMPLE)
    row = {"nom_usage": "Durand", "telephone mobile": "+33612345678", "email": "d@example.org", "id_dossier": "D-1"}
    draft = mapper.map(Row(1, row)).drafts[0]
    assert draft.values["LastName"] == "Durand"
    assert mapper.resolved() == {
        "Nom usage": "nom_usage",
        "Téléphone mobile": "telephone mobile",
        "Email": "email",
        "ID_DOSSIER": "id_dossier",
    }


SHOOT_2026 = {
    "Producteur": "Gaumont",
    "Réalisateur": "A. Varda",
    "Titre": "Cléo",
    "Date de début": "2024-05-01",
    "Date de fin": "2024-05-02",
    "Identifiant du lieu": "2024-1",
    "geo_point_2d": "48.85661133, 2.3522",
}
SHOOT_2021 = {
    "nom_producteur": "Gaumont",
    "nom_realisateur": "A. Varda",
    "nom_tournage": "Cléo",
    "date_debut": "2024-05-01",
    "date_fin": "2024-05-02",
    "id_lieu": "2024-1",
    "geo_point_2d": "48.85661133, 2.3522",
}


@pytest.mark.parametrize("row", [SHOOT_2026, SHOOT_2021])
def test_the_film_sample_gives_four_linked_records_from_either_header(row: dict[str, str]) -> None:
    company, director, project, shoot = drafts(FILM_SAMPLE, row)
    assert [draft.plan.alias for draft in (company, director, project, shoot)] == [
        "Customer",
        "Director",
        "Project",
        "Do",
    ]
    assert company.values == {"Company": "Gaumont"}
    assert director.values == {"Label": "A. Varda"}
    assert project.values == {
        "Label": "Cléo",
        "StartDate": "2024-05-01",
        "EndDate": "2024-05-02",
        "Customer": LinkTo(0, "Error"),
    }
    assert shoot.values == {
        "_ID": "2024-1",
        "Label": "Cléo",
        "Start": "2024-04-30T22:00:00Z",
        "End": "2024-05-02T21:59:00Z",
        "_LAT": "48.856611",
        "Customers": [LinkTo(0, "Error")],
        "Project": LinkTo(2, "Error"),
        "Resources": [LinkTo(1, "Error")],
    }
    assert project.plan.policies["StartDate"] == FieldPolicy(on_update="Lowest")
    assert not shoot.plan.plain


def test_a_type_left_out_empties_the_links_to_it() -> None:
    result = mapped(FILM_SAMPLE, {**SHOOT_2026, "Réalisateur": " ", "Producteur": None})
    assert result.absent == ("Customer", "Director")
    project, shoot = result.drafts
    assert project.values["Customer"] is None
    assert shoot.values["Customers"] is None
    assert shoot.values["Resources"] is None
    assert shoot.values["Project"] == LinkTo(0, "Error")


@pytest.mark.parametrize("empty", [None, "", "   ", "\u00a0", [], "NA", " - "])
def test_empty_is_none_and_missing_is_absent(empty: Any) -> None:
    text = customer(field("a"), field("b", "FirstName")).replace("<In>", '<In Empty="NA|-">')
    assert values(text, {"id": "1", "a": empty}) == {"_IDDOSSIER": "1", "LastName": None}


@pytest.mark.parametrize("value", ["na", "NAN", "0", "--"])
def test_texts_of_empty_respect_letter_case_and_are_whole(value: str) -> None:
    text = customer(field("a")).replace("<In>", '<In Empty="NA|-">')
    assert values(text, {"id": "1", "a": value})["LastName"] == value


def test_empty_of_a_property_replaces_that_of_the_template() -> None:
    text = customer(field("a", Empty=""), field("b", "FirstName", Empty="x|0")).replace("<In>", '<In Empty="NA">')
    assert values(text, {"id": "1", "a": "NA", "b": 0}) == {"_IDDOSSIER": "1", "LastName": "NA", "FirstName": None}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"a": "1", "b": "2"}, {"LastName": "1"}),
        ({"a": " ", "b": "2"}, {"LastName": "2"}),
        ({"b": "2"}, {"LastName": "2"}),
        ({"c": "3"}, {"LastName": "3"}),
        ({"a": "", "c": None}, {"LastName": None}),
        ({"z": "1"}, {}),
    ],
)
def test_other_names_are_tried_while_those_before_are_missing_or_empty(
    row: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert values(customer(field("a", Or="b|c")), {"id": "1", **row}) == {"_IDDOSSIER": "1", **expected}


def test_all_problems_of_a_row_come_together_with_their_places() -> None:
    text = customer(field("mail", "Email"), field("kind", "Type"), field("need", Required="true"))
    result = mapped(text, {"id": "", "mail": "nobody", "kind": "9999", "need": " "})
    assert {(p.code, p.name, p.type, p.field) for p in result.problems} >= {
        ("choice_unknown", "kind", "Customer", "Type"),
        ("value_required", "need", "Customer", "LastName"),
        ("key_missing", "id", "Customer", "_IDDOSSIER"),
    }
    assert [p.value for p in result.problems if p.field == "Email"] == ["nobody"]
    assert len(result.problems) == 4


@pytest.mark.parametrize("row", [{"id": "1"}, {"id": "1", "a": None}])
def test_required_means_neither_missing_nor_empty(row: dict[str, Any]) -> None:
    assert codes(customer(field("a", Required="true")), row) == [("value_required", "a", "LastName")]


def test_a_required_value_that_is_refused_has_one_problem() -> None:
    assert codes(customer(field("a", "Email", Required="true")), {"id": "1", "a": "nobody"}) == [
        ("email_invalid", "a", "Email")
    ]


def test_if_empty_rescues_a_required_value() -> None:
    text = customer(field("a", inner='<IfEmpty Value="none"/>', Required="true"))
    assert values(text, {"id": "1", "a": ""})["LastName"] == "none"
    assert codes(text, {"id": "1"}) == [("value_required", "a", "LastName")]


@pytest.mark.parametrize(
    ("key", "expected"),
    [("é" * 255, None), ("x" * 256, "text_too_long")],
)
def test_a_key_is_at_most_255_characters(key: str, expected: str | None) -> None:
    result = mapped(customer(), {"id": key})
    assert [problem.code for problem in result.problems] == ([expected] if expected else [])


def test_a_key_that_grows_too_long_when_folded_is_a_problem() -> None:
    assert codes(customer(), {"id": "\ufdfa" * 20}) == [("key_too_long", "id", "_IDDOSSIER")]


def test_a_key_of_two_fields_joins_their_match_forms() -> None:
    text = (
        '<In><Type Name="Customer" ShouldInsert="true" Match="_SIRET,_SITE">'
        '<Default Field="_SITE" Value="Main"/></Type>'
        '<Property Name="s" Type="Customer" Field="_SIRET"/><Property Name="t" Type="Customer" Field="_SITE"/></In>'
    )
    one, other = drafts(text, {"s": "A", "t": "B C"})[0], drafts(text, {"s": "AB", "t": ""})[0]
    assert (one.key, one.shown_key) == ("1:a3:b c", "A, B C")
    assert (other.key, other.shown_key) == ("2:ab4:main", "AB, Main")
    assert codes(text, {"s": None, "t": "x"}) == [("key_missing", "s", "_SIRET")]


def test_a_type_without_any_key_only_inserts() -> None:
    text = '<In><Type Name="Skill" ShouldInsert="true"/><Property Name="n" Type="Skill" Field="Name"/></In>'
    draft = drafts(text, {"n": "Welding"})[0]
    assert draft.plan.match is None
    assert (draft.key, draft.shown_key) == (None, "")


def test_policies_and_defaults_are_told_to_the_engine() -> None:
    text = (
        '<In><Type Name="Customer" ShouldInsert="true" Match="_IDDOSSIER" Repeated="First">'
        '<Default Field="LastName" Value=" X " OnUpdate="Fill"/><Default Field="Type" Value="1027"/></Type>'
        '<Property Name="id" Type="Customer" Field="_IDDOSSIER"/>'
        '<Property Name="a" Type="Customer" Field="LastName" OnEmpty="Keep" OnUpdate="Highest"/></In>'
    )
    plan = importer(text).types[0]
    assert plan.repeated == "First"
    assert plan.defaults["LastName"] == DefaultPlan(value="X", on_update="Fill", fed=True)
    assert plan.defaults["Type"] == DefaultPlan(value="Company", on_update="Leave", fed=False)
    assert plan.policies["LastName"] == FieldPolicy(on_empty="Keep", on_update="Highest")


@pytest.mark.parametrize(
    ("condition", "value", "holds"),
    [
        ('Equals="Oui"', " oui ", True),
        ('Equals="Oui"', "non", False),
        ('Equals="Oui"', None, False),
        ('Equals="12"', 12, True),
        ('In="a|B|c"', "b", True),
        ('In="a|B|c"', "d", False),
        ('Matches="^fin"', "FINI", True),
        ('Matches="^fin"', "la fin", False),
        ('Matches="^fin"', None, False),
        ('Present="true"', "x", True),
        ('Present="true"', " ", False),
        ('Present="false"', " ", True),
        ('AtLeast="10"', "9", False),
        ('AtLeast="10"', "10.0", True),
        ('AtLeast="10"', None, False),
        ('AtLeast="10"', ["x", 11], True),
        ('AtLeast="10"', ["", 9], False),
        ('AtLeast="10"', Decimal("10.5"), True),
        ('AtMost="2024-01-31"', "2024-01-31", True),
        ('AtMost="2024-01-31"', "2024-02-01T08:00", False),
        ('AtMost="2024-01-31"', date(2024, 1, 1), True),
        ('AtLeast="2024-01-31"', datetime(2024, 1, 31, 8), True),
        ('AtLeast="b" AtMost="d"', "C", True),
        ('AtLeast="b" AtMost="d"', "e", False),
        ('Equals="b"', ["a", "B"], True),
        ('Equals="b"', ["a"], False),
        ('Present="true"', {"a": 1}, True),
        ('Equals="b"', {"a": 1}, False),
    ],
)
def test_conditions_test_what_a_row_says(condition: str, value: Any, holds: bool) -> None:
    data = {"id": "1", "state": value}
    for tag, expected in (("When", holds), ("Unless", not holds)):
        text = customer().replace("/><Property", f'><{tag} Name="state" {condition}/></Type><Property', 1)
        result = mapped(text, data)
        assert bool(result.drafts) is expected
        assert result.absent == (() if expected else ("Customer",))


@pytest.mark.parametrize(
    ("bounds", "value", "code"),
    [
        ('AtLeast="1000"', "1000,50", "number_invalid"),
        ('AtMost="1000"', "abc", "number_invalid"),
        ('AtLeast="10"', ["9", "x"], "number_invalid"),
        ('AtLeast="10"', date(2026, 1, 1), "number_invalid"),
        ('AtLeast="2026-02-01"', "31.01.2026", "date_invalid"),
        ('AtLeast="2026-01-01" AtMost="2026-02-01"', 46023, "date_invalid"),
    ],
)
@pytest.mark.parametrize("tag", ["When", "Unless"])
@pytest.mark.parametrize("of_row", [True, False])
def test_a_value_that_cannot_be_compared_fails_its_row(
    bounds: str, value: Any, code: str, tag: str, of_row: bool
) -> None:
    condition = f'<{tag} Name="state" {bounds}/>'
    before, after = ("<In>", f"<In>{condition}") if of_row else ("/><Property", f">{condition}</Type><Property")
    text = customer().replace(before, after, 1)
    result = mapped(text, {"id": "1", "state": value})
    assert (result.drafts, result.skipped) == ([], None)
    assert [(problem.code, problem.name) for problem in result.problems] == [(code, "state")]
    assert result.problems[0].value


def test_a_row_that_another_condition_leaves_out_need_not_be_comparable() -> None:
    text = customer().replace("<In>", '<In><When Name="n" AtLeast="10"/><When Name="state" Equals="open"/>')
    assert mapped(text, {"id": "1", "n": "x", "state": "closed"}).skipped is not None
    assert mapped(text, {"id": "1", "n": "x", "state": "open"}).problems[0].name == "n"


def test_a_row_left_out_says_why() -> None:
    text = customer().replace("<In>", '<In><When Name="state" Or="etat" Equals="open"/>')
    result = mapped(text, {"id": "1", "etat": "closed"})
    assert not result.drafts
    assert result.skipped == Problem("left_out_by_when", {"source": "etat"}, name="etat", value="closed")
    assert mapped(text, {"id": "1", "state": "Open"}).skipped is None


def test_a_row_that_could_not_be_read_fails_as_it_is() -> None:
    problem = Problem("row_shape")
    result = importer(customer()).map(Row(3, {"id": "1"}, problem=problem))
    assert (result.problems, result.drafts) == ([problem], [])


def test_an_ambiguous_name_fails_the_field_and_names_the_spellings() -> None:
    result = mapped(customer(field("e-mail", "Email")), {"id": "1", "Email": "a@b.fr", "E_mail": "c@d.fr"})
    assert [(p.code, p.name, p.field) for p in result.problems] == [("name_ambiguous", "e-mail", "Email")]


def test_sources_are_coupled_each_after_its_own_steps() -> None:
    inner = '<Source Name="a"><Upper/></Source><Source Name="b" Or="c" Empty="NA"/><Join With="-"/>'
    text = customer(f'<Property Type="Customer" Field="LastName">{inner}</Property>')
    assert values(text, {"id": "1", "a": "x", "b": "NA", "c": "y"})["LastName"] == "X-y"
    assert values(text, {"id": "1", "b": "y"})["LastName"] == "y"
    assert values(text, {"id": "1", "a": "", "b": ""})["LastName"] is None
    assert "LastName" not in values(text, {"id": "1"})


FLIGHTS = """<In Empty="NA">
  <Type Name="Resource" As="Plane" Match="_TAIL" />
  <Type Name="Do" ShouldInsert="true" Match="_ID" />
  <Property Type="Do" Field="_ID">
    <Source Name="year"/><Source Name="flight"/><Join With="/" OnEmpty="Empty"/>
  </Property>
  <Property Type="Do" Field="Start">
    <Source Name="year"/><Source Name="month"/><Source Name="day"/>
    <Source Name="sched_dep_time"><Pad Length="4" With="0"/></Source>
    <Join With="-" OnEmpty="Empty"/><Date Format="yyyy-M-d-HHmm"/>
  </Property>
  <Property Type="Do" Field="End">
    <Source Name="year"/><Source Name="month"/><Source Name="day"/>
    <Source Name="sched_arr_time"><Pad Length="4" With="0"/></Source>
    <Join With="-" OnEmpty="Empty"/><Date Format="yyyy-M-d-HHmm"/><RollOver Field="Start"/>
  </Property>
  <Property Name="tailnum" Type="Do" Field="Resources"><Lookup Match="_TAIL" OnMissing="Null"/></Property>
  <Property Name="tailnum" Type="Plane" Field="_TAIL" />
</In>"""


@pytest.mark.parametrize(
    ("departure", "arrival", "start", "end"),
    [
        ("515", "819", "2013-01-01T04:15:00Z", "2013-01-01T07:19:00Z"),
        ("2359", "345", "2013-01-01T22:59:00Z", "2013-01-02T02:45:00Z"),
        ("5", "2400", "2012-12-31T23:05:00Z", "2013-01-01T23:00:00Z"),
    ],
)
def test_flights_are_dated_from_parts_and_roll_over_midnight(
    departure: str, arrival: str, start: str, end: str
) -> None:
    row = {"year": "2013", "month": "1", "day": "1", "flight": "1545", "tailnum": "N14228"}
    _, flight = drafts(FLIGHTS, {**row, "sched_dep_time": departure, "sched_arr_time": arrival})
    assert (flight.values["Start"], flight.values["End"], flight.key) == (start, end, "2013/1545")
    (plane,) = flight.values["Resources"]
    assert (plane.entity, plane.key.name, plane.value, plane.on_missing) == ("Resource", "_TAIL", "n14228", "Null")
    assert (plane.name, plane.shown) == ("tailnum", "N14228")


def test_a_blank_part_empties_a_key_and_a_lookup() -> None:
    row = {"year": "2013", "month": "1", "day": "1", "flight": "NA", "tailnum": "NA", "sched_dep_time": "NA"}
    result = mapped(FLIGHTS, row)
    assert {(problem.code, problem.field) for problem in result.problems} == {
        ("key_missing", "_TAIL"),
        ("key_missing", "_ID"),
    }
    assert result.drafts[1].values["Resources"] is None
    assert result.drafts[1].values["Start"] is None


CONTRACTS = """<In Rows="marches">
  <Type Name="Customer" As="Buyer" ShouldInsert="true" Match="_SIRET" />
  <Type Name="Customer" As="Supplier" ShouldInsert="true" Match="_SIRET" Each="titulaires[typeIdentifiant=SIRET]" />
  <Type Name="Project" ShouldInsert="true" Match="_UID" />
  <Type Name="Do" ShouldInsert="true" Match="_ID" Each="titulaires" />
  <Property Name="acheteur/id" Type="Buyer" Field="_SIRET" />
  <Property Name="acheteur/nom" Type="Buyer" Field="Company" />
  <Property Name="id" Type="Supplier" Field="_SIRET" />
  <Property Name="denominationSociale" Type="Supplier" Field="Company" />
  <Property Name="../acheteur/nom" Type="Supplier" Field="Notes" />
  <Property Name="id" Type="Project" Field="_UID" />
  <Property Name="objet" Type="Project" Field="Label"><Cut Length="255"/></Property>
  <Property Name="dateNotification" Type="Project" Field="StartDate"><Cut Length="10"/></Property>
  <Property Name="dateNotification" Type="Project" Field="EndDate"><Add Unit="Months" Name="dureeMois"/></Property>
  <Property Name="id" Type="Do" Field="_ID" />
  <Link Type="Project" Field="Customer" To="Buyer" />
  <Link Type="Do" Field="Customers" To="Buyer" />
  <Link Type="Do" Field="Customers" To="Supplier" />
  <Link Type="Do" Field="Project" To="Project" />
</In>"""

CONTRACT = {
    "id": "2018-1",
    "acheteur": {"id": "2197", "nom": "Mairie"},
    "objet": "Carburants",
    "dureeMois": 12,
    "dateNotification": "2018-12-17+01:00",
    "titulaires": [
        {"typeIdentifiant": "SIRET", "id": "A1", "denominationSociale": "Total"},
        {"typeIdentifiant": "TVA", "id": "A2", "denominationSociale": "Autre"},
        {"typeIdentifiant": "SIRET", "id": "A3", "denominationSociale": "Esso"},
    ],
}


def test_an_amount_that_means_nothing_adds_nothing() -> None:
    months = '<Add Unit="Months" Name="months" Or="m"/>'
    nothing = f'<In Empty="NA">{customer(field("from", "_SITE", months))[4:]}'
    here = customer(field("from", "_SITE", months, Empty="?"))
    row = {"id": "1", "from": "2024-01-31", "months": "NA", "m": 1}
    assert values(nothing, row)["_SITE"] == "2024-02-29"
    assert values(nothing, row | {"m": " NA "})["_SITE"] is None
    assert values(here, row | {"months": "?"})["_SITE"] == "2024-02-29"
    assert codes(here, row) == [("not_a_number", "from", "_SITE")]


def test_nested_json_gives_the_buyer_each_supplier_and_their_links() -> None:
    result = drafts(CONTRACTS, CONTRACT)
    assert [(draft.plan.alias, draft.item, draft.key) for draft in result] == [
        ("Buyer", "", "2197"),
        ("Supplier", "1", "a1"),
        ("Supplier", "3", "a3"),
        ("Project", "", "2018-1"),
        ("Do", "1", "a1"),
        ("Do", "2", "a2"),
        ("Do", "3", "a3"),
    ]
    assert result[1].values["Notes"] == "Mairie"
    assert result[3].values["StartDate"] == "2018-12-17"
    assert result[3].values["EndDate"] == "2019-12-17"
    assert result[3].values["Customer"] == LinkTo(0, "Error")
    assert [draft.values["Customers"] for draft in result[4:]] == [
        [LinkTo(0, "Error"), LinkTo(1, "Error")],
        [LinkTo(0, "Error")],
        [LinkTo(0, "Error"), LinkTo(2, "Error")],
    ]
    assert all(draft.values["Project"] == LinkTo(3, "Error") for draft in result[4:])


@pytest.mark.parametrize(
    ("suppliers", "items"), [([], []), (None, []), ({"id": "A", "typeIdentifiant": "SIRET"}, ["1"])]
)
def test_a_list_may_be_empty_absent_or_a_lone_object(suppliers: Any, items: list[str]) -> None:
    result = drafts(CONTRACTS, {**CONTRACT, "titulaires": suppliers})
    assert [draft.item for draft in result if draft.plan.alias == "Supplier"] == items
    without = {name: value for name, value in CONTRACT.items() if name != "titulaires"}
    assert [draft.plan.alias for draft in drafts(CONTRACTS, without)] == ["Buyer", "Project"]


def test_lists_in_lists_number_their_items_and_link_to_the_enclosing_one() -> None:
    text = """<In><Type Name="Project" ShouldInsert="true" Match="_UID" Each="lots"/>
      <Type Name="Do" ShouldInsert="true" Match="_ID" Each="lots/lignes"/>
      <Type Name="Customer" ShouldInsert="true" Match="_SIRET"/>
      <Property Name="n" Type="Project" Field="_UID"/><Property Name="n" Type="Do" Field="_ID"/>
      <Property Name="../n" Type="Do" Field="Label"/><Property Name="../../c" Type="Do" Field="Remark"/>
      <Property Name="c" Type="Customer" Field="_SIRET"/>
      <Link Type="Do" Field="Project" To="Project"/></In>"""
    row = {"c": "C", "lots": [{"n": "L1", "lignes": [{"n": "a"}, {"n": "b"}]}, {"n": "L2", "lignes": [{"n": "c"}]}]}
    result = drafts(text, row)
    lines = [draft for draft in result if draft.plan.alias == "Do"]
    assert [(line.item, line.values["Label"], line.values["Project"].draft) for line in lines] == [
        ("1.1", "L1", 0),
        ("1.2", "L1", 0),
        ("2.1", "L2", 1),
    ]
    assert {line.values["Remark"] for line in lines} == {"C"}


def test_a_list_field_outside_gathers_every_item() -> None:
    text = """<In><Type Name="Resource" ShouldInsert="true" Match="Label" Each="people"/>
      <Type Name="Do" ShouldInsert="true" Match="_ID"/>
      <Property Name="." Type="Resource" Field="Label"/><Property Name="id" Type="Do" Field="_ID"/>
      <Link Type="Do" Field="Resources" To="Resource" OnMissing="Null"/></In>"""
    result = drafts(text, {"id": "1", "people": ["Anna", None, "Bo"]})
    assert [draft.item for draft in result] == ["1", "3", ""]
    assert result[2].values["Resources"] == [LinkTo(0, "Null"), LinkTo(1, "Null")]


def test_several_items_do_not_fit_a_single_reference() -> None:
    text = """<In><Type Name="Customer" ShouldInsert="true" Match="Company" Each="firms"/>
      <Type Name="Project" ShouldInsert="true" Match="_UID"/>
      <Property Name="." Type="Customer" Field="Company"/><Property Name="id" Type="Project" Field="_UID"/>
      <Link Type="Project" Field="Customer" To="Customer"/></In>"""
    assert not mapped(text, {"id": "1", "firms": ["A"]}).problems
    assert [(p.code, p.type, p.field) for p in mapped(text, {"id": "1", "firms": ["A", "B"]}).problems] == [
        ("link_several", "Project", "Customer")
    ]


GROUPS = """<In>
  <Type Name="Customer" ShouldInsert="true" Match="Company"/>
  <Type Name="Project" ShouldInsert="true" Match="_UID" Each="*, *_2, *_3, *_4">
    <Unless Name="state" Equals="void"/></Type>
  <Property Name="Company" Type="Customer" Field="Company"/>
  <Property Name="number" Type="Project" Field="_UID"/>
  <Property Name="start" Type="Project" Field="StartDate"><Date Format="Excel|dd/MM/yyyy"/></Property>
  <Property Name="../Company" Type="Project" Field="Label"/>
  <Link Type="Project" Field="Customer" To="Customer"/>
</In>"""


def test_column_groups_of_one_row_give_a_record_each_and_empty_groups_none() -> None:
    row = {
        "Company": "Acme",
        "number": "1",
        "start": "45293",
        "NUMBER_2": "2",
        "start_2": date(2024, 2, 1),
        "number_3": " ",
        "start_3": None,
        "number_4": "4",
        "start_4": "05/06/2024",
        "state_4": "void",
    }
    result = mapped(GROUPS, row)
    assert not result.problems
    assert [(d.item, d.key, d.values["StartDate"], d.values["Label"]) for d in result.drafts[1:]] == [
        ("1", "1", "2024-01-02", "Acme"),
        ("2", "2", "2024-02-01", "Acme"),
    ]
    assert all(draft.values["Customer"] == LinkTo(0, "Error") for draft in result.drafts[1:])
    assert result.absent == ("Project",)


def test_a_template_knows_the_columns_it_lacks_and_those_it_leaves() -> None:
    mapper = importer(GROUPS)
    columns = ("company", "number", "number_2", "Start_2", "extra")
    assert mapper.missing_names(columns) == ("state",)
    assert mapper.unused_columns(columns) == ("extra",)
    film = importer(FILM_SAMPLE)
    assert film.missing_names(tuple(SHOOT_2021)) == ()
    assert film.missing_names(tuple(name for name in SHOOT_2026 if name != "Titre")) == ("Titre",)
    assert film.unused_columns((*SHOOT_2021, "ardt_lieu")) == ("ardt_lieu",)


def test_several_feeds_of_one_list_field_add_up() -> None:
    text = """<In><Type Name="Do" ShouldInsert="true" Match="_ID"/>
      <Property Name="id" Type="Do" Field="_ID"/>
      <Property Name="a" Type="Do" Field="Resources"><Split By=";"/><Trim/><Lookup Match="Label"/></Property>
      <Property Name="b" Type="Do" Field="Resources"><Lookup Match="Label"/></Property></In>"""
    found = values(text, {"id": "1", "a": "Anna; Bo;;", "b": ["Cy", None]})["Resources"]
    assert [lookup.value for lookup in found] == ["anna", "bo", "cy"]
    assert [lookup.value for lookup in values(text, {"id": "1", "a": " ", "b": "Cy"})["Resources"]] == ["cy"]
    assert values(text, {"id": "1", "a": " ", "b": []})["Resources"] is None
    assert "Resources" not in values(text, {"id": "1"})


def test_a_lookup_cleans_its_value_as_the_field_it_compares_with() -> None:
    text = """<In><Type Name="Project" ShouldInsert="true" Match="_UID"/>
      <Property Name="id" Type="Project" Field="_UID"/>
      <Property Name="c" Or="d" Type="Project" Field="Customer"><Lookup/></Property></In>"""
    found = values(text, {"id": "1", "d": " AB-7 "})["Customer"]
    assert isinstance(found, Lookup)
    assert (found.entity, found.key.name, found.value, found.on_missing) == ("Customer", "_IDDOSSIER", "ab-7", "Error")
    assert (found.name, found.shown) == ("d", " AB-7 ")
    assert values(text, {"id": "1", "c": ""})["Customer"] is None
    assert codes(text, {"id": "1", "c": "x" * 300}) == [("text_too_long", "c", "Customer")]


def test_json_values_reach_their_field_whole() -> None:
    text = customer(field("raw", "_RAW"))
    assert values(text, {"id": "1", "raw": {"b": 1, "a": [1, 2]}})["_RAW"] == {"a": [1, 2], "b": 1}
    assert values(text, {"id": "1", "raw": '{"a": 1}'})["_RAW"] == {"a": 1}


def test_remembered_values_are_those_that_would_be_worked_out() -> None:
    mapper = importer(customer(field("kind", "Type"), field("n", "LastName", "<Trim/><Upper/>")))
    seen = [mapper.map(Row(n, {"id": str(n), "kind": "1026", "n": " ab "})).drafts[0].values for n in range(3)]
    assert all((v["Type"], v["LastName"]) == ("Individual", "AB") for v in seen)
    refused = [mapper.map(Row(n, {"id": "1", "kind": "nope"})).problems for n in range(2)]
    assert refused[0] == refused[1] != []


def test_the_memory_of_a_mapper_is_bounded() -> None:
    mapper = importer(customer(field("n", "LastName", "<Upper/>")))
    for number in range(10_000):
        row = mapper.map(Row(number, {"id": "1", "n": f"a{number}"}))
        assert row.drafts[0].values["LastName"] == f"A{number}"


@given(st.one_of(st.text(max_size=300), st.none(), st.integers(), st.booleans()))
def test_the_short_way_gives_what_the_kind_gives(value: Any) -> None:
    kind = CATALOG.types["Customer"].fields["LastName"].kind
    result = SHORT.map(Row(1, {"id": "1", "a": value}))
    if isinstance(value, str) and not value.strip():
        assert result.drafts[0].values["LastName"] is None
    elif result.problems:
        with pytest.raises(Refused, match=result.problems[0].code):
            kind.clean(value, SETTING)
    else:
        assert result.drafts[0].values["LastName"] == kind.clean(value, SETTING)


SHORT = importer(customer(field("a")))


def test_climbing_from_the_row_reaches_what_its_list_stands_in() -> None:
    text = customer(field("../site"))
    assert drafts(text, {"id": "1"}, parents=({"site": "Paris"},))[0].values["LastName"] == "Paris"


def test_what_a_source_must_know_stands_on_the_root() -> None:
    root = template('<In Rows="a/b" Columns="x, y"><Type Name="Skill"/></In>')
    assert source_options(root) == ("a/b", ("x", "y"))
    assert source_options(template(VENDOR_SAMPLE)) == ("", ())


@pytest.mark.parametrize(
    "text",
    [
        "<Out/>",
        '<In><Type Name="Nothing"/></In>',
        '<In><Type Name="Customer"/><Type Name="Customer"/></In>',
        '<In><Type Name="Customer"/><Property Name="a" Type="Customer" Field="Nothing"/></In>',
        '<In><Type Name="Customer"><Default Field="Type" Value="nope"/></Type></In>',
        '<In><Type Name="Customer"><Default Field="Parent" Value="1"/></Type></In>',
        '<In><Type Name="Project"/><Property Name="a" Type="Project" Field="Customer"/></In>',
        '<In><Type Name="Project"/>'
        '<Property Name="a" Type="Project" Field="Customer"><Lookup Match="X"/></Property></In>',
        '<In><Type Name="Project"/><Property Name="a" Type="Project" Field="Label"><Lookup/></Property></In>',
        '<In><Type Name="Project"/><Type Name="Customer"/><Link Type="Project" Field="Customer" To="Customer"/></In>',
        '<In><Type Name="Customer"/><Type Name="Project"/><Link Type="Project" Field="Label" To="Customer"/></In>',
        '<In><Type Name="Customer" Each="*_1, x"/></In>',
        '<In><Type Name="Customer" Each="../x"/></In>',
        '<In><When Name="a"/></In>',
        '<In><Type Name="Skill"/><Property Type="Skill" Field="Name"/></In>',
    ],
)
def test_a_template_that_did_not_pass_the_checks_is_not_compiled(text: str) -> None:
    root = read(text).root
    assert root is not None
    with pytest.raises(ValueError, match=r"\w"):
        compile_import(root, CATALOG, setting=SETTING)


def test_a_path_begins_in_a_column_of_its_own() -> None:
    mapper = importer(CONTRACTS)
    columns = ("acheteur", "id", "objet", "titulaires", "montant")
    assert mapper.missing_names(columns) == ("dateNotification", "dureeMois")
    assert mapper.unused_columns(columns) == ("montant",)


FAULTY = Row(
    1,
    {"Nom usage": "#N/A", "Téléphone mobile": "", "Email": "d@example.org", "ID_DOSSIER": "D-1", "Note": "#REF!"},
    faults={
        "Nom usage": Problem(code="cell_error", params={"value": "#N/A"}),
        "Note": Problem(code="cell_error", params={"value": "#REF!"}),
    },
)


def test_a_row_fails_where_the_template_reads_a_value_that_cannot_be_read() -> None:
    for done in (importer(VENDOR_SAMPLE).map(FAULTY), importer(VENDOR_SAMPLE).map_all([FAULTY, FAULTY])[1]):
        assert done.drafts == []
        assert [(problem.code, problem.name) for problem in done.problems] == [("cell_error", "Nom usage")]


def test_a_value_that_nothing_reads_may_be_what_it_likes() -> None:
    row = FAULTY._replace(faults={"Note": FAULTY.faults["Note"]}, data={**FAULTY.data, "Nom usage": "Durand"})
    for done in (importer(VENDOR_SAMPLE).map(row), importer(VENDOR_SAMPLE).map_all([row])[0]):
        assert done.problems == []
        assert done.drafts[0].values["LastName"] == "Durand"


def test_a_row_that_the_template_leaves_out_does_not_fail_for_its_other_values() -> None:
    text = VENDOR_SAMPLE.replace("<In>", '<In><When Name="Note" In="yes"/>', 1)
    assert text != VENDOR_SAMPLE
    done = importer(text).map(FAULTY)
    assert (done.problems, done.skipped is not None) == ([], True)
