"""Refusals and findings in the words of the reader. The only format strings are our own sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from templates_app.catalog.problems import Params, Problem
from templates_app.catalog.sentences import SENTENCES as CATALOG_SENTENCES
from templates_app.catalog.types import EntityType, Field
from templates_app.language.findings import Finding
from templates_app.language.hints import hint_of
from templates_app.language.letters import REASONS as FORMAT_REASONS
from templates_app.language.sentences import SENTENCES as LANGUAGE_SENTENCES
from templates_app.language.tree_builder import OTHER_REASON
from templates_app.language.tree_builder import REASONS as XML_REASONS
from templates_app.library.describing import TemplateDescription
from templates_app.library.refusals import LibraryRefused
from templates_app.library.sentences import SENTENCES
from templates_app.models import Template

_REASONS: Final = frozenset({*XML_REASONS.values(), OTHER_REASON, *FORMAT_REASONS.values()})


@dataclass(frozen=True, slots=True)
class WordedFinding:
    """A finding as a person reads it: `line` and `column` count from 1, `hint` may be empty."""

    line: int
    column: int
    severity: str
    code: str
    sentence: str
    hint: str

    def __str__(self) -> str:
        hint = f" {self.hint}" if self.hint else ""
        return f"{self.line}:{self.column} {self.severity} {self.code}: {self.sentence}{hint}"


def refusal_in_words(refused: LibraryRefused) -> str:
    """Translated to the active language."""
    return _filled({**CATALOG_SENTENCES, **SENTENCES}, refused.code, refused.params)


def problem_in_words(problem: Problem) -> str:
    """A problem of the catalog, translated to the active language; the code itself when another floor raised it."""
    return _filled(CATALOG_SENTENCES, problem.code, {"type": problem.type, "field": problem.field, **problem.params})


def finding_in_words(finding: Finding) -> WordedFinding:
    """Translated to the active language, at the finding's place."""
    hint = hint_of(finding)
    return WordedFinding(
        line=finding.line,
        column=finding.column,
        severity=finding.severity.value,
        code=finding.code,
        sentence=_filled(LANGUAGE_SENTENCES, finding.code, _with_reason(finding.params)),
        hint=gettext(hint).format_map(finding.params) if hint else "",
    )


def description_in_words(template: Template | TemplateDescription) -> str:
    """What a template is for: ours is translated to the active language, a brand's own is shown as it stands."""
    return gettext(template.description) if template.builtin and template.description else template.description


def type_in_words(entity: EntityType) -> str:
    """What a type is called: ours is translated to the active language, a brand's own is shown as it stands."""
    return in_words(entity.title, own=entity.custom) or entity.name


def field_in_words(field: Field) -> str:
    """What a field is called: ours is translated to the active language, a brand's own is shown as it stands."""
    return in_words(field.label, own=field.custom) or field.name


def in_words(text: str, *, own: bool) -> str:
    """A title or label of the catalog: ours is translated to the active language, a brand's own is shown as it is."""
    return text if own or not text else gettext(text)


def _with_reason(params: Params) -> Params:
    """A reason of ours is translated too; what another program said of a pattern is shown as it stands."""
    reason = params.get("reason")
    return {**params, "reason": gettext(str(reason))} if reason in _REASONS else params


def _filled(sentences: Mapping[str, str], code: str, params: Params) -> str:
    return gettext(sentences[code]).format_map(params) if code in sentences else code
