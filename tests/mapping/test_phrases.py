"""Every phrase and refusal is said somewhere, in plain words that fill."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from templates_app.catalog.problems import Problem
from templates_app.library.problem_words import problem_said
from templates_app.mapping.phrases import PHRASES
from templates_app.mapping.sentences import HINTS, SENTENCES
from templates_app.mapping.words import Words, words

ROOM = Path(__file__).parents[2] / "templates_app" / "mapping"
SOURCE = "\n".join(path.read_text(encoding="utf-8") for path in ROOM.rglob("*.py") if path.name != "phrases.py")
#: Codes that are put together from a part that stands in the source and one of a template's own words.
MADE = re.compile(r"^(when|unless|pairs|otherwise|diff)_")


@pytest.mark.parametrize("code", sorted(PHRASES))
def test_every_phrase_is_used(code: str) -> None:
    base = code.removesuffix("_round")
    assert f'"{code}"' in SOURCE or f'"{base}"' in SOURCE or MADE.match(code)


def test_every_code_that_is_said_has_a_phrase() -> None:
    named = set(re.findall(r'(?<![_a-zA-Z])[wW]ords\(\s*"([a-z_]+)"', SOURCE))
    assert named <= set(PHRASES)


@pytest.mark.parametrize("code", sorted(PHRASES))
def test_a_phrase_is_filled_by_name(code: str) -> None:
    for _, name, spec, conversion in Formatter().parse(PHRASES[code]):
        assert name is None or name.isidentifier()
        assert not spec
        assert not conversion


def test_what_fills_a_phrase_is_never_a_format() -> None:
    hostile = "{0.__class__} {x} %s <script>"
    assert str(words("source_named", name=hostile)) == hostile
    assert str(Words("step_join", {"with": "{with}"})) == 'joined with "{with}"'


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_refusal_is_told_with_what_to_do(code: str) -> None:
    texts = (SENTENCES[code], HINTS.get(code, ""))
    names = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}
    told = problem_said(Problem(code, {name: f"<{name}>" for name in names}))
    assert "{" not in told
    assert "…" not in told
    assert all(f"<{name}>" in told for name in names)


def test_hints_belong_to_refusals() -> None:
    assert set(HINTS) <= set(SENTENCES)
