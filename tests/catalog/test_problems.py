from __future__ import annotations

import re
import string
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path

import pytest

from templates_app.catalog import problems
from templates_app.catalog.problems import Problem, Refused, shown
from templates_app.catalog.sentences import SENTENCES
from templates_app.catalog.spelling import spelled

CATALOG = Path(problems.__file__).parent
RAISED = re.compile(r'(?:Refused|CatalogRefused)\(\s*"(\w+)"|code="(\w+)"|_text\(value, "(\w+)"\)')

NUMBERS = count(1)


class Unread:
    """Says how often it was written."""

    def __str__(self) -> str:
        return str(next(NUMBERS))


def raised_codes() -> set[str]:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in CATALOG.rglob("*.py"))
    return {next(filter(None, found)) for found in RAISED.findall(sources)}


def test_every_code_has_its_sentence_and_every_sentence_its_code():
    assert raised_codes() == set(SENTENCES)


@pytest.mark.parametrize("code", SENTENCES)
def test_sentences_are_plain_and_their_params_are_named(code: str):
    sentence = SENTENCES[code]
    assert sentence[0].isupper() or sentence[0] == "“"
    assert sentence.endswith(".")
    assert all(name is None or name.isidentifier() for _, name, _, _ in string.Formatter().parse(sentence))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\x00b", "a\\u0000b"),
        ("\ud800", "\\ud800"),
        ("line\nline\t", "line\nline\t"),
        ("é", "é"),
        (12, "12"),
        ("x" * 200, "x" * 200),
        ("x" * 201, "x" * 199 + "…"),
        (True, "true"),
        (None, "null"),
        (Decimal("1E+400"), "1E+400"),
        ({"a": 1, "b": [True, None, Decimal("0.10")], "c": {}}, '{"a": 1, "b": [true, null, 0.10], "c": {}}'),
        (["a", 'é"', []], '["a", "é\\"", []]'),
        (["x" * 10_000], '["' + "x" * 197 + "…"),
        ({"\ud800": date(2026, 1, 2)}, '{"\\ud800": 2026-01-02}'),
    ],
)
def test_an_offending_value_can_always_be_stored(value: object, text: str):
    assert shown(value) == text
    shown(value).encode()


def test_only_the_beginning_of_a_value_is_looked_at():
    deep: list[object] = []
    for _ in range(2_000):
        deep = [deep]
    assert shown(deep) == "[" * 199 + "…"
    assert shown([10**9_000]) == "[1" + "0" * 197 + "…"
    assert spelled([Unread() for _ in range(500)], length=10) == "[1, 2, 3, 4"
    assert spelled({f"{n}": deep for n in range(10)}, length=3) == '{"0": '


def test_the_innermost_place_wins():
    problem = Problem(code="x").at(field="Email").at(name="Mail", type="Customer", field="Other")
    assert (problem.name, problem.type, problem.field) == ("Mail", "Customer", "Email")


def test_a_refusal_carries_its_problem():
    refused = Refused("text_too_long", value="abc", max=2)
    assert refused.problem == Problem(code="text_too_long", params={"max": 2}, value="abc")
    assert str(refused) == "text_too_long"
