"""Golden pairs: every `cases/x.xml` gives the findings of `cases/x.findings`, place, code, params, fix and all.

A case may name the columns of a sample in its first comment: `<!-- sample: Nom, Prénom -->`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from templates_app.language.hints import HINTS, hint_of
from templates_app.language.sentences import SENTENCES
from tests.language.golden import as_lines, findings_of

CASES = sorted((Path(__file__).parent / "cases").glob("*.xml"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_it_finds_what_the_golden_file_says(case: Path) -> None:
    source = case.read_text(encoding="utf-8")
    named = re.match(r"<!-- sample: (.*?) -->", source)
    sample_names = named[1].split(", ") if named else None
    expected = case.with_suffix(".findings").read_text(encoding="utf-8")

    assert as_lines(findings_of(source, sample_names=sample_names)) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_every_finding_fills_its_sentence_and_its_hint(case: Path) -> None:
    for finding in findings_of(case.read_text(encoding="utf-8"), sample_names=["Nom"]):
        assert SENTENCES[finding.code].format(**finding.params)
        assert "{" not in hint_of(finding).format(**finding.params)


def test_every_finding_that_can_be_met_in_a_text_has_a_case() -> None:
    met = {line.split()[2] for case in CASES for line in _lines(case) if line != "clean"}
    told_by_limits = {code for code in SENTENCES if code.startswith("xml_too_") or code.endswith("_too_long")}

    assert met == SENTENCES.keys() - told_by_limits - {"xml_not_utf8"}
    assert HINTS.keys() <= SENTENCES.keys()


def _lines(case: Path) -> list[str]:
    return case.with_suffix(".findings").read_text(encoding="utf-8").splitlines()
