from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from templates_app.catalog.enums import enums_of, members_of
from templates_app.catalog.kinds.choices import Check, Combo
from templates_app.catalog.refusals import CatalogRefused
from tests.catalog.settings import NUMBERS, PARIS, clean, refusal

CUSTOMER_TYPE = Combo(enum="CustomerType")
RESOURCE_TYPE = Combo(enum="ResourceType")
TASK_TYPE = Combo(enum="TaskType", always_number=True)
ROOMS = Combo(choices=("Große Halle", "Office", "2"))
YES_NO = Check()


@pytest.mark.parametrize(
    "written", [1026, "1026", " 1026 ", "Individual", "individual", "INDIVIDUAL ", Decimal("1026.0")]
)
def test_names_and_numbers_of_both_versions_are_read(written: object):
    assert clean(CUSTOMER_TYPE, written) == "Individual"


@pytest.mark.parametrize("written", ["große halle", "GROSSE HALLE", " Große  Halle "])
def test_declared_choices_are_read_as_people_write_them(written: str):
    assert clean(ROOMS, written) == "Große Halle"
    assert clean(ROOMS, 2) == "2"
    assert clean(Combo(choices=("true", "false", "unknown")), True) == "true"


@pytest.mark.parametrize("nothing", [None, "", "  ", []])
def test_nothing_is_no_choice(nothing: object):
    assert CUSTOMER_TYPE.clean(nothing, PARIS) is None
    assert YES_NO.clean(nothing, PARIS) is None


@pytest.mark.parametrize(
    "written", ["Indiv", 1028, "1026.5", "-1026", True, False, "true", "١٠٢٦", "Company,Individual"]
)
def test_a_choice_that_does_not_exist_is_refused_and_the_choices_are_named(written: object):
    problem = refusal(CUSTOMER_TYPE, written)
    assert problem.code == "choice_unknown"
    assert problem.params["choices"] == "Individual, Company"


def test_a_long_list_of_choices_is_cut():
    assert str(refusal(Combo(enum="CurrencyCode"), "XXX").params["choices"]).endswith(", …")


@pytest.mark.parametrize("structured", [["Individual"], {"key": 1026}])
def test_a_choice_takes_a_single_value(structured: object):
    assert refusal(CUSTOMER_TYPE, structured).code == "value_shape"
    assert refusal(YES_NO, structured).code == "value_shape"


def test_the_wire_shows_numbers_where_they_are_wanted_and_known():
    assert CUSTOMER_TYPE.render("Individual", NUMBERS) == 1026
    assert CUSTOMER_TYPE.render("Individual", PARIS) == "Individual"
    assert RESOURCE_TYPE.render("Extern", NUMBERS) == "Extern"
    assert TASK_TYPE.render("Default", PARIS) == TASK_TYPE.render("Default", NUMBERS) == 1467
    assert ROOMS.render("Office", NUMBERS) == "Office"
    assert Combo(enum="Title").render("Miss", NUMBERS) == 0


@pytest.mark.parametrize("enum", sorted({*enums_of("4.1"), *enums_of("4.7")}))
def test_every_member_of_every_enum_comes_back_from_name_and_number(enum: str):
    kind = Combo(enum=enum)
    for name in members_of(enum).names:
        assert clean(kind, name) == name
        assert clean(kind, kind.render(name, NUMBERS)) == name
        assert kind.text(name) == name
        assert kind.sort_form(name) == kind.match_form(name)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({}, "choices_needed"),
        ({"enum": "CustomerType", "choices": ("a",)}, "choices_needed"),
        ({"enum": "Nonsense"}, "enum_unknown"),
        ({"choices": ("a", "A")}, "choice_repeated"),
        ({"choices": ("a", "a")}, "choice_repeated"),
        ({"choices": ("a", "  ")}, "choice_empty"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_when_declared(options: dict[str, Any], code: str):
    with pytest.raises(CatalogRefused) as caught:
        Combo(**options)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (True, True),
        (False, False),
        ("true", True),
        ("FALSE", False),
        (" True ", True),
        ("1", True),
        ("0", False),
        (1, True),
        (0, False),
        (Decimal("1.0"), True),
    ],
)
def test_yes_and_no_are_read(written: object, kept: bool):
    assert clean(YES_NO, written) is kept


@pytest.mark.parametrize("written", [2, -1, "yes", "oui", "on", "2", "1.0", Decimal("0.5"), "t", "١"])
def test_anything_else_is_neither_yes_nor_no(written: object):
    assert refusal(YES_NO, written).code == "check_invalid"


def test_yes_and_no_are_shown():
    assert (YES_NO.text(True), YES_NO.text(False)) == ("true", "false")
    assert YES_NO.render(True, PARIS) is True
    assert YES_NO.match_form(False) == "false"
