from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from templates_app.catalog.problems import Refused
from tests.language.steps.running import run, step


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("  Anna ", "Anna"),
        ("\u00a0Anna\u202f", "Anna"),
        ("\ufeffAnna\u200b", "Anna"),
        ("\u200b Anna \u200b", "Anna"),
        ("a b", "a b"),
        (12, "12"),
    ],
)
def test_trim_takes_every_kind_of_outer_blank(value: Any, expected: str) -> None:
    assert run(step("Trim"), value=value) == expected


@pytest.mark.parametrize(
    ("tag", "value", "expected"),
    [
        ("Upper", "straße été", "STRASSE ÉTÉ"),
        ("Lower", "ÉTÉ", "été"),
        ("Title", "jean-pierre d'artagnan", "Jean-Pierre D'Artagnan"),
        ("Title", "O'NEIL don't", "O'Neil Don't"),
        ("Title", "l’été à PARIS", "L’Été À Paris"),
        ("Title", "2nd floor", "2nd Floor"),
    ],
)
def test_letter_case_follows_words_of_people(tag: str, value: str, expected: str) -> None:
    assert run(step(tag), value=value) == expected


@pytest.mark.parametrize(
    ("attributes", "value", "expected"),
    [
        ({"Pattern": r"\s+", "With": " "}, "a\u00a0 \u202fb", "a b"),
        ({"Pattern": r"[\s.]", "With": ""}, "06.12\u00a034", "061234"),
        ({"Pattern": r"\S+", "With": "x"}, "ab\u00a0cd", "x\u00a0x"),
        ({"Pattern": r"(\d+)-(\d+)", "With": "$2/$1"}, "10-20", "20/10"),
        ({"Pattern": r"(?P<a>\d+)", "With": "<${a}>"}, "7", "<7>"),
        ({"Pattern": r"\d", "With": "$$"}, "a1", "a$"),
        ({"Pattern": r"\d", "With": "$0$0"}, "a1", "a11"),
        ({"Pattern": r"a", "With": "$3"}, "a", "$3"),
        ({"Pattern": r"a(b)?", "With": "[$1]"}, "a", "[]"),
        ({"Pattern": ".", "With": "-", "Regex": "false"}, "1.2.3", "1-2-3"),
        ({"Pattern": "é", "With": "e"}, "été", "ete"),
        ({"Pattern": r"\Q.\E", "With": ","}, "1.5", "1,5"),
        ({"Pattern": "[[:alpha:]]", "With": ""}, "a1b2", "12"),
        ({"Pattern": "[]x]", "With": "-"}, "a]x", "a--"),
    ],
)
def test_replace_finds_and_fills(attributes: dict[str, str], value: str, expected: str) -> None:
    assert run(step("Replace", **attributes), value=value) == expected


def test_replace_runs_a_hostile_pattern_in_linear_time() -> None:
    assert run(step("Replace", Pattern="(a+)+$", With="x"), value="a" * 20_000 + "!") == "a" * 20_000 + "!"


@pytest.mark.parametrize("regex", ["true", "false"])
def test_replace_refuses_to_blow_a_text_up(regex: str) -> None:
    with pytest.raises(Refused) as refused:
        run(step("Replace", Pattern="a", With="b" * 5_000, Regex=regex), value="a" * 1_000)
    assert refused.value.problem.code == "step_output_too_long"
    assert refused.value.problem.params["limit"] == 32_000


@pytest.mark.parametrize(
    ("pattern", "value", "expected"),
    [
        (r"\d+", "abc 123 45", "123"),
        (r"(\d+) rue", "12 rue", "12"),
        (r"(x)|y", "y", None),
        (r"\d+", "abc", None),
    ],
)
def test_extract_keeps_the_first_group_or_the_match(pattern: str, value: str, expected: str | None) -> None:
    assert run(step("Extract", Pattern=pattern), value=value) == expected


@pytest.mark.parametrize("pattern", ["(?=a)", "(", r"\1"])
def test_a_pattern_that_is_not_linear_is_refused_when_built(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        run(step("Extract", Pattern=pattern), value="a")


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"Start": "1", "Length": "2"}, "ab"),
        ({"Start": "3"}, "cde"),
        ({"Start": "-2"}, "de"),
        ({"Start": "-9", "Length": "1"}, "a"),
        ({"Start": "9"}, None),
        ({"Length": "-1"}, "abcd"),
        ({"Start": "2", "Length": "-9"}, None),
    ],
)
def test_cut_counts_from_one_and_from_the_end(attributes: dict[str, str], expected: str | None) -> None:
    assert run(step("Cut", **attributes), value="abcde") == expected


@pytest.mark.parametrize(
    ("attributes", "value", "expected"),
    [
        ({"Length": "5"}, "42", "00042"),
        ({"Length": "5"}, 42, "00042"),
        ({"Length": "4", "With": "ab", "Side": "Right"}, "x", "xaba"),
        ({"Length": "1"}, "42", "42"),
        ({"Length": "9", "With": ""}, "42", "42"),
    ],
)
def test_pad_fills_up_to_the_length(attributes: dict[str, str], value: Any, expected: str) -> None:
    assert run(step("Pad", **attributes), value=value) == expected


def test_pad_refuses_an_absurd_length_before_building_it() -> None:
    with pytest.raises(Refused, match="step_output_too_long"):
        run(step("Pad", Length="999999999"), value="1")


@pytest.mark.parametrize(
    ("tag", "value", "expected"),
    [
        ("Prefix", "7", "N-7"),
        ("Suffix", "7", "7N-"),
        ("Suffix", date(2024, 1, 2), "2024-01-02N-"),
        ("Prefix", Decimal("1.50"), "N-1.5"),
        ("Prefix", Decimal("12.0"), "N-12"),
        ("Prefix", True, "N-true"),
        ("Prefix", datetime(2024, 1, 2), "N-2024-01-02"),
        ("Prefix", datetime(2024, 1, 2, 8, 30), "N-2024-01-02T08:30:00"),
        ("Prefix", "", None),
        ("Suffix", "   ", None),
        ("Suffix", None, None),
    ],
)
def test_prefix_and_suffix_take_the_text_of_a_value_and_leave_nothing_alone(
    tag: str, value: Any, expected: str | None
) -> None:
    assert run(step(tag, Text="N-"), value=value) == expected


@pytest.mark.parametrize(
    ("attributes", "value", "expected"),
    [
        ({"By": ",", "Part": "1"}, "48.8,2.3", "48.8"),
        ({"By": ",", "Part": "-1"}, "48.8,2.3", "2.3"),
        ({"By": ",", "Part": "3"}, "48.8,2.3", None),
        ({"By": ",", "Part": "-3"}, "48.8,2.3", None),
        ({"By": ";"}, "a;b;", ["a", "b", ""]),
        ({"By": "."}, "a", ["a"]),
    ],
)
def test_split_gives_a_part_or_the_list(attributes: dict[str, str], value: str, expected: Any) -> None:
    assert run(step("Split", **attributes), value=value) == expected


@pytest.mark.parametrize(
    ("attributes", "value", "expected"),
    [
        ({}, ["Anna", "Smith"], "Anna Smith"),
        ({"With": "-"}, ["a", None, " ", "b"], "a-b"),
        ({"With": "-", "OnEmpty": "Empty"}, ["a", None], None),
        ({"With": "-", "OnEmpty": "Empty"}, ["a", 1], "a-1"),
        ({"With": ", "}, "alone", "alone"),
        ({"With": "-"}, [None, ""], None),
    ],
)
def test_join_couples_and_judges_empty_members(attributes: dict[str, str], value: Any, expected: Any) -> None:
    assert run(step("Join", **attributes), value=value) == expected


@pytest.mark.parametrize(("value", "expected"), [("", "x"), ("  ", "x"), (None, "x"), ([], "x"), ("a", "a"), (0, 0)])
def test_if_empty_is_the_only_step_that_sees_nothing(value: Any, expected: Any) -> None:
    assert run(step("IfEmpty", Value="x"), value=value) == expected


def test_a_step_given_a_list_works_on_each_item_until_it_is_joined() -> None:
    steps = (step("Split", By=";"), step("Trim"), step("Upper"), step("Join", With="|"))
    assert run(*steps, value=" a; b ;;c") == "A|B|C"


def test_a_split_of_a_list_stays_one_list() -> None:
    assert run(step("Split", By=","), value=["a,b", "c"]) == ["a", "b", "c"]


def test_one_failing_item_fails_the_whole() -> None:
    with pytest.raises(Refused, match="not_a_number"):
        run(step("Split", By=";"), step("Number"), value="1;x;3")


def test_a_list_of_long_texts_is_bounded_as_a_whole() -> None:
    with pytest.raises(Refused, match="step_output_too_long"):
        run(step("Split", By=","), step("Prefix", Text="x" * 20_000), value="a," * 200)


def test_an_object_has_no_text() -> None:
    with pytest.raises(Refused, match="value_shape"):
        run(step("Trim"), value={"a": 1})
