"""Every refusal and finding has a sentence, and no sentence is left to itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import override

from templates_app import library
from templates_app.catalog.packs.planning import planning_pack
from templates_app.catalog.problems import Problem
from templates_app.library.checking import check_text
from templates_app.library.refusals import AdditionRefused, LibraryRefused, TemplateOutdated
from templates_app.library.sentences import SENTENCES
from templates_app.library.wording import description_in_words, finding_in_words, problem_in_words, refusal_in_words
from templates_app.models import Template
from tests.templates_app.conftest import BAD

SOURCES = "".join(path.read_text(encoding="utf-8") for path in Path(library.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("code", SENTENCES)
def test_every_sentence_is_used(code: str) -> None:
    assert SOURCES.count(f'"{code}"') >= 2


def test_every_refusal_has_a_sentence() -> None:
    raised = re.findall(r'(?:LibraryRefused|AdditionRefused|Problem)\(\s*"([a-z_]+)"', SOURCES)
    raised += re.findall(r'super\(\).__init__\("([a-z_]+)"', SOURCES)
    assert set(raised) == set(SENTENCES)


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (LibraryRefused("template_taken", name="clients"), "There is a template “clients” already."),
        (TemplateOutdated((), name="a{b}"), "“a{b}” no longer fits the catalog. Correct it and publish a new version."),
        (AdditionRefused("field_exists", type="Customer", field="_X", name="_X"), "There is a field “_X” already."),
    ],
)
def test_a_refusal_is_a_sentence_and_foreign_text_stays_as_it_is(refused: LibraryRefused, words: str) -> None:
    assert refusal_in_words(refused) == words


def test_a_finding_says_place_severity_code_and_what_to_do() -> None:
    checked = check_text(xml=BAD, catalog=planning_pack())
    (found,) = [finding for finding in checked.findings if finding.severity == "error"]
    worded = finding_in_words(found)
    assert str(worded).startswith("4:3 error field_unknown: ")
    assert "LastName" in worded.hint


def test_the_reason_in_a_finding_is_translated() -> None:
    (found,) = check_text(xml="<In><Type></In>", catalog=planning_pack()).findings
    with override("de"):
        assert "End-Tag" in finding_in_words(found).sentence, finding_in_words(found).sentence


@pytest.mark.parametrize("builtin", [True, False])
def test_a_description_is_translated_only_when_it_is_ours(builtin: bool) -> None:
    with override("de"):
        said = description_in_words(Template(description="Yes", builtin=builtin))
    assert said == ("Ja" if builtin else "Yes")


def test_an_empty_description_stays_empty() -> None:
    assert description_in_words(Template(builtin=True)) == ""


def test_a_problem_of_another_floor_is_its_code() -> None:
    assert problem_in_words(Problem("email_invalid")) == "This is not an e-mail address."
    assert problem_in_words(Problem("identity_taken")) == "identity_taken"
