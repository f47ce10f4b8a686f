"""Every code has a sentence, every sentence has a code, and a hint never speaks of what the finding does not say."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import templates_app.language
from templates_app.language.findings import Finding, Severity
from templates_app.language.hints import HINTS, hint_of
from templates_app.language.sentences import SENTENCES

LANGUAGE = Path(templates_app.language.__file__).parent
SOURCES = [
    *(LANGUAGE / name for name in ("reader.py", "tree_builder.py", "validation.py", "attribute_forms.py")),
    *sorted((LANGUAGE / "checks").glob("*.py")),
]
MAKERS = "error|warning|hint|say|unknown|_add|_stop|_refused|_error|Problem|_stopping|_reporting"
CODE = re.compile(rf"(?:{MAKERS})\(\s*(.*?)\)", re.DOTALL)
QUOTED = re.compile(r'"([a-z]+(?:_[a-z0-9]+)+)"')


def used_codes() -> set[str]:
    """Every text spelled like a code that stands in a call that makes a finding, or is given the name `code`."""
    found: set[str] = set()
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        for call in CODE.finditer(text):
            found.update(QUOTED.findall(call[1]))
        for line in text.splitlines():
            if re.search(r"\bcode = ", line):
                found.update(QUOTED.findall(line))
    return found - {"create_field", "declare_key"}


def params_of(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    assert used_codes() == SENTENCES.keys()


@pytest.mark.parametrize("code", sorted(SENTENCES))
def test_a_sentence_is_plain(code: str) -> None:
    sentence = SENTENCES[code]

    assert sentence.endswith(".")
    assert sentence[0].isupper() or sentence[0] in '{"'
    assert all(name.isidentifier() for name in params_of(sentence))


def test_every_hint_belongs_to_a_sentence() -> None:
    assert HINTS.keys() <= SENTENCES.keys()
    assert all(hint.endswith((".", "?")) for hint in HINTS.values())


def test_a_hint_without_its_params_is_left_out() -> None:
    bare = Finding(Severity.ERROR, "type_unknown", {"name": "Zebra"})
    told = Finding(Severity.ERROR, "type_unknown", {"name": "Custmer", "nearest": "Customer"})

    assert hint_of(bare) == ""
    assert hint_of(told).format(**told.params) == 'Did you mean "Customer"?'


def test_a_code_without_hint_has_none() -> None:
    assert hint_of(Finding(Severity.ERROR, "xml_empty")) == ""
