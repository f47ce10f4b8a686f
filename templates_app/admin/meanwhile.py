"""Two people at one template: who saved what since the other began, and what would be lost."""

from __future__ import annotations

from dataclasses import dataclass

from templates_app.brand_catalog import catalog_of
from templates_app.language.reader import read
from templates_app.library import newest_version
from templates_app.mapping.comparing.compare import Difference, DiffLine, compare, compare_lines
from templates_app.models import Template, TemplateVersion


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """The version that somebody else saved, and what one's own text changes about it."""

    version: TemplateVersion
    differences: tuple[Difference, ...]
    lines: tuple[DiffLine, ...]


def saved_meanwhile(template: Template, *, seen: str) -> TemplateVersion | None:
    """The newest version, where it is not the one that was seen."""
    newest = newest_version(template)
    return newest if newest is not None and seen and newest.digest != seen else None


def against(version: TemplateVersion, xml: str) -> Meanwhile:
    """Theirs on the old side, one's own on the new."""
    catalog = catalog_of(version.template.brand)
    return Meanwhile(
        version=version,
        differences=compare(read(version.xml).root, read(xml).root, catalog),
        lines=compare_lines(version.xml, xml),
    )
