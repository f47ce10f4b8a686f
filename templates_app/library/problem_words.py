"""Problems of samples, suggestions and the mapping view in the words of the reader, with what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext

from templates_app.catalog.problems import Problem
from templates_app.catalog.sentences import SENTENCES as CATALOG_SENTENCES
from templates_app.library.sentences import SENTENCES as LIBRARY_SENTENCES
from templates_app.mapping.sentences import SENTENCES as MAPPING_SENTENCES
from templates_app.mapping.sentences import hint_of
from templates_app.mapping.suggestion_sentences import SENTENCES as SUGGESTION_SENTENCES
from templates_app.sources.sentences import SENTENCES as SOURCE_SENTENCES

_SENTENCES: Final[Mapping[str, str]] = {
    **CATALOG_SENTENCES,
    **SOURCE_SENTENCES,
    **LIBRARY_SENTENCES,
    **MAPPING_SENTENCES,
    **SUGGESTION_SENTENCES,
}


class _Filled(dict[str, object]):
    """A sentence whose parameter is not known says `…` rather than fail."""

    def __missing__(self, key: str) -> str:
        return "…"


def problem_said(problem: Problem) -> str:
    """Sentence and hint in the active language; the code itself where no sentence of this floor has it."""
    if problem.code not in _SENTENCES:
        return problem.code
    params = _Filled({"type": problem.type, "field": problem.field, "value": problem.value, **problem.params})
    sentences = (_SENTENCES[problem.code], hint_of(problem))
    return " ".join(gettext(sentence).format_map(params) for sentence in sentences if sentence)
