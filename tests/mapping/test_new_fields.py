"""The custom field a column would need: its kind by the values, its name by the words, and what identifies a row."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from templates_app.catalog.packs.planning import planning_pack
from templates_app.mapping.suggesting.candidates import Column, columns_of
from templates_app.mapping.suggesting.field_kinds import field_kind
from templates_app.mapping.suggesting.new_fields import is_id, looks_like_id, new_field

CUSTOMER = planning_pack().types["Customer"]


def column(*values: Any, name: str = "zzz") -> Column:
    return columns_of([name], [{name: value} for value in values])[0]


@pytest.mark.parametrize(
    ("values", "kind", "steps"),
    [
        (["a", "b c"], "Text", []),
        (["", None], "Text", []),
        (["x" * 300], "Memo", []),
        (["two\nlines", "one"], "Memo", []),
        ([{"a": 1}, [1]], "Json", []),
        (["a@x.org", "b@y.fr"], "Email", []),
        (["https://x.org", "http://y.fr/a"], "Hyperlink", []),
        (["0612345678", "+33 6 12 34 56 78"], "Phone", []),
        (["697-555-0142", "(819) 555-0175", "1 212-555-0187"], "Phone", []),
        (["07:00", "15:30:00"], "Time", []),
        (["07:00:00.0000000", "23:00:00.0000000"], "Time", []),
        ([time(7, 30)], "Time", []),
        (["#ff0000", "#00FF7f"], "Color", []),
        (["48.75,2.32", "-12.5, 130.25"], "Position", []),
        (["2024-01-31", "2024-02-01"], "Date", []),
        (["31/01/2024", "01/02/2024"], "Date", [("Date", "Format", "dd/MM/yyyy")]),
        (["31.1.2024", "1.2.2024"], "Date", [("Date", "Format", "d.M.yyyy")]),
        (["2018-12-03 00:00:00.000", "2019-11-30 00:00:00.000"], "Date", []),
        (["2018-12-03 11:15:07.497", "2019-11-30 00:00:00.000"], "DateTime", []),
        (["31/01/2024 08:30", "01/02/2024 17:00"], "DateTime", [("Date", "Format", "dd/MM/yyyy HH:mm")]),
        ([date(2024, 1, 31)], "Date", []),
        ([datetime(2024, 1, 31, 8, 30)], "DateTime", []),
        (["12", "7"], "Numeric", []),
        ([12, -7], "Numeric", []),
        (["1.5", "200"], "Double", []),
        (["1,5", "200,25"], "Double", [("Number", "Decimal", ",")]),
        (["Oui", "Non", "", "Oui"], "Check", [("Boolean", "True", "Oui")]),
        (["true", "false"], "Check", []),
        (["X", ""], "Check", [("Boolean", "True", "X")]),
        (["0", "1"] * 10, "Check", []),
        (["0", "1", "1"], "Numeric", []),
        (["1"] * 30, "Numeric", []),
        (["Oui", "Oui"], "Text", []),
        (["0123", "4567"], "Text", []),
        (["33405590200053", "18790001400098"], "Text", []),
        (["AB12", "7"], "Text", []),
        (["20240131", "20240201"], "Text", []),
        (["45322", "45323"], "Numeric", []),
        ([10**60, Decimal("1E-300")], "Text", []),
    ],
)
def test_the_kind_is_that_of_the_values(values: list[Any], kind: str, steps: list[tuple[str, str, str]]) -> None:
    found = field_kind(column(*values))
    assert found.name == kind
    assert [(step.tag, *step.attributes[0]) for step in found.steps] == steps
    assert found.question is None


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("Date d'entrée", ["45322", "45323"], "Date"),
        ("ModifiedDate", ["20240131", "20240201"], "Date"),
        ("Code région", ["11", "24"], "Text"),
        ("customer_id", ["1", "2"], "Text"),
        ("Nombre d'élèves", ["11", "24"], "Numeric"),
    ],
)
def test_for_bare_numbers_the_name_decides(name: str, values: list[str], kind: str) -> None:
    assert field_kind(column(*values, name=name)).name == kind


def test_dates_that_can_be_read_in_two_ways_are_asked_about() -> None:
    found = field_kind(column("01/02/2024", "05/06/2024"))
    assert (found.name, found.steps) == ("Date", ())
    assert found.question is not None
    assert [reading.format for reading in found.question.readings] == ["dd/MM/yyyy", "MM/dd/yyyy"]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("CustomerNumber", "_Number"),
        ("Invoice number", "_InvoiceNumber"),
        ("ID_DOSSIER", "_IdDossier"),
        ("Date de début", "_DateDebut"),
        ("coordY_origine", "_CoordYOrigine"),
        ("SIRET", "_Siret"),
        ("geo_point_2d", "_GeoPoint2D"),
        ("column_9", "_Column9"),
        ("Straße", "_Strasse"),
        ("电话", "_Column"),
        ("Libellé " * 20, "_LibelleLibelleLibelleLibelleLibelleLibelleLibelleLibelle"),
        ("x" * 90, "_X" + "x" * 56),
        ("Email", "_Email"),
    ],
)
def test_a_new_field_is_called_by_the_words_of_the_column(name: str, field: str) -> None:
    made = new_field(column("a", name=name), CUSTOMER)
    assert made.field == field
    assert len(made.field) <= 60


def test_a_name_that_is_taken_is_numbered() -> None:
    fields = {**CUSTOMER.fields, "_SIRET": CUSTOMER.fields["Company"]}
    taken = type(CUSTOMER)(name="Customer", fields=fields)
    assert new_field(column("a", name="Siret"), taken).field == "_Siret2"


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (range(1, 8), True),
        ([f"AW-{number:04}" for number in range(6)], True),
        ([f"N10{number}UW" for number in range(6)], True),
        ([1, 2, 3], False),
        ([1, 2, 3, 3, 4, 5], False),
        ([1, 2, 3, None, 4, 5], False),
        (["Ann", "Bob", "Cy", "Dan", "Eve", "Flo"], False),
        ([f"a{number}@x.org" for number in range(6)], False),
        ([f"2024-01-0{number}" for number in range(1, 7)], False),
        ([f"{number}.5" for number in range(6)], False),
    ],
)
def test_values_alone_may_tell_what_identifies_a_row(values: Any, found: bool) -> None:
    assert looks_like_id(column(*values)) is found


@pytest.mark.parametrize(
    "name", ["CustomerNumber", "Kundennummer", "Personalkennung", "ID_DOSSIER", "Siret", "code client"]
)
def test_a_name_may_tell_with_few_rows(name: str) -> None:
    assert is_id(column("1001", "1002", name=name))
    assert not is_id(column("1001", "1001", name=name))
