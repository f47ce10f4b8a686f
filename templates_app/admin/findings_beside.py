"""A text line by line, with what was found beside the line where it begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from templates_app.language.findings import Finding
from templates_app.library import finding_in_words
from templates_app.library.wording import WordedFinding


@dataclass(frozen=True, slots=True)
class Line:
    """`number` counts from 1."""

    number: int
    text: str
    findings: tuple[WordedFinding, ...]


def lines_of(xml: str, findings: Iterable[Finding]) -> list[Line]:
    """Every line of the text; findings behind its end stand beside its last line."""
    texts = xml.split("\n")
    beside: dict[int, list[WordedFinding]] = {}
    for finding in findings:
        beside.setdefault(min(max(finding.line, 1), len(texts)), []).append(finding_in_words(finding))
    return [Line(number, text, tuple(beside.get(number, ()))) for number, text in enumerate(texts, 1)]
