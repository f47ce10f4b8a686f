"""Findings as lines of text, one a finding, so that a golden file can be read and reviewed."""

from __future__ import annotations

import json
from collections.abc import Iterable

from templates_app.language.checks import check
from templates_app.language.findings import Finding
from templates_app.language.reader import read
from tests.language.sample_catalog import SAMPLE_CATALOG


def findings_of(source: str | bytes, *, sample_names: Iterable[str] | None = None) -> list[Finding]:
    """What a person is shown who has this template checked: the reader's findings and the checker's."""
    result = read(source)
    names = None if sample_names is None else tuple(sample_names)
    checked = check(result.root, SAMPLE_CATALOG, sample_names=names) if result.root else ()
    return sorted([*result.findings, *checked], key=lambda finding: (finding.line, finding.column))


def codes_of(source: str | bytes, *, sample_names: Iterable[str] | None = None) -> list[str]:
    return [finding.code for finding in findings_of(source, sample_names=sample_names)]


def as_lines(findings: Iterable[Finding]) -> str:
    """`line:column severity code name="value" … fix=a/b/c`, or the one line `clean`."""
    return "".join(f"{_line(finding)}\n" for finding in findings) or "clean\n"


def _line(finding: Finding) -> str:
    params = [f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in finding.params.items()]
    fix = [f"fix={'/'.join(finding.fix)}"] if finding.fix else []
    return " ".join([f"{finding.line}:{finding.column}", finding.severity, finding.code, *params, *fix])
