"""Every code has a sentence, and every sentence a code."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import templates_app.sources
from templates_app.sources.notes import notes_of
from templates_app.sources.rows import SourceFormat
from templates_app.sources.sentences import SENTENCES

FOLDER = Path(templates_app.sources.__file__).parent
QUOTED = re.compile(r'"([a-z0-9_]+)(?::\{|")')
REFUSING = re.compile(
    r'(?:SourceRefused|Fault|refuse|Problem|_problem)\(\s*(?:code=)?"(\w+)"|code="(\w+)"|return "(\w+_\w+)"'
)


def test_every_sentence_is_used_and_every_code_has_one() -> None:
    sources = [path.read_text() for path in FOLDER.rglob("*.py") if path.name != "sentences.py"]
    named = {code for text in sources for code in QUOTED.findall(text)}
    raised = {code for text in sources for found in REFUSING.findall(text) for code in found if code}
    assert set(SENTENCES) - named == set()
    assert raised - set(SENTENCES) == set()


@pytest.mark.parametrize(("code", "sentence"), SENTENCES.items())
def test_a_sentence_has_named_gaps_and_an_end(code: str, sentence: str) -> None:
    assert all(name is None or name.isidentifier() for _, name, _, _ in string.Formatter().parse(sentence))
    assert sentence[-1] in ".?}", code


def test_notes_are_problems_with_a_value_that_can_be_read() -> None:
    format = SourceFormat(
        kind="csv", detected=("delimiter_detected:\t", "header_repeated:a:b", "encoding_detected:cp1252")
    )
    assert [SENTENCES[note.code].format(**note.params) for note in notes_of(format)] == [
        "The cells are separated by: tab",
        "The header “a:b” occurs more than once; the later ones are numbered.",
        "The file seems to be written in the encoding cp1252.",
    ]
