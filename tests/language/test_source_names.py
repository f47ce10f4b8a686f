"""From a field back to the name of the source that gave it."""

from __future__ import annotations

from typing import Any

import pytest

from templates_app.sources.rows import Row
from tests.language.mapping_catalog import customer, importer, mapped

PHONE = '<Property Name="phone" Or="tel|Téléphone" Type="Customer" Field="Phone" />'
NAME = """<Property Type="Customer" Field="LastName">
  <Source Name="first" /><Source Name="last" /><Join With=" " />
</Property>"""
GROUPS = """<In>
  <Type Name="Customer" Each="*, *_2" ShouldInsert="true" />
  <Property Name="mail" Type="Customer" Field="Email" />
</In>"""
SUPPLIERS = """<In>
  <Type Name="Customer" Each="suppliers" ShouldInsert="true" />
  <Property Name="mail" Or="e-mail" Type="Customer" Field="Email" />
</In>"""


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ({"phone": "1"}, "phone"),
        ({"tel": "1"}, "tel"),
        ({"phone": "", "tel": "1"}, "tel"),
        ({"PHONE": "1"}, "PHONE"),
        ({"telephone": "1"}, "telephone"),
        ({}, "phone"),
    ],
)
def test_it_is_the_name_that_gave_the_value_as_the_source_spells_it(data: dict[str, Any], name: str) -> None:
    assert importer(customer(PHONE)).source_name(Row(1, data), alias="Customer", field="Phone") == name


def test_a_coupled_field_has_the_names_of_all_its_sources() -> None:
    row = Row(1, {"first": "Ada", "LAST": "Roy"})
    assert importer(customer(NAME)).source_name(row, alias="Customer", field="LastName") == "first, LAST"


@pytest.mark.parametrize(("alias", "field"), [("Customer", "City"), ("Nobody", "Phone")])
def test_what_nothing_feeds_has_no_name(alias: str, field: str) -> None:
    assert importer(customer(PHONE)).source_name(Row(1, {"phone": "1"}), alias=alias, field=field) == ""


def test_a_name_with_two_spellings_is_told_as_the_template_has_it() -> None:
    row = Row(1, {"PHONE": "1", "Phone": "2"})
    assert importer(customer(PHONE)).source_name(row, alias="Customer", field="Phone") == "phone"


@pytest.mark.parametrize(("item", "name"), [("1", "mail"), ("2", "mail_2 **")])
def test_a_group_of_columns_has_the_name_of_its_column(item: str, name: str) -> None:
    row = Row(1, {"mail": "a@x.org", "mail_2 **": "b"})
    assert importer(GROUPS).source_name(row, alias="Customer", field="Email", item=item) == name
    problems = mapped(GROUPS, {"mail": "a@x.org", "mail_2 **": "b"}).problems
    assert [problem.name for problem in problems] == ["mail_2 **"]


@pytest.mark.parametrize(("item", "name"), [("1", "mail"), ("2", "e-mail"), ("3", "mail")])
def test_an_item_of_a_list_has_its_own_name(item: str, name: str) -> None:
    row = Row(1, {"suppliers": [{"mail": "a"}, {"e-mail": "b"}]})
    assert importer(SUPPLIERS).source_name(row, alias="Customer", field="Email", item=item) == name


def test_a_problem_stands_with_the_draft_it_arose_in() -> None:
    result = mapped(SUPPLIERS, {"suppliers": [{"mail": "a@x.org"}, {"mail": "none"}]})
    assert [[problem.code for problem in draft.problems] for draft in result.drafts] == [[], ["email_invalid"]]
    assert [problem.code for problem in result.problems] == ["email_invalid"]
