"""Quick fixes: what one click can do about a finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from templates_app.catalog.types import Catalog
from templates_app.language.findings import Finding
from templates_app.language.nodes import Element
from templates_app.mapping.fixes.case import Case, Fix, Fixer, Template
from templates_app.mapping.fixes.fields import FIELD_FIXES
from templates_app.mapping.fixes.grammar import GRAMMAR_FIXES
from templates_app.mapping.fixes.references import REFERENCE_FIXES
from templates_app.mapping.fixes.types import TYPE_FIXES
from templates_app.mapping.fixes.values import VALUE_FIXES

__all__ = ["FIXERS", "Fix", "fixes_of"]

#: Code of a finding -> what offers fixes for it. What only a person can decide has none.
FIXERS: Final[Mapping[str, Fixer]] = {
    **GRAMMAR_FIXES,
    **TYPE_FIXES,
    **FIELD_FIXES,
    **REFERENCE_FIXES,
    **VALUE_FIXES,
}


def fixes_of(findings: Iterable[Finding], root: Element, catalog: Catalog) -> tuple[tuple[Fix, ...], ...]:
    """What can be done about each of these findings of this very tree, best first; the tree is indexed once."""
    template = Template(root, catalog)
    return tuple(_fixes(finding, template) for finding in findings)


def _fixes(finding: Finding, template: Template) -> tuple[Fix, ...]:
    fixer = FIXERS.get(finding.code)
    place = template.places.get((finding.line, finding.column)) if fixer is not None else None
    if fixer is None or place is None:
        return ()
    found: dict[object, Fix] = {}
    for fix in fixer(Case(template, finding, *place)):
        found.setdefault((str(fix.words), fix.act), fix)
    return tuple(found.values())
