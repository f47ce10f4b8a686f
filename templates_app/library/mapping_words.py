"""The phrases and refusals of the mapping view in the words of the reader."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from templates_app.catalog.problems import Problem
from templates_app.mapping.sentences import SENTENCES, hint_of
from templates_app.mapping.words import Words


@dataclass(frozen=True, slots=True)
class WordedProblem:
    """Why an edit was refused, and what to do; `hint` may be empty."""

    code: str
    sentence: str
    hint: str


def said(words: Words) -> str:
    """Translated to the active language, and filled in."""
    return gettext(words.phrase).format_map(words.params)


def edit_refusal_in_words(problem: Problem) -> WordedProblem:
    """The problem of an `EditRefused`, translated to the active language."""
    hint = hint_of(problem)
    return WordedProblem(
        code=problem.code,
        sentence=gettext(SENTENCES[problem.code]).format_map(problem.params),
        hint=gettext(hint).format_map(problem.params) if hint else "",
    )
