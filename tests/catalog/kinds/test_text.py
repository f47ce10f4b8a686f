from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates_app.catalog.kinds.text import Memo, Text
from tests.catalog.settings import PARIS, clean, refusal

TEXT, MEMO = Text(), Memo()


@pytest.mark.parametrize(
    ("given_value", "kept"),
    [
        ("Roy", "Roy"),
        ("  Roy \t", "Roy"),
        ("\u00a0Roy\u00a0", "Roy"),
        ("E\u0301lodie", "Élodie"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("a\tb", "a\tb"),
        ("zero\u200bwidth", "zero\u200bwidth"),
        ("👩‍🚀", "👩‍🚀"),
        (1026, "1026"),
        (-5, "-5"),
        (Decimal("12.500"), "12.5"),
        (Decimal("1E+3"), "1000"),
        (Decimal("3.0"), "3"),
        (True, "true"),
        (False, "false"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 8, 30), "2026-03-01T08:30:00"),
        (datetime(2026, 3, 1, tzinfo=UTC), "2026-03-01T00:00:00+00:00"),
        (time(8, 30), "08:30:00"),
    ],
)
def test_text_keeps_the_text_of_what_a_source_holds(given_value: object, kept: str):
    assert clean(TEXT, given_value) == kept


@pytest.mark.parametrize("nothing", [None, "", "   ", "\t\r\n", "\u00a0\u2003", [], {}])
@pytest.mark.parametrize("kind", [TEXT, MEMO])
def test_blank_text_is_empty(kind: Text | Memo, nothing: object):
    assert kind.clean(nothing, PARIS) is None


def test_memo_keeps_outer_blanks_and_lines():
    assert clean(MEMO, "  first\r\n\r\n second\r") == "  first\n\n second\n"


@pytest.mark.parametrize("kind", [TEXT, MEMO])
@pytest.mark.parametrize(
    ("hostile", "code", "position"),
    [
        ("a\x00b", "control_character", 2),
        ("\x00", "control_character", 1),
        ("\x1f", "control_character", 1),
        ("abc\x7f", "control_character", 4),
        ("é\x85", "control_character", 2),
        ("a\x0bb", "control_character", 2),
        ("\ud800", "half_character", 1),
        ("ab\udfffc", "half_character", 3),
    ],
)
def test_what_no_database_keeps_is_refused_with_its_place(kind: Text | Memo, hostile: str, code: str, position: int):
    problem = refusal(kind, hostile)
    assert (problem.code, problem.params["position"]) == (code, position)
    assert "\\u" in problem.value


@pytest.mark.parametrize("kind", [TEXT, MEMO])
@pytest.mark.parametrize("structured", [["a"], {"a": 1}, ("a",), [[]]])
def test_a_list_or_an_object_is_no_text(kind: Text | Memo, structured: object):
    assert refusal(kind, structured).code == "value_shape"


@pytest.mark.parametrize("strange", [1.5, b"bytes", object()])
def test_what_no_source_gives_is_refused(strange: object):
    assert refusal(TEXT, strange).code == "value_unreadable"


def test_numbers_too_long_to_write_out_are_refused_at_once():
    assert refusal(TEXT, Decimal("1E+3000000")).code == "number_too_large"
    assert refusal(TEXT, 10**5000).code == "number_too_large"
    assert refusal(TEXT, Decimal("NaN")).code == "number_invalid"


def test_the_length_counts_characters_after_trimming_and_composing():
    kind = Text(max_length=3)
    assert clean(kind, "  abc  ") == "abc"
    assert clean(kind, "e\u0301" * 3) == "ééé"
    problem = refusal(kind, "abcd")
    assert (problem.code, problem.params["max"], problem.params["length"]) == ("text_too_long", 3, 4)
    assert refusal(Memo(max_length=3), "abcd").code == "text_too_long"


def test_default_lengths():
    assert clean(TEXT, "x" * 255) == "x" * 255
    assert refusal(TEXT, "x" * 256).code == "text_too_long"
    assert refusal(TEXT, "é" * 256).code == "text_too_long"
    assert clean(MEMO, "x" * 32_000) == "x" * 32_000
    assert refusal(MEMO, "x" * 32_001).code == "text_too_long"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("É", "E\u0301"),
        ("id ", "id"),
        ("ID", "id"),
        ("ｉｄ１", "id1"),
        ("Straße", "STRASSE"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("two  \t blanks", "two blanks"),
        ("no\u00a0break", "no break"),
        ("ﬁn", "fin"),
    ],
)
@pytest.mark.parametrize("kind", [TEXT, MEMO])
def test_one_match_form_for_what_people_take_for_the_same(kind: Text | Memo, one: str, other: str):
    assert kind.match_form(str(clean(kind, one))) == kind.match_form(str(clean(kind, other)))


@pytest.mark.parametrize(("one", "other"), [("é", "e"), ("a.b", "ab"), ("0123", "123")])
def test_the_match_form_keeps_apart_what_differs(one: str, other: str):
    assert TEXT.match_form(one) != TEXT.match_form(other)


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str):
    for kind in (TEXT, MEMO):
        try:
            once = kind.clean(text, PARIS)
        except ValueError:
            continue
        assert kind.clean(once, PARIS) == once
        if once is not None:
            assert kind.match_form(once) == kind.match_form(kind.match_form(once))
            assert kind.render(once, PARIS) == kind.text(once) == once
