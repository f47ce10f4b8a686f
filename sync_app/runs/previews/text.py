"""The text that a preview tries: checked, and without the lines its errors stand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from integration_admin.accounts.access import Actor
from integration_admin.accounts.models import Right
from templates_app.brand_catalog import catalog_of, setting_of
from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.problems import Problem
from templates_app.catalog.types import Catalog
from templates_app.language.checks import check
from templates_app.language.findings import Finding
from templates_app.language.nodes import Element
from templates_app.library.checking import check_text
from templates_app.mapping.standing import standing


@dataclass(frozen=True, slots=True)
class TriedText:
    """`root` is the tree that can be tried; None, and `refused` says why. `whole` is the tree as written, if any.

    `left_out`, `paths`: see `mapping.standing.Standing`.
    """

    catalog: Catalog
    setting: Setting
    findings: tuple[Finding, ...]
    whole: Element | None
    root: Element | None
    left_out: tuple[Finding, ...]
    paths: Mapping[int, str]
    refused: Problem | None

    def findings_with(self, columns: tuple[str, ...]) -> tuple[Finding, ...]:
        """The findings, and those about names that a sample with these columns does not have."""
        if self.whole is None:
            return self.findings
        found = check(self.whole, self.catalog, setting=self.setting, sample_names=columns)
        lacking = tuple(finding for finding in found if finding.code == "name_not_in_sample")
        return tuple(sorted((*self.findings, *lacking), key=lambda finding: (finding.line, finding.column)))


def tried(*, actor: Actor, xml: str) -> TriedText:
    """The text against the catalog of the actor's brand. Never raises for what is in it."""
    catalog, setting = catalog_of(actor.brand), setting_of(actor.brand)
    checked = check_text(xml=xml, catalog=catalog, setting=setting)
    if checked.root is None:
        # A text that cannot be read says so itself.
        first = checked.findings[0]
        refused = Problem(first.code, first.params)
        return TriedText(catalog, setting, checked.findings, None, None, (), {}, refused)
    stands = standing(checked.root, checked.findings, catalog, setting)
    begun = checked.root.tag not in ("In", "Out") or checked.root.elements()
    why = Problem("preview_nothing_stands" if begun else "preview_nothing_yet")
    refused_whole = why if stands.root is None else None
    return TriedText(
        catalog, setting, checked.findings, checked.root, stands.root, stands.left_out, stands.paths, refused_whole
    )


def require_one_of(actor: Actor, *rights: Right) -> None:
    """Raises NotAllowed, naming the first right, unless the actor has one of them."""
    if not any(actor.may(right) for right in rights):
        actor.require(rights[0])
