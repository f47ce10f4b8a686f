"""What the panes of the editor show: a looked-at text, each line of its mapping with what was found there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from templates_app.library.looking import Found, LookedAt
from templates_app.library.problem_words import problem_said
from templates_app.library.wording import WordedFinding, finding_in_words, in_words
from templates_app.mapping.choices import Choices
from templates_app.mapping.fixes.all_fixes import Fix
from templates_app.mapping.places import row_of
from templates_app.mapping.table.lines import MappingTable

#: What the code editor calls the severities.
_MARKS: Final = {"error": "error", "warning": "warning", "hint": "info"}


class Line(Protocol):
    """A line of the mapping, which has an address."""

    @property
    def path(self) -> str: ...


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding in words. `path` is the address of its element, `row` of the line of the mapping that it lies in."""

    worded: WordedFinding
    path: str
    row: str
    fixes: tuple[Fix, ...]


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of the mapping, what was found in it, and whether all of it is shown."""

    line: Any
    findings: tuple[ShownFinding, ...]
    open: bool

    @property
    def worst(self) -> str:
        """The severity to mark it with; "" where nothing was found."""
        here = {finding.worded.severity for finding in self.findings}
        return next((severity for severity in _MARKS if severity in here), "")


def panes(looked: LookedAt) -> dict[str, Any]:
    """The context of the panes: mapping and findings."""
    findings = [_finding(found) for found in looked.found]
    context: dict[str, Any] = {
        "looked": looked,
        "findings": findings,
        "counts": _counts(findings),
        "answer": _answer(looked, findings),
    }
    if looked.table is not None and looked.choices is not None:
        context |= _mapping(looked.table, looked.choices, looked.opened, findings)
    return context


def _finding(found: Found) -> ShownFinding:
    return ShownFinding(finding_in_words(found.finding), found.path, row_of(found.path), found.fixes)


def _counts(findings: Iterable[ShownFinding]) -> dict[str, int]:
    severities = [finding.worded.severity for finding in findings]
    return {severity: severities.count(severity) for severity in _MARKS}


def _answer(looked: LookedAt, findings: Iterable[ShownFinding]) -> dict[str, Any]:
    """What the script of the page reads: the text after the changes, marks beside its lines, where the focus goes."""
    return {
        "xml": looked.xml,
        "focus": looked.focus,
        "open": sorted(looked.opened),
        "refused": problem_said(looked.refused) if looked.refused is not None else "",
        "marks": [
            {
                "row": max(finding.worded.line - 1, 0),
                "column": max(finding.worded.column - 1, 0),
                "type": _MARKS[finding.worded.severity],
                "text": f"{finding.worded.sentence} {finding.worded.hint}".strip(),
            }
            for finding in findings
        ],
    }


def _mapping(
    table: MappingTable, choices: Choices, opened: frozenset[str], findings: Iterable[ShownFinding]
) -> dict[str, Any]:
    beside: dict[str, list[ShownFinding]] = {}
    for finding in findings:
        beside.setdefault(finding.row, []).append(finding)

    def shown(lines: Iterable[Line]) -> list[ShownLine]:
        return [ShownLine(line, tuple(beside.get(line.path, ())), line.path in opened) for line in lines]

    return {
        "table": table,
        "choices": choices,
        "exporting": table.direction == "out",
        "types": shown(table.types),
        "rows": shown(table.rows),
        "constants": shown(table.constants),
        "links": shown(table.links),
        "maps": shown(table.maps),
        "root_conditions": shown(table.conditions),
        "root_open": "root" in opened,
        "targets": list(_targets(choices)),
        "references": list(_references(choices)),
        "entities": choices.types,
        "aliases": choices.aliases,
    }


def _targets(choices: Choices) -> Iterator[dict[str, str]]:
    """Every field that a row may lead to, as it is typed."""
    fields = {entity.name: entity.fields for entity in choices.types}
    for alias in choices.aliases:
        for field in fields.get(alias.entity, ()):
            if not field.retired and (field.writable or choices.direction == "out"):
                label = in_words(field.label, own=field.custom)
                yield {"value": f"{alias.alias}.{field.name}", "label": f"{label} · {field.kind}".strip(" ·")}


def _references(choices: Choices) -> Iterator[Mapping[str, str]]:
    """Every reference field of the template's Types, and the other Types it may point to."""
    fields = {entity.name: entity.fields for entity in choices.types}
    for alias in choices.aliases:
        for field in fields.get(alias.entity, ()):
            for other in choices.aliases:
                if field.refers_to and other.alias != alias.alias and field.refers_to == other.entity:
                    yield {"type": alias.alias, "field": field.name, "to": other.alias}
