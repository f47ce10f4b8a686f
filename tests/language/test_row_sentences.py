"""Every code of a step or of the mapper has a sentence, every sentence a code, and the params that it needs."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import templates_app.language
from templates_app.catalog import sentences as catalog_sentences
from templates_app.language.row_sentences import SENTENCES as ROW_SENTENCES
from templates_app.language.steps.sentences import SENTENCES as STEP_SENTENCES

LANGUAGE = Path(templates_app.language.__file__).parent
STEP_SOURCES = (
    *(LANGUAGE / "steps").glob("*.py"),
    *(LANGUAGE / f"{name}.py" for name in ("values", "numbers", "moments", "serials", "chains", "letters")),
)
ROW_SOURCES = tuple(
    LANGUAGE / f"{name}.py"
    for name in ("names", "paths", "feeds", "keys", "links", "lookups", "row_conditions", "type_mapper", "targets")
)


def calls(paths: tuple[Path, ...]) -> Iterator[tuple[str, set[str]]]:
    """(code, names of the params) of every problem that is made in these files."""
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("Refused", "Problem")
            ):
                given = [*node.args[:1], *(word.value for word in node.keywords if word.arg == "code")]
                params = {word.arg or "" for word in node.keywords}
                for code in given:
                    if isinstance(code, ast.Constant) and isinstance(code.value, str):
                        yield code.value, params


def needed(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_the_steps_say_what_they_refuse() -> None:
    assert {code for code, _ in calls(STEP_SOURCES)} == STEP_SENTENCES.keys()


def test_the_mapper_says_what_is_wrong_with_a_row() -> None:
    written = {code for code, _ in calls(ROW_SOURCES)} | {"key_missing", "left_out_by_when", "left_out_by_unless"}
    assert written == ROW_SENTENCES.keys()


@pytest.mark.parametrize(("code", "params"), list(calls(STEP_SOURCES)))
def test_a_refusal_carries_what_its_sentence_needs(code: str, params: set[str]) -> None:
    assert needed(STEP_SENTENCES[code]) <= params


@pytest.mark.parametrize("sentence", [*STEP_SENTENCES.values(), *ROW_SENTENCES.values()])
def test_a_sentence_is_plain(sentence: str) -> None:
    assert sentence.endswith(".")
    assert sentence[0].isupper()


def test_no_code_means_two_things() -> None:
    assert not STEP_SENTENCES.keys() & ROW_SENTENCES.keys()
    shared = (STEP_SENTENCES | ROW_SENTENCES).keys() & catalog_sentences.SENTENCES.keys()
    assert all(catalog_sentences.SENTENCES[code] == (STEP_SENTENCES | ROW_SENTENCES)[code] for code in shared)
