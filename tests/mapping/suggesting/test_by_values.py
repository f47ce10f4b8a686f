"""Values speak for themselves, and against a name; where they can be read in two ways it is asked."""

from __future__ import annotations

from typing import Any

import pytest

from templates_app.mapping.suggesting.suggest import suggest
from templates_app.mapping.suggesting.suggestions import (
    SURE,
    ProposedStep,
)
from tests.mapping.suggesting.suggested import PLANNING, named, suggested


def test_values_that_are_no_addresses_speak_against_the_name() -> None:
    rows = [{"email": text} for text in ("yes", "no", "yes")]
    assert [item.field for item in suggested(rows, types=("Customer",)).items] == []


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (["a@x.org", "b@y.fr"], "Email"),
        (["https://x.org/a", "http://y.fr"], "Website"),
        (["01 42 96 12 34", "+33612345678"], "Phone"),
    ],
)
def test_values_speak_for_themselves_whatever_the_column_is_called(values: list[str], field: str) -> None:
    item = suggested([{"zzz": value} for value in values], types=("Customer",)).items[0]
    assert item.field == field
    assert item.confidence < SURE


def test_a_column_of_codes_is_no_town() -> None:
    rows = [{"commune": "01004", "commune_libe": "Ambérieu"}, {"commune": "01289", "commune_libe": "Péronnas"}]
    found = suggested(rows, types=("Customer",))
    assert named(found, "commune_libe").field == "City"
    assert "commune" in found.unmatched


@pytest.mark.parametrize(
    ("values", "step"),
    [
        (["2024-01-31", "2024-02-01"], ()),
        (["2024-01-31T08:00:00Z"], ()),
        (["31/01/2024", "01/02/2024"], (("Format", "dd/MM/yyyy"),)),
        (["1/31/2024", "2/1/2024"], (("Format", "M/d/yyyy"),)),
        (["31.1.2024", "1.2.2024"], (("Format", "d.M.yyyy"),)),
        (["20240131", "20240201"], (("Format", "yyyyMMdd"),)),
        (["02-JAN-24", "31-DEC-23"], (("Format", "d-MMM-yy"),)),
        (["3 févr. 2024", "12 août 2023"], (("Format", "d MMM yyyy"),)),
        (["45322", "45323"], (("Format", "Excel"),)),
        (["31/01/2024 08:30", "01/02/2024 17:00"], (("Format", "dd/MM/yyyy HH:mm"),)),
        (["31-12-99", "15-01-24"], (("Format", "dd-MM-yy"),)),
    ],
)
def test_dates_come_with_the_step_that_reads_them(values: list[str], step: tuple[tuple[str, str], ...]) -> None:
    found = suggested([{"Date de début": value} for value in values], types=("Project",))
    item = named(found, "Date de début")
    assert (item.field, item.question) == ("StartDate", None)
    assert item.steps == ((ProposedStep("Date", step),) if step else ())


@pytest.mark.parametrize("values", [["01/02/2024"], ["01/02/2024", "05/06/2024", "11/12/2023"]])
def test_dates_that_fit_two_formats_are_asked_about_and_not_guessed(values: list[str]) -> None:
    found = suggested([{"Start date": value} for value in values], types=("Project",))
    item = named(found, "Start date")
    assert item.steps == ()
    assert item.question is not None
    assert [(reading.format, reading.example, reading.read) for reading in item.question.readings] == [
        ("dd/MM/yyyy", "01/02/2024", "2024-02-01"),
        ("MM/dd/yyyy", "01/02/2024", "2024-01-02"),
    ]
    assert found.questions == (item.question,)


def test_one_value_that_fits_one_format_only_settles_it() -> None:
    rows = [{"Start date": text} for text in ("01/02/2024", "05/06/2024", "25/12/2023")]
    item = named(suggested(rows, types=("Project",)), "Start date")
    assert (item.question, item.steps) == (None, (ProposedStep("Date", (("Format", "dd/MM/yyyy"),)),))


def test_a_year_alone_is_no_date() -> None:
    assert suggested([{"Date de début": "2021"}, {"Date de début": "2022"}], types=("Project",)).items == ()


@pytest.mark.parametrize(
    ("values", "step"),
    [
        (["1.5", "200"], None),
        (["1,5", "200,25"], (("Decimal", ","),)),
        (["1 234,50", "12,00"], (("Decimal", ","), ("Thousands", " "))),
        (["1,234.50", "12.00"], (("Thousands", ","),)),
        (["1.234,50", "7,25"], (("Decimal", ","), ("Thousands", "."))),
    ],
)
def test_numbers_come_with_the_step_that_reads_them(values: list[str], step: Any) -> None:
    item = named(suggested([{"Budget": value} for value in values], types=("Project",)), "Budget")
    assert item.question is None
    assert item.steps == ((ProposedStep("Number", step),) if step else ())


def test_a_number_that_can_be_read_in_two_ways_is_asked_about() -> None:
    item = named(suggested([{"Budget": "1,234"}, {"Budget": "5,678"}], types=("Project",)), "Budget")
    assert item.question is not None
    assert (item.question.about, [reading.read for reading in item.question.readings]) == ("number", ["1.234", "1234"])
    assert [reading.steps[0].attributes for reading in item.question.readings] == [
        (("Decimal", ","),),
        (("Thousands", ","),),
    ]


@pytest.mark.parametrize(
    ("values", "step"),
    [
        (["true", "false"], None),
        (["1", "0"], None),
        (["Oui", "Non"], (("True", "Oui"), ("False", "Non"))),
        (["ja", "nein"], (("True", "ja"), ("False", "nein"))),
        (["X", ""], (("True", "X"),)),
    ],
)
def test_words_for_yes_and_no_come_with_the_step_that_reads_them(values: list[str], step: Any) -> None:
    item = named(suggested([{"inactif": value} for value in values], types=("Customer",)), "inactif")
    assert item.field == "NotValid"
    assert item.steps == ((ProposedStep("Boolean", step),) if step else ())


def test_forms_of_address_come_with_the_map_that_turns_them() -> None:
    rows = [{"Civilité": text} for text in ("M.", "Mme", "Mlle")]
    item = named(suggested(rows, types=("Customer",)), "Civilité")
    assert item.steps == (ProposedStep("Map", cases=(("M.", "Mr"), ("Mlle", "Miss"), ("Mme", "Ms"))),)


@pytest.mark.parametrize("value", [["M."], {"text": "M."}])
def test_titles_that_are_no_texts_are_mapped_by_no_map_without_cases(value: object) -> None:
    rows = [{"Civilité": value}]
    assert suggest(columns=["Civilité"], rows=rows, catalog=PLANNING).items == ()


def test_references_come_with_a_lookup_and_are_less_sure() -> None:
    item = named(suggested({"Client": "Gaumont", "Projet": "Film"}, types=("Project",)), "Client")
    assert (item.field, item.steps) == ("Customer", (ProposedStep("Lookup", (("Match", "Company"),)),))
    assert item.confidence < 90


def test_texts_that_mean_nothing_are_said_and_left_out_of_account() -> None:
    rows = [{"Budget": "1,5"}, {"Budget": "NA"}, {"Budget": "2,5"}]
    found = suggested(rows, types=("Project",))
    assert found.empty == ("NA",)
    assert named(found, "Budget").steps == (ProposedStep("Number", (("Decimal", ","),)),)


def test_a_code_of_two_letters_among_others_means_something() -> None:
    countries = ["AD", "FR", "NA", "NC", "US"]
    assert suggested([{"code": code, "Name": code} for code in countries]).empty == ()
    assert suggested([{"code": code, "Name": "-"} for code in countries]).empty == ("-",)
    assert suggested([{"delay": value} for value in ("1", "22", "NA", "OK")]).empty == ("NA",)
