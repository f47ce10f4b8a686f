from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from templates_app.catalog import problems
from templates_app.catalog.problems import Problem, Refused, shown
from templates_app.catalog.sentences import SENTENCES

CATALOG = Path(problems.__file__).parent
RAISED = re.compile(r'(?:Refused|CatalogRefused)\(\s*"(\w+)"|code="(\w+)"|_text\(value, "(\w+)"\)')


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
    ],
)
def test_an_offending_value_can_always_be_stored(value: object, text: str):
    assert shown(value) == text
    shown(value).encode()


def test_the_innermost_place_wins():
    problem = Problem(code="x").at(field="Email").at(name="Mail", type="Customer", field="Other")
    assert (problem.name, problem.type, problem.field) == ("Mail", "Customer", "Email")


def test_a_refusal_carries_its_problem():
    refused = Refused("text_too_long", value="abc", max=2)
    assert refused.problem == Problem(code="text_too_long", params={"max": 2}, value="abc")
    assert str(refused) == "text_too_long"
