"""What is wrong with a text, without saving it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from templates_app.brand_catalog import CatalogRows, build
from templates_app.catalog.kinds.base import Setting
from templates_app.catalog.types import Catalog
from templates_app.language.checks import check
from templates_app.language.checks.scope import NO_BRAND
from templates_app.language.findings import Finding, has_errors
from templates_app.language.nodes import Element
from templates_app.language.reader import MAX_BYTES, read
from templates_app.models import Direction

TEXTS_KEPT: Final = 128

_DIRECTIONS = {"In": Direction.IN, "Out": Direction.OUT}


@dataclass(frozen=True, slots=True)
class CheckedText:
    """A text and all that was found in it, in the order of the text. `root` is None when it is no template at all."""

    root: Element | None
    findings: tuple[Finding, ...]

    @property
    def publishable(self) -> bool:
        return self.root is not None and not has_errors(self.findings)

    @property
    def direction(self) -> Direction | None:
        """What the root element says, or None when no root says it."""
        return _DIRECTIONS.get(self.root.tag) if self.root is not None else None


def check_text(
    *, xml: str, catalog: Catalog, setting: Setting = NO_BRAND, sample_names: Collection[str] | None = None
) -> CheckedText:
    """Reads the text and checks what could be read against a brand's catalog. Never raises for what is in the text."""
    result = read(xml)
    if result.root is None:
        return CheckedText(root=None, findings=result.findings)
    found = check(result.root, catalog, setting=setting, sample_names=sample_names)
    return CheckedText(
        root=result.root,
        findings=tuple(sorted((*result.findings, *found), key=lambda finding: (finding.line, finding.column))),
    )


def check_kept(xml: str, rows: CatalogRows, setting: Setting) -> CheckedText:
    """`check_text` for a text that is kept: saved, published and run, it is checked once while the catalog is the same.

    Whoever gets it changes nothing of it.
    """
    # What is too large to be a template is not remembered either.
    if len(xml) > MAX_BYTES:
        return check_text(xml=xml, catalog=build(rows), setting=setting)
    return _remembered(xml, rows, setting)


@lru_cache(maxsize=TEXTS_KEPT)
def _remembered(xml: str, rows: CatalogRows, setting: Setting) -> CheckedText:
    return check_text(xml=xml, catalog=build(rows), setting=setting)
