from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.catalog.problems import Refused
from templates_app.language.nodes import Element
from templates_app.language.steps.base import Maps
from templates_app.language.steps.mapping import named_maps
from tests.language.steps.running import run, step


def case(source: str, target: str) -> Element:
    return step("Case", From=source, To=target)


@pytest.mark.parametrize(
    ("value", "expected"), [("PR", "Public"), (" pr ", "Public"), ("p", "Private"), (1, "One"), ("P", "Capital")]
)
def test_map_finds_its_case_exactly_then_whatever_the_letter_case(value: Any, expected: str) -> None:
    cases = (case("PR", "Public"), case("p", "Private"), case("P", "Capital"), case("1", "One"))
    assert run(step("Map", *cases), value=value) == expected


def test_map_without_a_case_fails_and_names_the_value() -> None:
    with pytest.raises(Refused) as refused:
        run(step("Map", case("a", "b")), value="z")
    assert (refused.value.problem.code, refused.value.problem.value) == ("map_no_case", "z")


@pytest.mark.parametrize(
    ("attributes", "expected"), [({"Keep": "true"}, "z"), ({"To": "other"}, "other"), ({"To": ""}, None)]
)
def test_map_otherwise_keeps_or_replaces(attributes: dict[str, str], expected: str | None) -> None:
    assert run(step("Map", case("a", "b"), step("Otherwise", **attributes)), value="z") == expected


def test_a_named_map_serves_every_step_that_uses_it() -> None:
    maps = named_maps(
        Element("In", {}, [step("Map", case("1", "One"), step("Otherwise", Keep="true"), Name="numbers")])
    )
    assert run(step("Map", Use="numbers"), value=1, maps=maps) == "One"
    assert run(step("Map", Use="numbers"), value=2, maps=maps) == 2


def test_an_unknown_map_is_refused_when_built() -> None:
    with pytest.raises(ValueError, match="nothing"):
        run(step("Map", Use="nothing"), value=1, maps=Maps())


@pytest.mark.parametrize(
    ("attributes", "value", "expected"),
    [
        ({}, "12.50", Decimal("12.5")),
        ({}, ".0000", Decimal(0)),
        ({}, "-3", Decimal(-3)),
        ({}, "\u22123", Decimal(-3)),
        ({}, "1e3", Decimal(1000)),
        ({}, 7, Decimal(7)),
        ({"Decimal": ","}, "1,5", Decimal("1.5")),
        ({"Decimal": ",", "Thousands": " "}, "1\u202f234\u00a0567,5", Decimal("1234567.5")),
        ({"Decimal": ",", "Thousands": "."}, "1.234,5", Decimal("1234.5")),
        ({"Thousands": ","}, "-1,234", Decimal(-1234)),
        ({"Thousands": "'"}, "1’234’567.5", Decimal("1234567.5")),
        ({"Thousands": "’"}, "1'234", Decimal(1234)),
        ({"Round": "6"}, "48.85661111111", Decimal("48.856611")),
        ({"Round": "0"}, "2.5", Decimal(3)),
        ({"Round": "0"}, "-2.5", Decimal(-3)),
        ({"Round": "2"}, "1.005", Decimal("1.01")),
        ({"Round": "-2"}, "1250", Decimal(1300)),
    ],
)
def test_number_reads_what_people_write(attributes: dict[str, str], value: Any, expected: Decimal) -> None:
    assert run(step("Number", **attributes), value=value) == expected


@pytest.mark.parametrize(
    ("attributes", "value", "code"),
    [
        ({}, "12a", "not_a_number"),
        ({}, "١٢٣", "not_a_number"),
        ({}, "1_000", "not_a_number"),
        ({}, "nan", "not_a_number"),
        ({}, "Infinity", "not_a_number"),
        ({}, ".", "not_a_number"),
        ({}, True, "not_a_number"),
        ({}, "1,5", "not_a_number"),
        ({"Decimal": ","}, "1.5", "not_a_number"),
        ({"Thousands": ","}, "1,5", "not_a_number"),
        ({"Thousands": ","}, "1,2345", "not_a_number"),
        ({"Thousands": ","}, ",123", "not_a_number"),
        ({}, "9" * 41, "number_too_long"),
        ({}, "1e31", "number_too_long"),
        ({}, "1e999", "number_too_long"),
        ({}, "1e3000000", "not_a_number"),
    ],
)
def test_number_refuses_what_could_mean_something_else(attributes: dict[str, str], value: Any, code: str) -> None:
    with pytest.raises(Refused) as refused:
        run(step("Number", **attributes), value=value)
    assert refused.value.problem.code == code


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("1e400", "1e400"),
        (Decimal("1E+400"), "1E+400"),
        (Decimal("1" + "0" * 9_000), "1" + "0" * 198 + "…"),
        ({"a": None}, '{"a": null}'),
    ],
)
def test_number_shows_the_beginning_of_what_it_refuses(value: Any, shown: str) -> None:
    with pytest.raises(Refused) as refused:
        run(step("Number"), value=value)
    assert refused.value.problem.value == shown


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=3, allow_nan=False))
def test_a_number_written_for_export_is_read_back(number: Decimal) -> None:
    french = step("Number", Decimal=",", Thousands=" ", Round="3")
    written = run(french, value=str(number), export=True)
    assert run(french, value=written) == number


@pytest.mark.parametrize(
    ("attributes", "value", "expected"),
    [
        ({"Decimal": ","}, "1.5", "1,5"),
        ({"Thousands": " "}, "1234567.5", "1 234 567.5"),
        ({"Decimal": ",", "Round": "2"}, "-1234.5", "-1234,50"),
        ({"Round": "1"}, "1.25", Decimal("1.3")),
    ],
)
def test_number_writes_with_the_signs_of_its_country(attributes: dict[str, str], value: str, expected: Any) -> None:
    assert run(step("Number", **attributes), value=value, export=True) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("Oui", True), (" OUI ", True), ("o", True), ("non", False), (True, True), (1, True)]
)
def test_boolean_reads_the_listed_texts(value: Any, expected: bool) -> None:
    assert run(step("Boolean", **{"True": "oui|o|1", "False": "non|n|0"}), value=value) is expected


@pytest.mark.parametrize("attributes", [{"True": "oui"}, {"True": "oui", "False": "non"}])
def test_boolean_refuses_other_texts(attributes: dict[str, str]) -> None:
    with pytest.raises(Refused, match="boolean_unlisted"):
        run(step("Boolean", **attributes), value="peut-être")


@pytest.mark.parametrize(
    ("attributes", "value", "expected"),
    [
        ({"True": "oui|o", "False": "non|n"}, True, "oui"),
        ({"True": "oui|o", "False": "non|n"}, False, "non"),
        ({"True": "oui"}, False, None),
        ({"True": "0", "False": "1"}, True, "0"),
        ({"True": "oui|o", "False": "non|n"}, " O ", "oui"),
        ({"True": "oui|o", "False": "non|n"}, 0, "non"),
        ({"True": "oui|o", "False": "non|n"}, "true", "oui"),
    ],
)
def test_boolean_writes_the_first_of_each(attributes: dict[str, str], value: object, expected: str | None) -> None:
    assert run(step("Boolean", **attributes), value=value, export=True) == expected


@pytest.mark.parametrize("value", ["peut-être", "TRUE?", 2])
def test_boolean_never_writes_no_for_what_is_neither(value: object) -> None:
    with pytest.raises(Refused, match="boolean_unlisted"):
        run(step("Boolean", **{"True": "oui", "False": "non"}), value=value, export=True)


@pytest.mark.parametrize(
    ("region", "value", "expected"),
    [
        ("FR", "06 12 34 56 78", "+33612345678"),
        ("fr", "+33 6 12 34 56 78", "+33612345678"),
        ("FR", "0033612345678", "+33612345678"),
        ("US", "(202) 555-0123", "+12025550123"),
        ("FR", 612345678, "+33612345678"),
    ],
)
def test_phone_gives_the_international_form(region: str, value: Any, expected: str) -> None:
    assert run(step("Phone", Region=region), value=value) == expected


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("12", "phone_unreadable"),
        ("call me", "phone_unreadable"),
        ("0" * 200, "phone_unreadable"),
        ("01 23 45 67 89 ext. 12", "phone_has_extension"),
    ],
)
def test_phone_refuses_what_it_would_have_to_lose(value: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        run(step("Phone", Region="FR"), value=value)
    assert refused.value.problem.code == code


@pytest.mark.parametrize(
    ("value", "expected"), [("+33612345678", "06 12 34 56 78"), ("+12025550123", "+1 202-555-0123")]
)
def test_phone_writes_the_national_form_at_home_only(value: str, expected: str) -> None:
    assert run(step("Phone", Region="FR"), value=value, export=True) == expected
