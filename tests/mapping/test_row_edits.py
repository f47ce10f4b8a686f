"""Edits of rows and Types: names, targets, keys, sources, conditions, and the names that others use."""

from __future__ import annotations

from typing import Any

import pytest

from templates_app.catalog.types import Catalog
from templates_app.language.nodes import Element
from tests.language.documented import FILM_SAMPLE, VENDOR_SAMPLE
from tests.language.sample_catalog import SAMPLE_CATALOG
from tests.mapping.materials import changed
from tests.mapping.test_edits import refusal

EXPORT = """<Out>
  <Type Name="Do" />
  <Type Name="Project" Through="Do.Project" />
  <Property Name="label" Type="Do" Field="Label" />
  <Property Name="project" Type="Project" Field="Label" />
</Out>
"""


def rows(root: Element) -> list[dict[str, str]]:
    return [element.attributes for element in root.elements("Property")]


# Typing


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Nom -> Customer.LastName", {"Name": "Nom", "Type": "Customer", "Field": "LastName"}),
        ("Nom -> LastName", {"Name": "Nom", "Type": "Customer", "Field": "LastName"}),
        ("Nom->customer.last name", {"Name": "Nom", "Type": "Customer", "Field": "LastName"}),
        ("Nom | Name | nom -> lastname", {"Name": "Nom", "Or": "Name|nom", "Type": "Customer", "Field": "LastName"}),
        ("Nom → FirstName", {"Name": "Nom", "Type": "Customer", "Field": "FirstName"}),
        ("Nom => FirstName", {"Name": "Nom", "Type": "Customer", "Field": "FirstName"}),
        ("Nom\tFirstName", {"Name": "Nom", "Type": "Customer", "Field": "FirstName"}),
        ("a -> b -> Email", {"Name": "a -> b", "Type": "Customer", "Field": "Email"}),
        ("dossier -> IDDOSSIER", {"Name": "dossier", "Type": "Customer", "Field": "_IDDOSSIER"}),
        ("x -> _NEW", {"Name": "x", "Type": "Customer", "Field": "_NEW"}),
        ("x -> Elsewhere.Field", {"Name": "x", "Type": "Elsewhere", "Field": "Field"}),
        ("e-mail", {"Name": "e-mail", "Type": "Customer", "Field": "Email"}),
        ("Nom | Last Name", {"Name": "Nom", "Or": "Last Name", "Type": "Customer", "Field": "LastName"}),
        ("nothing alike", {"Name": "nothing alike", "Type": "Customer"}),
        ("x ->", {"Name": "x", "Type": "Customer"}),
    ],
)
def test_a_row_is_typed(text: str, expected: dict[str, str]) -> None:
    done = changed(VENDOR_SAMPLE, {"verb": "add_rows", "text": text})
    assert rows(done.root)[-1] == expected
    assert done.path == "5"


def test_several_lines_give_several_rows_in_their_order() -> None:
    text = "\r\nPrénom -> FirstName\n\n  Société -> Company  \n"
    done = changed(VENDOR_SAMPLE, {"verb": "add_rows", "text": text})
    assert [row["Field"] for row in rows(done.root)] == [
        "LastName",
        "Mobile",
        "Email",
        "_IDDOSSIER",
        "FirstName",
        "Company",
    ]


def test_rows_go_below_the_last_of_their_type() -> None:
    done = changed(FILM_SAMPLE, {"verb": "add_rows", "text": "fax -> Director.Email"})
    assert done.path == "6"
    assert done.root.elements()[5].get("Type") == "Director"


def test_rows_go_before_the_row_that_is_named() -> None:
    done = changed(VENDOR_SAMPLE, {"verb": "add_rows", "text": "a -> Email\nb -> Company", "before": "2"})
    assert [row["Name"] for row in rows(done.root)][:4] == ["Nom usage", "a", "b", "Téléphone mobile"]


def test_the_type_that_is_meant_can_be_said_apart() -> None:
    done = changed(FILM_SAMPLE, {"verb": "add_rows", "text": "x -> Remark", "type": "Project"})
    assert {"Name": "x", "Type": "Project", "Field": "Remark"} in rows(done.root)


def test_a_type_of_the_catalog_is_declared_with_its_first_row() -> None:
    done = changed("<In/>", {"verb": "add_rows", "text": "Nom -> customer.LastName\nTitre -> Project.Label"})
    assert [e.attributes for e in done.root.elements("Type")] == [
        {"Name": "Customer", "ShouldInsert": "true", "ShouldUpdate": "true"},
        {"Name": "Project", "ShouldInsert": "true", "ShouldUpdate": "true"},
    ]
    assert rows(done.root)[0] == {"Name": "Nom", "Type": "Customer", "Field": "LastName"}


def test_without_a_catalog_names_are_taken_as_they_are_typed() -> None:
    done = changed("<In/>", {"verb": "add_rows", "text": "Nom -> customer.last name"}, catalog=None)
    assert [e.attributes for e in done.root.elements()] == [{"Name": "Nom", "Type": "customer", "Field": "last name"}]


def test_an_export_is_typed_the_same_way_round() -> None:
    done = changed(EXPORT, {"verb": "add_rows", "text": "start -> do.start\nplace -> Customer.Company"})
    assert {"Name": "start", "Type": "Do", "Field": "Start"} in rows(done.root)
    assert done.root.elements("Type")[-1].attributes == {"Name": "Customer"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "edit_nothing_typed"),
        (" \n\t\n", "edit_nothing_typed"),
        ("-> Email", "edit_target_empty"),
        ("|->x", "edit_target_empty"),
    ],
)
def test_what_says_nothing_is_refused(text: str, code: str) -> None:
    assert refusal(VENDOR_SAMPLE, {"verb": "add_rows", "text": text}) == code


def test_an_export_has_one_name_a_row() -> None:
    assert refusal(EXPORT, {"verb": "add_rows", "text": "a | b -> Label"}) == "edit_one_name"


def test_a_row_of_a_retired_field_is_not_found_by_its_label() -> None:
    done = changed(VENDOR_SAMPLE, {"verb": "add_rows", "text": "FAX"})
    assert "Field" not in rows(done.root)[-1]


# Names and targets


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Nom"], {"Name": "Nom"}),
        (["Nom", "Name", " nom "], {"Name": "Nom", "Or": "Name|nom"}),
        (["a|b", "c"], {"Name": "a|b", "Or": "c"}),
        (["", " ", "x"], {"Name": "x"}),
        ([], {}),
    ],
)
def test_names_are_set_in_front(names: list[str], expected: dict[str, str]) -> None:
    done = changed(VENDOR_SAMPLE, {"verb": "names", "path": "1", "names": names})
    assert list(rows(done.root)[0].items()) == [*expected.items(), ("Type", "Customer"), ("Field", "LastName")]


def test_conditions_sources_and_additions_have_names_too() -> None:
    xml = """<In><When Name="a" Present="true" /><Type Name="Do" /><Property Type="Do" Field="End"><Source Name="b" />
      <Add Unit="Days" Name="c" /></Property></In>"""
    done = changed(xml, *({"verb": "names", "path": path, "names": ["x", "y"]} for path in ("0", "2.0", "2.1")))
    assert [done.root.elements()[0].get("Or"), *(e.get("Or") for e in done.root.elements()[2].elements())] == ["y"] * 3


@pytest.mark.parametrize(("path", "code"), [("0", "edit_not_for"), ("0.0", "edit_not_for")])
def test_what_reads_no_source_has_no_source_names(path: str, code: str) -> None:
    assert refusal(VENDOR_SAMPLE, {"verb": "names", "path": path, "names": ["x"]}) == code


def test_only_the_first_name_may_have_a_bar() -> None:
    assert refusal(VENDOR_SAMPLE, {"verb": "names", "path": "1", "names": ["a", "b|c"]}) == "edit_bar_in_name"


@pytest.mark.parametrize(
    ("xml", "path", "target", "expected"),
    [
        (VENDOR_SAMPLE, "1", "FirstName", ("Customer", "FirstName")),
        (VENDOR_SAMPLE, "1", "first name", ("Customer", "FirstName")),
        (VENDOR_SAMPLE, "1", "Customer._NEW", ("Customer", "_NEW")),
        (VENDOR_SAMPLE, "1", "", ("Customer", "")),
        (FILM_SAMPLE, "4", "Director.email", ("Director", "Email")),
        (FILM_SAMPLE, "9", "Remark", ("Project", "Remark")),
        (VENDOR_SAMPLE, "0.0", "company", ("", "Company")),
        (EXPORT, "2", "project.start date", ("Project", "StartDate")),
    ],
)
def test_a_target_is_set(xml: str, path: str, target: str, expected: tuple[str, str]) -> None:
    done = changed(xml, {"verb": "target", "path": path, "target": target})
    element = done.root
    for part in path.split("."):
        element = element.elements()[int(part)]
    assert (element.get("Type"), element.get("Field")) == expected


@pytest.mark.parametrize("path", ["0", "13.0"])
def test_what_leads_to_no_field_has_no_target(path: str) -> None:
    assert refusal(FILM_SAMPLE, {"verb": "target", "path": path, "target": "Label"}) == "edit_not_for"


# Keys


def key_rows(root: Element) -> list[str]:
    return [row["Field"] for row in rows(root) if row.get("Key") == "true"]


def test_a_key_is_written_on_the_row() -> None:
    xml = VENDOR_SAMPLE.replace("_IDDOSSIER", "FirstName")
    done = changed(xml, {"verb": "key", "path": "3", "on": True})
    assert key_rows(done.root) == ["Email"]
    assert key_rows(changed(done.xml, {"verb": "key", "path": "3", "on": False}).root) == []


def test_a_key_the_catalog_chose_is_written_down_before_another_joins_it() -> None:
    done = changed(VENDOR_SAMPLE, {"verb": "key", "path": "3", "on": True})
    assert key_rows(done.root) == ["Email", "_IDDOSSIER"]


def test_the_only_field_of_a_key_the_catalog_chose_cannot_be_switched_off() -> None:
    assert refusal(VENDOR_SAMPLE, {"verb": "key", "path": "4", "on": False}) == "edit_key_of_catalog"


def test_switching_off_what_is_no_key_changes_nothing() -> None:
    assert changed(VENDOR_SAMPLE, {"verb": "key", "path": "1", "on": False}).xml == VENDOR_SAMPLE


def test_where_the_type_has_a_match_the_field_joins_or_leaves_it() -> None:
    xml = VENDOR_SAMPLE.replace('ShouldUpdate="true"', 'ShouldUpdate="true" Match="Email"')
    done = changed(xml, {"verb": "key", "path": "1", "on": True})
    assert done.root.elements()[0].get("Match") == "Email,LastName"
    assert key_rows(done.root) == []
    left = changed(done.xml, {"verb": "key", "path": "3", "on": False})
    assert left.root.elements()[0].get("Match") == "LastName"
    gone = changed(left.xml, {"verb": "key", "path": "1", "on": False})
    assert not gone.root.elements()[0].has("Match")


def test_the_fields_of_a_match_stand_as_their_key_declares_them() -> None:
    xml = VENDOR_SAMPLE.replace('ShouldUpdate="true"', 'ShouldUpdate="true" Match="_SITE"')
    done = changed(xml, {"verb": "key", "path": "4", "on": True})
    assert done.root.elements()[0].get("Match") == "_IDDOSSIER,_SITE"


@pytest.mark.parametrize(
    ("xml", "path"), [(VENDOR_SAMPLE, "0"), (EXPORT, "2"), ("<In><Property Name='a' /></In>", "0")]
)
def test_what_feeds_no_field_of_an_import_is_no_key(xml: str, path: str) -> None:
    assert refusal(xml, {"verb": "key", "path": path, "on": True}) == "edit_not_for"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [(["Email"], "Email"), (["_IDDOSSIER", " _SITE ", ""], "_IDDOSSIER,_SITE"), ([], None), (["a", "a"], "a")],
)
def test_a_match_takes_the_place_of_keys(fields: list[str], expected: str | None) -> None:
    xml = VENDOR_SAMPLE.replace('Field="Mobile"', 'Field="Mobile" Key="true"')
    done = changed(xml, {"verb": "match", "path": "0", "fields": fields})
    assert done.root.elements()[0].attributes.get("Match") == expected
    assert key_rows(done.root) == []


@pytest.mark.parametrize(
    ("xml", "change", "code"),
    [
        (VENDOR_SAMPLE, {"path": "1", "fields": []}, "edit_not_for"),
        (EXPORT, {"path": "0", "fields": ["Label"]}, "edit_not_for"),
        (VENDOR_SAMPLE, {"path": "0", "fields": ["a,b"]}, "edit_comma_in_name"),
    ],
)
def test_a_match_that_cannot_be_is_refused(xml: str, change: dict[str, Any], code: str) -> None:
    assert refusal(xml, {"verb": "match", **change}) == code


# Conditions


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"test": "Equals", "value": "x"}, {"Equals": "x"}),
        ({"test": "In", "value": "a|b"}, {"In": "a|b"}),
        ({"test": "Present", "value": "false"}, {"Present": "false"}),
        ({"test": "AtLeast", "value": "1", "upper": "9"}, {"AtLeast": "1", "AtMost": "9"}),
        ({"test": "AtMost", "value": "9"}, {"AtMost": "9"}),
    ],
)
def test_a_condition_makes_one_test(change: dict[str, str], expected: dict[str, str]) -> None:
    done = changed(FILM_SAMPLE, {"verb": "test", "path": "0.0", **change})
    condition = done.root.elements()[0].elements()[0]
    assert condition.attributes == {"Name": "Producteur", "Or": "nom_producteur", **expected}


@pytest.mark.parametrize(
    ("path", "change", "code"),
    [
        ("0", {"test": "Equals", "value": ""}, "edit_not_for"),
        ("0.0", {"test": "Name", "value": ""}, "change_member_invalid"),
        ("0.0", {"test": "Equals", "value": "", "upper": "1"}, "change_member_invalid"),
    ],
)
def test_a_test_that_cannot_be_is_refused(path: str, change: dict[str, str], code: str) -> None:
    assert refusal(FILM_SAMPLE, {"verb": "test", "path": path, **change}) == code


# Names that others use


def test_what_speaks_of_a_type_follows_its_new_name() -> None:
    done = changed(FILM_SAMPLE, {"verb": "rename", "path": "1", "name": "Boss"})
    assert done.root.elements()[1].get("As") == "Boss"
    assert [e.get("Type") for e in done.root.elements("Property")][1] == "Boss"
    assert done.root.elements("Link")[-1].get("To") == "Boss"
    assert "Director" not in done.xml


@pytest.mark.parametrize("name", ["Resource", ""])
def test_a_type_that_is_called_as_its_entity_type_needs_no_other_name(name: str) -> None:
    done = changed(FILM_SAMPLE, {"verb": "rename", "path": "1", "name": name})
    assert not done.root.elements()[1].has("As")
    assert "Director" not in done.xml


def test_the_way_to_a_type_follows_as_well() -> None:
    done = changed(EXPORT, {"verb": "rename", "path": "0", "name": "Job"})
    assert done.root.elements()[1].get("Through") == "Job.Project"
    assert rows(done.root)[0]["Type"] == "Job"


def test_another_entity_type_takes_the_rows_along() -> None:
    done = changed(VENDOR_SAMPLE, {"verb": "entity", "path": "0", "name": "Resource"})
    assert {row["Type"] for row in rows(done.root)} == {"Resource"}
    kept = changed(FILM_SAMPLE, {"verb": "entity", "path": "1", "name": "Customer"})
    assert kept.root.elements()[1].attributes["As"] == "Director"


def test_the_rows_of_the_first_type_of_a_name_do_not_follow_the_second() -> None:
    xml = '<In><Type Name="Do" /><Type Name="Do" /><Property Name="a" Type="Do" Field="Label" /></In>'
    done = changed(xml, {"verb": "rename", "path": "1", "name": "Other"})
    assert rows(done.root)[0]["Type"] == "Do"
    assert done.root.elements()[1].get("As") == "Other"


def test_what_uses_a_map_follows_its_new_name() -> None:
    xml = """<In><Type Name="Do" /><Property Name="a" Type="Do" Field="Label"><Map Use="m" /><Map Use="n" /></Property>
      <Map Name="m" /></In>"""
    done = changed(xml, {"verb": "rename", "path": "2", "name": "Titles"})
    assert [step.get("Use") for step in done.root.elements()[1].elements()] == ["Titles", "n"]


@pytest.mark.parametrize(
    ("xml", "change", "code"),
    [
        (FILM_SAMPLE, {"verb": "rename", "path": "1", "name": "Project"}, "edit_name_taken"),
        (FILM_SAMPLE, {"verb": "entity", "path": "0", "name": "Project"}, "edit_name_taken"),
        (FILM_SAMPLE, {"verb": "entity", "path": "0", "name": " "}, "edit_name_needed"),
        (FILM_SAMPLE, {"verb": "entity", "path": "4", "name": "Do"}, "edit_not_for"),
        (FILM_SAMPLE, {"verb": "rename", "path": "4", "name": "Do"}, "edit_not_for"),
        ('<In><Map Name="a" /><Map Name="b" /></In>', {"verb": "rename", "path": "0", "name": "b"}, "edit_name_taken"),
        ('<In><Map Name="a" /></In>', {"verb": "rename", "path": "0", "name": ""}, "edit_name_needed"),
    ],
)
def test_a_name_that_cannot_be_is_refused(xml: str, change: dict[str, str], code: str) -> None:
    assert refusal(xml, change) == code


# Coupled sources


def test_a_second_source_couples_the_two() -> None:
    done = changed(VENDOR_SAMPLE, {"verb": "couple", "path": "1", "name": "Prénom", "separator": ", "})
    row = done.root.elements()[1]
    assert row.attributes == {"Type": "Customer", "Field": "LastName"}
    assert [(child.tag, child.attributes) for child in row.elements()] == [
        ("Source", {"Name": "Nom usage"}),
        ("Source", {"Name": "Prénom"}),
        ("Join", {"With": ", "}),
    ]
    assert done.path == "1.1"


def test_a_third_source_joins_the_others_above_the_join_there_is() -> None:
    done = changed(
        FILM_SAMPLE,
        {"verb": "couple", "path": "13", "name": "heure"},
        {"verb": "couple", "path": "13", "name": "zone"},
    )
    row = done.root.elements()[13]
    assert [child.tag for child in row.elements()] == ["Source", "Source", "Source", "Join", "Suffix", "Date"]
    assert row.elements()[0].attributes == {"Name": "Date de fin", "Or": "date_fin"}


def test_fields_of_an_export_are_coupled() -> None:
    done = changed(EXPORT, {"verb": "couple", "path": "2", "name": "Project.label"})
    assert [child.attributes for child in done.root.elements()[2].elements("Source")] == [
        {"Type": "Do", "Field": "Label"},
        {"Type": "Project", "Field": "Label"},
    ]


def test_the_last_source_becomes_the_rows_own_again() -> None:
    coupled = changed(
        FILM_SAMPLE,
        {"verb": "couple", "path": "13", "name": "heure"},
        {"verb": "add", "parent": "13.0", "node": {"tag": "Trim"}},
        {"verb": "remove", "path": "13.1"},
        {"verb": "uncouple", "path": "13"},
    )
    row = coupled.root.elements()[13]
    assert row.attributes == {"Name": "Date de fin", "Or": "date_fin", "Type": "Do", "Field": "End"}
    assert [child.tag for child in row.elements()] == ["Trim", "Suffix", "Date"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"verb": "couple", "path": "0", "name": "x"}, "edit_not_for"),
        ({"verb": "couple", "path": "1", "name": " "}, "edit_name_needed"),
        ({"verb": "uncouple", "path": "1"}, "edit_sources_left"),
    ],
)
def test_what_cannot_be_coupled_is_refused(change: dict[str, str], code: str) -> None:
    assert refusal(VENDOR_SAMPLE, change) == code


def test_an_unknown_entity_type_is_no_hindrance() -> None:
    done = changed(
        VENDOR_SAMPLE,
        {"verb": "key", "path": "3", "on": True},
        {"verb": "target", "path": "1", "target": "Customer.Nothing"},
        catalog=Catalog({}),
    )
    assert key_rows(done.root) == ["Email"]
    assert SAMPLE_CATALOG.get("Customer") is not None
